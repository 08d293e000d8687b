"""Send what is owed and due: claim, decide now, hand over outside the transaction, write down what came of it.

Two clocks at once share the messages: each takes the next one under a lease, and only the holder of the claim may write
the outcome. A clock that dies between handing over and writing it down leaves one message whose lease ends after five
minutes; it then goes out a second time, with the same Message-ID, so that mail systems can see that it is the same.
One message that fails waits for its next attempt and delays no other.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

from jobs.ticks import Round
from scheduler.database import Database
from scheduler.messaging.ports import Letter, Outcome, Ports, TryLater, Unreachable
from scheduler.messaging.smtp import mail_ports
from scheduler.planning.send_decisions import Send
from scheduler.queries.message_now import any_due, due_messages
from scheduler.services.acknowledge_message import acknowledge_message
from scheduler.services.take_message import ToSend, take_next
from scheduler.services.tidy_messages import expire_messages

log = logging.getLogger(__name__)

SECONDS = 8
"""A round begins no message after so long, so that a clock that is told to stop can; the next tick goes on."""


def run(around: Round) -> str | None:
    """Expire what is too late; then, where there is a mail server, send what is due."""
    with around.database.writing() as session:
        expired = expire_messages(session, now=around.now)
    settings = around.settings
    with mail_ports(settings.mail_server, settings.mail_from) as ports:
        done = deliver(around.database, ports, base_url=settings.base_url, now=around.now)
    if expired:
        done["too late"] += expired
    return ", ".join(f"{count} {state}" for state, count in sorted(done.items())) or None


def due(around: Round) -> Sequence[str]:
    """What would become of every message that is due then."""
    with around.database.reading() as session:
        return [
            f"message {row.message_id}, {row.kind}, {row.channel} to patient {row.patient_id}: "
            + ("send" if isinstance(row.decision, Send) else f"{type(row.decision).__name__.lower()} "
               f"({row.decision.reason})")
            for row in due_messages(session, now=around.now)]


def deliver(database: Database, ports: Ports, *, base_url: str, now: datetime) -> Counter[str]:
    """Send what is due by the ways out there are; gives how many messages came into which state."""
    done: Counter[str] = Counter()
    begun = monotonic()
    while ports.ways and monotonic() - begun < SECONDS:
        at = now + timedelta(seconds=monotonic() - begun)
        with database.reading() as session:
            if not any_due(session, now=at, ways=ports.ways):
                break
        with database.writing() as session:
            taken = take_next(session, base_url=base_url, now=at, ways=ports.ways)
        if taken is None:
            break
        if not isinstance(taken, ToSend):
            done[taken.state] += 1
            continue
        outcome = _hand_over(ports, taken, at)
        with database.writing() as session:
            state = acknowledge_message(session, taken, outcome, now=at)
        done[state or "left to another clock"] += 1
        if isinstance(outcome, Unreachable):
            log.warning("no mail can be sent: %s", outcome.reason)
            break
    return done


def _hand_over(ports: Ports, taken: ToSend, now: datetime) -> Outcome:
    try:
        if isinstance(taken.words, Letter):
            assert ports.mail is not None
            return ports.mail.send(taken.words, now=now)
        assert ports.text is not None
        return ports.text.send(taken.words, now=now)
    except Exception as wrong:
        log.error("message %s could not be handed over: %s", taken.message_id, type(wrong).__name__)
        return TryLater("This message could not be handed over.")
