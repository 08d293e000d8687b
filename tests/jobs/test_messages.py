"""The clock and the outbox: everything owed goes out once, whatever breaks on the way."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Barrier, Thread

from sqlalchemy import select

from config import Settings
from jobs import messages
from jobs.ticks import Round
from models import Message, Patient, PatientLink
from scheduler.messaging.fakes import MemoryMail
from scheduler.messaging.ports import Accepted, Letter, NotDeliverable, Outcome, TryLater, Unreachable
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import MessageKind
from scheduler.queries.patient_links import hash_of
from scheduler.services.messages.acknowledge_message import acknowledge_message
from scheduler.services.messages.claim_messages import LEASE, MOST_LAPSES, claim_due, give_back
from scheduler.services.messages.settle_messages import ToSend
from scheduler.services.messages.supersede import supersede
from tests.builders import NOW
from tests.jobs.outbox import BASE, NEXT_WEEK
from tests.messaging.sink import Sink

K, S = MessageKind, MessageState


def _first(outcome: Outcome, times: int = 1):
    """Answer `outcome` the first times, then accept."""
    left = [outcome] * times
    return MemoryMail(lambda letter: left.pop() if left else Accepted())


def test_fifty_ticks_send_one_letter(outbox):
    for _ in range(50):
        outbox.tick()
    assert [letter.to for letter in outbox.mail.sent] == ["ada@example.com"]
    [message] = outbox.rows(K.CONFIRMATION)
    assert (message.state, message.attempts, message.claimed_by) == (S.SENT, 1, None)
    assert NOW <= message.sent_at < NOW + timedelta(minutes=1)


def test_a_real_server_gets_the_letter_with_a_link_that_opens(outbox, database):
    with Sink() as sink:
        settings = Settings(secret_key="k" * 40, smtp_url=f"smtp://127.0.0.1:{sink.port}", base_url=BASE,
                            mail_from="visits@alder.example.com")
        for _ in range(3):
            messages.run(Round(database, settings, NOW))
    [letter] = sink.letters
    [message] = outbox.rows(K.CONFIRMATION)
    assert letter["Message-ID"] == f"<{message.key}@alder.example.com>"
    token = re.search(rf"{BASE}/v/([\w-]+)", letter.get_body(("plain",)).get_content())[1]
    with database.reading() as session:
        link = session.scalar(select(PatientLink).where(PatientLink.token_hash == hash_of(token)))
        assert (link.appointment_id, link.purpose, link.message_id) == (outbox.visit_id, "visit", message.id)


def test_without_a_mail_server_messages_wait_and_expire(outbox, database):
    settings = Settings(secret_key="k" * 40, base_url=BASE)
    for _ in range(3):
        messages.run(Round(database, settings, NOW))
    assert [(row.state, row.attempts) for row in outbox.rows(K.CONFIRMATION)] == [(S.PLANNED, 0)]
    messages.run(Round(database, settings, NEXT_WEEK + timedelta(hours=1)))
    assert outbox.states(K.CONFIRMATION, K.THREE_DAYS, K.ONE_DAY, K.PREPARATION) == [S.SKIPPED] * 4
    assert "Its time passed" in outbox.rows(K.ONE_DAY)[0].reason


def test_two_clocks_at_once_send_every_letter_once(outbox, database):
    for number in range(12):
        outbox.book(email=f"p{number}@example.com")
    ready, mails = Barrier(2), [MemoryMail(), MemoryMail()]

    def clock(mail: MemoryMail) -> None:
        ready.wait(10)
        while outbox.tick(mail=mail):
            pass

    clocks = [Thread(target=clock, args=(mail,)) for mail in mails]
    for each in clocks:
        each.start()
    for each in clocks:
        each.join(60)
    sent = [letter.to for mail in mails for letter in mail.sent]
    assert sorted(sent) == sorted({"ada@example.com", *(f"p{number}@example.com" for number in range(12))})


def test_a_clock_that_dies_after_handing_over_costs_one_duplicate_with_the_same_key(outbox, database):
    taken = outbox.take()
    outbox.mail.send(taken.words, now=NOW)
    assert outbox.tick(NOW + LEASE - timedelta(seconds=1)) == {}
    for minute in range(5):
        outbox.tick(NOW + LEASE + timedelta(minutes=minute))
    assert [letter.key for letter in outbox.mail.sent] == [taken.words.key] * 2


def test_only_the_holder_of_the_claim_writes_the_outcome(outbox, database):
    late = outbox.take()
    outbox.tick(NOW + LEASE)
    with database.writing() as session:
        assert acknowledge_message(session, late, NotDeliverable("550 gone"), now=NOW + LEASE) is None
    assert outbox.states(K.CONFIRMATION) == [S.SENT]


def test_a_message_superseded_on_its_way_notes_that_it_was_sent(outbox, database):
    taken = outbox.take()
    assert isinstance(taken, ToSend)
    with database.writing() as session:
        supersede(session, [session.get(Message, taken.claimed.message_id)], now=NOW)
    with database.writing() as session:
        acknowledge_message(session, taken, Accepted(), now=NOW)
    [message] = outbox.rows(K.CONFIRMATION)
    assert (message.state, message.sent_at, message.claimed_by) == (S.SUPERSEDED, NOW, None)


def test_a_temporary_failure_waits_a_minute_and_then_goes_out(outbox):
    mail = _first(TryLater("451 busy"))
    assert outbox.tick(mail=mail) == {"failed": 1}
    [message] = outbox.rows(K.CONFIRMATION)
    assert (message.reason, message.attempts) == ("451 busy", 1)
    assert outbox.tick(NOW + timedelta(seconds=50), mail=mail) == {}
    assert outbox.tick(NOW + timedelta(seconds=70), mail=mail) == {"sent": 1}
    [message] = outbox.rows(K.CONFIRMATION)
    assert (message.state, message.reason, message.attempts) == (S.SENT, "", 2)


def test_what_fails_again_and_again_is_parked_for_a_person(outbox):
    mail = MemoryMail(lambda letter: TryLater("451 busy"))
    for quarter in range(40):
        outbox.tick(NOW + timedelta(minutes=15 * quarter), mail=mail)
    [message] = outbox.rows(K.CONFIRMATION)
    assert (message.state, message.attempts) == (S.PARKED, 6)
    assert "451 busy" in message.reason and "call" in message.reason


def test_a_refusal_for_ever_is_parked_at_once(outbox):
    mail = MemoryMail(lambda letter: NotDeliverable("550 no such mailbox"))
    assert outbox.tick(mail=mail) == {"parked": 1}
    assert outbox.tick(mail=mail) == {}
    assert [row.reason for row in outbox.rows(K.CONFIRMATION)] == ["550 no such mailbox"]


def test_a_server_that_cannot_be_reached_blames_no_message_and_ends_the_round(outbox):
    outbox.book(email="bob@example.com")
    mail = _first(Unreachable("The mail server cannot be reached."))
    assert outbox.tick(mail=mail) == {"planned": 1}
    [message] = outbox.rows(K.CONFIRMATION)
    assert (message.attempts, message.reason) == (0, "The mail server cannot be reached.")
    assert outbox.tick(mail=mail) == {"sent": 2}


def test_a_poison_message_delays_no_other(outbox, database):
    with database.writing() as session:
        session.get(Patient, outbox.patient_id).timezone = "Mars/Olympus"
    for name in ("bob", "cyd"):
        outbox.book(email=f"{name}@example.com")

    def answer(letter: Letter) -> Outcome:
        if letter.to.startswith("bob"):
            raise RuntimeError("a letter that breaks the port")
        return Accepted()

    mail = MemoryMail(answer)
    assert outbox.tick(mail=mail) == {"failed": 2, "sent": 1}
    assert [letter.to for letter in mail.sent] == ["cyd@example.com"]


def test_a_message_that_kills_every_clock_is_parked(outbox, database):
    for round_ in range(MOST_LAPSES + 2):
        taken = outbox.take(NOW + round_ * LEASE)
    assert not isinstance(taken, ToSend) and taken.state == S.PARKED


def test_what_lapsed_again_goes_behind_what_lapsed_before(outbox, database):
    outbox.book(email="bea@example.com")
    order = []
    for leases in (0, 0, 1, 2):
        with database.writing() as session:
            [claimed] = claim_due(session, now=NOW + leases * LEASE)
        order.append(claimed.message_id)
    assert order[0] == order[2] != order[1] == order[3]


def test_what_a_dead_clock_held_waits_less_than_a_minute_and_goes_once(outbox, database):
    for number in range(9):
        outbox.book(email=f"p{number}@example.com")
    with database.writing() as session:
        assert len(claim_due(session, now=NOW, many=24)) == 10
    assert outbox.tick(NOW + timedelta(seconds=30)) == {}
    assert outbox.tick(NOW + timedelta(seconds=50)) == {"sent": 10}
    assert len({letter.key for letter in outbox.mail.sent}) == len(outbox.mail.sent) == 10


def test_what_was_claimed_and_not_begun_is_given_back_as_if_it_had_not_been(outbox, database):
    with database.writing() as session:
        claimed = claim_due(session, now=NOW)
    with database.writing() as session:
        give_back(session, claimed, now=NOW)
    [message] = outbox.rows(K.CONFIRMATION)
    assert (message.state, message.attempts, message.claimed_by) == (S.PLANNED, 0, None)
    assert outbox.tick() == {"sent": 1}
