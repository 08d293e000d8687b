"""How many letters a second leave the outbox, as ratios of one run: `python -m benchmarks.messages.throughput`.

Against what the same mail server takes over one raw connection that is reused (letters of the same length, nothing
else done); against what the database can claim and mark, one transaction a letter, with nothing sent; and against one
APScheduler job a reminder, all due at one second, as it comes and with its misfires allowed (`--jobs 10000`).
"""

from __future__ import annotations

import argparse
import smtplib
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import func, select, update

from benchmarks.messages.side_by_side_jobs import FORMS, job_a_reminder
from benchmarks.messages.sink import sink
from benchmarks.planning.pictures import Panel, draw
from config import MailServer
from jobs.clock import SWITCH
from jobs.messages import deliver
from models import Message
from scheduler.database import Database
from scheduler.messaging.ports import Ports
from scheduler.messaging.smtp import SmtpMail
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel
from tests.builders import NOW, build_noise
from tests.engines import ENGINES
from tests.faults.owed import Owed

BASE = "https://visits.example.com"
SENDER = "visits@alder.example.com"
PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "messages-throughput.svg"
GOAL = 0.9


@dataclass(frozen=True)
class Pair:
    """One round: letters a second by the raw connection and from the outbox, and Python's time of one letter (s)."""

    raw: float
    outbox: float
    busy: float

    @property
    def ratio(self) -> float:
        """What is to be 0.9."""
        return self.outbox / self.raw


def main() -> None:
    """Measure, print and draw."""
    options = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    options.add_argument("--letters", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--server-ms", type=float, nargs="+", default=[0.0, 3.0, 10.0],
                         help="how long the server takes to keep a letter, as one that writes to disk does")
    options.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    options.add_argument("--jobs", type=int, default=0, help="APScheduler jobs due at one second (0: leave it out)")
    options.add_argument("--picture", type=Path, default=PICTURE)
    args = options.parse_args()
    sys.setswitchinterval(SWITCH)
    found: dict[tuple[str, float], Pair] = {}
    for name in args.engines:
        engine = ENGINES[name](_prepare)
        database = Database(engine.lend())
        with database.writing() as session:
            owed = Owed(session)
        claims = _claims(database, owed, args.letters)
        print(f"{name}: bare claims and marks {claims:.0f}/s", flush=True)
        for milliseconds in args.server_ms:
            with sink(milliseconds) as port:
                found[name, milliseconds] = pair = _measured(database, owed, port, args.letters, args.rounds)
            print(f"{name}, server {milliseconds:g} ms: raw {pair.raw:.0f}/s, outbox {pair.outbox:.0f}/s, "
                  f"ratio {pair.ratio:.2f}; of the bare claims {pair.outbox / claims:.2f}; "
                  f"Python {1000 * pair.busy:.1f} ms a letter", flush=True)
        database.dispose()
        engine.close()
    _compare_jobs(args.jobs, max(pair.outbox for pair in found.values()))
    _picture(args.picture, args.engines, args.server_ms, found)


def _prepare(database: Database) -> None:
    with database.writing() as session:
        build_noise(session)


def _measured(database: Database, owed: Owed, port: int, letters: int, rounds: int) -> Pair:
    """Raw and outbox by turns; of each the median, so that their quotient is not one lucky round."""
    _ours(database, owed, port, 50)
    raw, ours, busy = [], [], []
    for _ in range(rounds):
        raw.append(_raw(port, letters))
        rate, took = _ours(database, owed, port, letters)
        ours.append(rate)
        busy.append(took)
    return Pair(median(raw), median(ours), median(busy))


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


def _ours(database: Database, owed: Owed, port: int, letters: int) -> tuple[float, float]:
    """Letters a second, and this process's time of one."""
    with database.writing() as session:
        owed.owe(session, letters, Channel.EMAIL)
    mail = SmtpMail(MailServer(host="127.0.0.1", port=port, tls="none"), SENDER)
    began, busy, done = time.perf_counter(), time.process_time(), 0
    while done < letters:
        done += deliver(database, Ports(mail=mail), base_url=BASE, now=NOW)["sent"]
    took, used = time.perf_counter() - began, time.process_time() - busy
    mail.close()
    return letters / took, used / letters


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


def _compare_jobs(jobs: int, ours: float) -> None:
    for form in FORMS if jobs else ():
        with sink(0) as port:
            seen = job_a_reminder(port, jobs, SENDER, form)
        print(f"APScheduler {form}: {seen.sent} of {jobs} sent, {seen.rate:.0f}/s; "
              f"outbox / it {ours / seen.rate if seen.rate else float('inf'):.2f}", flush=True)


def _picture(path: Path, engines: Sequence[str], waits: Sequence[float], found: dict[tuple[str, float], Pair]) -> None:
    pairs = {name: [(wait, found[name, wait]) for wait in sorted(waits)] for name in engines}
    rates = {f"outbox, {name}": [(wait, pair.outbox) for wait, pair in line] for name, line in pairs.items()}
    ratios = {f"outbox, {name}": [(wait, pair.ratio) for wait, pair in line] for name, line in pairs.items()}
    raw = {"one raw connection": [(wait, pair.raw) for wait, pair in next(iter(pairs.values()))]}
    goal = {"the goal": [(wait, GOAL) for wait in sorted(waits)]}
    across = "time the mail server takes, ms"
    draw(path, [Panel("Letters a second", across, "letters/s", {**rates, **raw}),
                Panel("Share of the raw connection", across, "ratio", {**ratios, **goal})])


if __name__ == "__main__":
    main()
