"""A text gateway that behaves badly: every text arrives once all the same, and one that hangs holds up no other."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from jobs.messages import deliver
from models import Message
from scheduler.messaging.ports import Accepted, Ports
from scheduler.messaging.sms_gateway import SmsGateway
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel
from tests.builders import NOW
from tests.faults.owed import Owed
from tests.messaging.gateway import FAULTS, FakeGateway

TIMES = 4
"""Of an ordinary run; `--kills 500` makes it 200 of each."""
BASE = "https://visits.example.com"
HANGS = {"timeout after accept": 0.12, "dripping": 0.12}
ANSWER_SECONDS = 10.0
"""How long an answer may take: long, where all that is slow is the machine; short, where it is the gateway."""
S = MessageState


def _ports(gateway: FakeGateway, answer_seconds: float) -> Ports:
    return Ports(text=SmsGateway(gateway.settings, f"{BASE}/gateway/text/status", answer_seconds=answer_seconds))


def _states(database) -> dict[MessageState, int]:
    with database.reading() as session:
        return dict(session.execute(select(Message.state, func.count()).group_by(Message.state)).all())


@pytest.mark.parametrize("fault", FAULTS)
def test_every_text_arrives_once_whatever_the_gateway_did_the_first_time(database, fault: str, request):
    times = 200 if request.config.getoption("--kills") else TIMES
    seen: Counter[str] = Counter()

    def at_first(to: str) -> str | None:
        seen[to] += 1
        return fault if seen[to] == 1 else None

    with FakeGateway(at_first, now=lambda: NOW) as gateway:
        with database.writing() as session:
            keys = Owed(session).owe(session, times, Channel.TEXT)
        now, ports = NOW, _ports(gateway, HANGS.get(fault, ANSWER_SECONDS))
        for round_ in range(40 * times):
            deliver(database, ports, base_url=BASE, now=now)
            if not {S.PLANNED, S.FAILED, S.CLAIMED} & _states(database).keys():
                break
            if fault == "429" and round_ == 0:
                with database.reading() as session:
                    waits = session.scalars(select(Message.due_at).where(Message.state == S.FAILED)).all()
                assert waits and min(waits) >= NOW + timedelta(seconds=120), "the pause it asks for is kept"
            now += timedelta(minutes=1)
    kept = Counter(one.reference for one in gateway.kept)
    if fault == "refused":
        assert _states(database)[S.PARKED] > 0 and kept.keys() < keys
    else:
        assert _states(database) == {S.SENT: times}
        assert kept.keys() == keys
    assert max(kept.values(), default=1) == 1


def test_one_text_that_hangs_holds_up_no_other(database):
    with database.writing() as session:
        keys = Owed(session).owe(session, 30, Channel.TEXT, Channel.EMAIL)
    poison = "+13010000003"
    mail = _Mail()
    with FakeGateway(lambda to: "timeout after accept" if to == poison else None, now=lambda: NOW) as gateway:
        ports = Ports(mail=mail, text=_ports(gateway, 1.0).text)
        deliver(database, ports, base_url=BASE, now=NOW)
        assert len(gateway.kept) == 30 and len(mail.keys) == 30
        with database.reading() as session:
            sent = session.scalars(select(Message.sent_at).where(Message.state == S.SENT)).all()
            assert len(sent) == 59 and max(sent) < NOW + timedelta(minutes=1)
        deliver(database, ports, base_url=BASE, now=NOW + timedelta(minutes=2))
    assert {one.reference for one in gateway.kept} | mail.keys == keys and len(gateway.kept) == 30
    assert _states(database) == {S.SENT: 60}


class _Mail:
    def __init__(self) -> None:
        self.keys: set[str] = set()

    def send(self, letter, *, now, ready):
        assert ready()
        self.keys.add(letter.key)
        return Accepted()
