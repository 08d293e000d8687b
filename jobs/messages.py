"""Send what is owed and due: claim, decide now, hand over outside any transaction, write down what came of it.

Two clocks at once share the messages: each takes its own under a lease, and only the holder of the claim may write the
outcome. A clock that dies between handing over and writing it down leaves one message whose lease ends within a minute;
a letter then goes out a second time, with the same Message-ID, so that mail systems can see that it is the same; of a
text the gateway is asked first. One message that fails waits for its next attempt and delays no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import monotonic

from jobs.lanes import Lane
from jobs.ticks import Round
from scheduler.database import Database
from scheduler.messaging.ports import Ports
from scheduler.messaging.ways_out import ways_out
from scheduler.planning.send_decisions import Send
from scheduler.planning.words import Channel
from scheduler.queries.message_now import due_messages
from scheduler.services.messages.tidy_messages import expire_messages

SECONDS = 9.5
"""A round begins no message after so long, so that a clock that is told to stop can; the next tick goes on."""


def run(around: Round) -> str | None:
    """Expire what is too late; then send what is due by the ways out there are."""
    with around.database.writing() as session:
        expired = expire_messages(session, now=around.now)
    settings = around.settings
    with ways_out(settings.mail_server, settings.mail_from, settings.text_gateway, settings.base_url) as ports:
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


def deliver(database: Database, ports: Ports, *, base_url: str, now: datetime,
            seconds: float = SECONDS) -> Counter[str]:
    """Send what is due by each way by itself, so that one that is slow holds up no other.

    Gives how many messages came into which state.
    """
    begun = monotonic()
    sends = {Channel.EMAIL: ports.mail, Channel.TEXT: ports.text}
    lanes = [Lane(database, way, port.send, base_url, lambda: now + timedelta(seconds=monotonic() - begun),
                  lambda: monotonic() - begun < seconds)
             for way, port in sends.items() if port is not None]
    done: Counter[str] = Counter()
    with ThreadPoolExecutor(max(1, len(lanes))) as pool:
        for counted in pool.map(Lane.run, lanes):
            done.update(counted)
    return done
