"""What the clock logs when things go wrong: ids, and nothing of whom or what about."""

from __future__ import annotations

import logging

import pytest

from jobs.messages import deliver
from models import Message
from scheduler.messaging.fakes import MemoryMail
from scheduler.messaging.ports import NotDeliverable, Ports, TryLater, Unreachable
from tests.builders import NOW
from tests.jobs.outbox import BASE, Outbox


def breaking(letter):
    raise RuntimeError(f"could not send {letter.subject} to {letter.to}: {letter.text}")


@pytest.mark.parametrize("answer", [
    breaking, lambda _: TryLater("Broken."), lambda _: NotDeliverable("Unknown."), lambda _: Unreachable("Gone.")],
    ids=["breaks", "later", "never", "unreachable"])
def test_a_letter_that_cannot_go_is_logged_by_its_id(database, kit, caplog, answer) -> None:
    outbox = Outbox(database, kit)
    outbox.book(given="Wilhelmina", family="Featherstonehaugh", email="minnie@featherstone.example")
    with caplog.at_level(logging.DEBUG):
        deliver(database, Ports(mail=MemoryMail(answer)), base_url=BASE, now=NOW)
        logging.getLogger("test").info("%r", outbox.rows())
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("sqlalchemy")]
    assert any("Message" in line for line in ours)
    for word in ("Wilhelmina", "Featherstone", "featherstone", "Quill", "ada@example", "+1301", BASE, "visit"):
        assert not any(word in line for line in ours), word


def test_a_message_shows_its_id_alone(database, kit) -> None:
    outbox = Outbox(database, kit)
    with database.reading() as session:
        row = session.query(Message).filter_by(patient_id=outbox.patient_id).first()
        assert repr(row) == f"<Message {row.id}>"
