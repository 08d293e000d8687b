"""The clock and the outbox: everything owed goes out once, at its time, to whoever may get it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from config import Settings
from jobs import messages
from jobs.messages import deliver
from jobs.ticks import Round
from models import Appointment, Consent, Message, Patient, PatientLink
from scheduler.messaging.fakes import MemoryMail
from scheduler.messaging.ports import Accepted, Letter, NotDeliverable, Outcome, Ports, TryLater, Unreachable
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from scheduler.planning.words import Channel, MessageKind
from scheduler.queries.patient_links import hash_of
from scheduler.services.acknowledge_message import acknowledge_message
from scheduler.services.owe_messages import owe_messages
from scheduler.services.supersede import supersede
from scheduler.services.take_message import LEASE, ToSend, take_next
from tests.builders import NOW, build_patient, build_visit
from tests.messaging.sink import Sink

K, S = MessageKind, MessageState
BASE = "https://visits.example.com"
NEXT_WEEK = NOW + timedelta(days=7)


class Outbox:
    """A clinic's outbox with one patient's visit in a week, booked now."""

    def __init__(self, database, kit):
        self.database, self.kit = database, kit
        self.mail = MemoryMail()
        self.patient_id, self.visit_id = self.book()

    def book(self, starts_at: datetime = NEXT_WEEK, **patient) -> tuple[int, int]:
        with self.database.writing() as session:
            patient_id = build_patient(session, self.kit, **patient)
            visit_id = build_visit(session, self.kit, patient_id, starts_at)
            owe_messages(session, clinic_id=self.kit.clinic_id, patient_id=patient_id, appointment_ids=[visit_id],
                         series_id=None, now=NOW, why="booked")
        return patient_id, visit_id

    def tick(self, now: datetime = NOW, mail: MemoryMail | None = None) -> dict:
        return dict(deliver(self.database, Ports(mail=mail or self.mail), base_url=BASE, now=now))

    def states(self, *kinds: MessageKind) -> list[MessageState]:
        return [message.state for message in self.rows(*kinds)]

    def rows(self, *kinds: MessageKind) -> list[Message]:
        with self.database.reading() as session:
            rows = list(session.scalars(select(Message).where(
                Message.patient_id == self.patient_id, Message.kind.in_(kinds or K)).order_by(Message.id)))
            session.expunge_all()
            return rows

    def change_visit(self, **facts) -> None:
        with self.database.writing() as session:
            for name, value in facts.items():
                setattr(session.get(Appointment, self.visit_id), name, value)


@pytest.fixture
def outbox(database, kit) -> Outbox:
    return Outbox(database, kit)


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
    assert NOW <= message.sent_at < NOW + timedelta(seconds=5)


def test_every_message_of_a_visit_goes_out_once_at_its_time(outbox):
    for hour in range(24 * 12):
        outbox.tick(NOW + timedelta(hours=hour))
        if hour == 24 * 7 + 2:
            outbox.change_visit(status=AppointmentStatus.FULFILLED)
    assert [letter.subject for letter in outbox.mail.sent] == [
        "Your visit on Friday 9 April", "Your visit on Friday 9 April", "Your visit on Friday 9 April, 10:00 AM",
        "Getting ready for your visit on Friday 9 April", "Thank you for your visit"]
    assert outbox.states() == [S.SENT] * 5


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


def test_a_late_clock_catches_up_and_lets_stale_messages_be(outbox):
    outbox.tick()
    done = outbox.tick(NEXT_WEEK - timedelta(hours=3))
    assert done == {"sent": 1, "skipped": 2}
    assert [letter.subject for letter in outbox.mail.sent][1:] == ["Your visit on Friday 9 April, 10:00 AM"]
    assert outbox.states(K.THREE_DAYS, K.PREPARATION) == [S.SKIPPED, S.SKIPPED]


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
    with database.writing() as session:
        taken = take_next(session, base_url=BASE, now=NOW)
    outbox.mail.send(taken.letter, now=NOW)
    assert outbox.tick(NOW + LEASE - timedelta(seconds=1)) == {}
    for minute in range(5):
        outbox.tick(NOW + LEASE + timedelta(minutes=minute))
    assert [letter.key for letter in outbox.mail.sent] == [taken.letter.key] * 2


def test_only_the_holder_of_the_claim_writes_the_outcome(outbox, database):
    with database.writing() as session:
        late = take_next(session, base_url=BASE, now=NOW)
    outbox.tick(NOW + LEASE)
    with database.writing() as session:
        assert acknowledge_message(session, late, NotDeliverable("550 gone"), now=NOW + LEASE) is None
    assert outbox.states(K.CONFIRMATION) == [S.SENT]


def test_a_message_superseded_on_its_way_notes_that_it_was_sent(outbox, database):
    with database.writing() as session:
        taken = take_next(session, base_url=BASE, now=NOW)
        assert isinstance(taken, ToSend)
    with database.writing() as session:
        supersede(session, [session.get(Message, taken.message_id)])
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
    for round_ in range(7):
        with database.writing() as session:
            taken = take_next(session, base_url=BASE, now=NOW + round_ * LEASE)
    assert not isinstance(taken, ToSend) and taken.state == S.PARKED


def test_a_cancelled_visit_sends_nothing(outbox):
    outbox.change_visit(status=AppointmentStatus.CANCELLED)
    for day in range(10):
        outbox.tick(NOW + timedelta(days=day))
    assert outbox.mail.sent == []
    assert set(outbox.states()) == {S.SKIPPED}


def test_a_moved_visit_sends_the_new_time_alone(outbox, database):
    outbox.tick()
    outbox.change_visit(version=2, starts_at=NEXT_WEEK + timedelta(days=1))
    with database.writing() as session:
        owe_messages(session, clinic_id=outbox.kit.clinic_id, patient_id=outbox.patient_id, now=NOW, why="changed",
                     appointment_ids=[outbox.visit_id], series_id=None)
    for hour in range(24 * 8):
        outbox.tick(NOW + timedelta(hours=hour))
    assert [letter.subject for letter in outbox.mail.sent] == [
        "Your visit on Friday 9 April", "New time for your visit: Saturday 10 April", "Your visit on Saturday 10 April",
        "Your visit on Saturday 10 April, 10:00 AM", "Getting ready for your visit on Saturday 10 April"]


def test_consent_withdrawn_after_booking_stops_the_letter(outbox, database):
    with database.writing() as session:
        for consent in session.scalars(select(Consent).where(Consent.patient_id == outbox.patient_id)):
            consent.withdrawn_at = NOW
    outbox.tick()
    assert outbox.mail.sent == []
    assert "not consented" in outbox.rows(K.CONFIRMATION)[0].reason


def test_an_address_that_is_missing_parks_the_letter(outbox, database):
    with database.writing() as session:
        session.get(Patient, outbox.patient_id).email = None
    outbox.tick()
    assert outbox.states(K.CONFIRMATION) == [S.PARKED]


def test_quiet_hours_are_the_patients(outbox, database):
    with database.writing() as session:
        session.get(Patient, outbox.patient_id).timezone = "Pacific/Honolulu"
    assert outbox.tick() == {"shifted": 1}
    [message] = outbox.rows(K.CONFIRMATION)
    assert message.due_at == datetime.fromisoformat("2027-04-02T08:00-10:00")
    assert outbox.tick(message.due_at) == {"sent": 1}
    assert "10:00 AM EDT" in outbox.mail.sent[0].text


def test_a_patient_who_cannot_come_gets_no_reminder(outbox):
    outbox.tick()
    outbox.change_visit(cannot_come_at=NOW)
    for day in range(7):
        outbox.tick(NOW + timedelta(days=day))
    assert len(outbox.mail.sent) == 1


def test_a_letter_says_what_was_merged_into_it(outbox, database):
    with database.writing() as session:
        later = build_visit(session, outbox.kit, outbox.patient_id, NEXT_WEEK + timedelta(hours=3),
                            visit_type="therapy")
        owe_messages(session, clinic_id=outbox.kit.clinic_id, patient_id=outbox.patient_id, now=NOW, why="booked",
                     appointment_ids=[outbox.visit_id, later], series_id=None)
    for hour in range(24 * 7):
        outbox.tick(NOW + timedelta(hours=hour))
    [reminder] = [letter for letter in outbox.mail.sent if letter.subject.endswith("10:00 AM")]
    assert "10:00 AM\n" in reminder.text and "1:00 PM\n" in reminder.text


def test_what_would_be_due_is_told_without_names_and_without_doing_it(outbox, database):
    told = messages.due(Round(database, Settings(secret_key="k" * 40), NEXT_WEEK - timedelta(hours=5)))
    assert len(told) == 4
    assert told[0].endswith(f"confirmation, email to patient {outbox.patient_id}: send")
    assert "Ada" not in " ".join(told) and "example.com" not in " ".join(told)
    assert outbox.states(K.CONFIRMATION) == [S.PLANNED]


def test_a_channel_without_a_way_out_waits(outbox, database):
    with database.writing() as session:
        for message in session.scalars(select(Message)):
            message.channel = Channel.TEXT
    assert outbox.tick() == {}
    assert outbox.states(K.CONFIRMATION) == [S.PLANNED]
