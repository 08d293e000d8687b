"""How many letters a second leave the outbox, as ratios of one run: `python -m benchmarks.messages.throughput`.

Against what the same mail server takes over one raw connection that is reused (letters of the same length, nothing
else done); against what the database can claim and mark, one transaction a letter, with nothing sent; and against one
APScheduler job a reminder, all due at one second, as it comes and with its misfires allowed.
"""

from __future__ import annotations

import argparse
import smtplib
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import func, select, update

from benchmarks.messages.sink import sink
from config import MailServer
from jobs.clock import SWITCH
from jobs.messages import deliver
from models import Message, migrations
from scheduler.database import Database
from scheduler.messaging.ports import Ports
from scheduler.messaging.smtp import SmtpMail
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel
from tests.builders import NOW
from tests.faults.owed import Owed

BASE = "https://visits.example.com"
SENDER = "visits@alder.example.com"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    options.add_argument("--letters", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--server-ms", type=float, default=0.0, help="how long the server takes to keep a letter")
    options.add_argument("--database", help="an empty database (default: a new SQLite file)")
    options.add_argument("--jobs", type=int, default=0, help="APScheduler jobs due at one second (0: leave it out)")
    args = options.parse_args()
    sys.setswitchinterval(SWITCH)
    with tempfile.TemporaryDirectory() as folder, sink(args.server_ms) as port:
        database = Database(args.database or f"sqlite:///{folder}/messages.db")
        migrations.upgrade(database.engine)
        with database.writing() as session:
            owed = Owed(session)
        _ours(database, owed, port, 50)
        pairs = []
        for _ in range(args.rounds):
            pairs.append((_raw(port, args.letters), _ours(database, owed, port, args.letters)))
            print(f"raw {pairs[-1][0]:.0f}/s, outbox {pairs[-1][1]:.0f}/s, ratio {pairs[-1][1] / pairs[-1][0]:.2f}")
        ours = sorted(outbox for _, outbox in pairs)[len(pairs) // 2]
        ratio = sorted(outbox / raw for raw, outbox in pairs)[len(pairs) // 2]
        claims = _claims(database, owed, args.letters)
        name = database.engine.dialect.name
        print(f"{name}, server {args.server_ms} ms: outbox / raw connection {ratio:.2f} (median)")
        print(f"bare claims and marks {claims:.0f}/s, outbox / claims {ours / claims:.2f}")
        for name, defaults in (("default", {}), ("corrected", {"misfire_grace_time": None, "coalesce": True})):
            if args.jobs:
                sent, rate = _apscheduler(port, args.jobs, defaults)
                print(f"APScheduler {name}: {sent} of {args.jobs} sent, {rate:.0f}/s; outbox / it {ours / rate:.2f}")
        database.dispose()


def _raw(port: int, letters: int) -> float:
    body = b"Subject: x\r\n\r\n" + b"The length of a letter with its two parts.\r\n" * 65
    smtp = smtplib.SMTP("127.0.0.1", port)
    smtp.ehlo()
    began = time.perf_counter()
    for _ in range(letters):
        smtp.mail(SENDER)
        smtp.rcpt("p@example.com")
        smtp.data(body)
    rate = letters / (time.perf_counter() - began)
    smtp.quit()
    return rate


def _ours(database: Database, owed: Owed, port: int, letters: int) -> float:
    with database.writing() as session:
        owed.owe(session, letters, Channel.EMAIL)
    mail = SmtpMail(MailServer(host="127.0.0.1", port=port, tls="none"), SENDER)
    began, done = time.perf_counter(), 0
    while done < letters:
        done += deliver(database, Ports(mail=mail), base_url=BASE, now=NOW)["sent"]
    rate = letters / (time.perf_counter() - began)
    mail.close()
    return rate


def _claims(database: Database, owed: Owed, letters: int) -> float:
    """One transaction takes the next row and marks it, as lean as SQL can; nothing is read, written or sent."""
    with database.writing() as session:
        owed.owe(session, letters, Channel.EMAIL)
    following = select(Message.id).where(Message.state == MessageState.PLANNED).order_by(
        Message.due_at, Message.id).limit(1).with_for_update(skip_locked=True).scalar_subquery()
    mark = update(Message).where(Message.id == following).values(
        state=MessageState.SENT, sent_at=NOW).execution_options(synchronize_session=False)
    began = time.perf_counter()
    for _ in range(letters):
        with database.writing() as session:
            session.execute(mark)
    rate = letters / (time.perf_counter() - began)
    with database.reading() as session:
        assert not session.scalar(select(func.count(Message.id)).where(Message.state == MessageState.PLANNED))
    return rate


def _apscheduler(port: int, jobs: int, defaults: dict) -> tuple[int, float]:
    sent: list[float] = []

    def remind() -> None:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.sendmail(SENDER, "p@example.com", b"Subject: x\r\n\r\nhello\r\n")
        sent.append(time.perf_counter())

    scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults)
    scheduler.start(paused=True)
    due = datetime.now(UTC) + timedelta(seconds=max(2, jobs / 1500))
    for _ in range(jobs):
        scheduler.add_job(remind, "date", run_date=due)
    scheduler.resume()
    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
    began = time.perf_counter()
    while scheduler.get_jobs():
        time.sleep(0.1)
    scheduler.shutdown(wait=True)
    return len(sent), len(sent) / (max(sent, default=began + 1) - began)


if __name__ == "__main__":
    main()
