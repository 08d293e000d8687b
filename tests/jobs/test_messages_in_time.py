"""What goes out when: decided at the moment of sending, against the visit and the patient as they stand."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from config import Settings
from jobs import messages
from jobs.ticks import Round
from models import Clinic, Consent, Message, Patient
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from scheduler.planning.words import Channel, Discretion, MessageKind
from scheduler.services.messages.owe_messages import owe_messages
from tests.builders import NOW, build_visit
from tests.jobs.outbox import EVENING_BEFORE, NEXT_WEEK

K, S = MessageKind, MessageState


def test_every_message_of_a_visit_goes_out_once_at_its_time(outbox):
    for hour in range(24 * 12):
        outbox.tick(NOW + timedelta(hours=hour))
        if hour == 24 * 7 + 2:
            outbox.change_visit(status=AppointmentStatus.FULFILLED)
    assert [letter.subject for letter in outbox.mail.sent] == [
        "Your visit on Friday 9 April", "Your visit on Friday 9 April", "Your visit on Friday 9 April, 10:00 AM",
        "Getting ready for your visit on Friday 9 April", "Thank you for your visit"]
    assert outbox.states() == [S.SENT] * 5


def test_a_late_clock_catches_up_and_lets_stale_messages_be(outbox):
    outbox.tick()
    done = outbox.tick(EVENING_BEFORE)
    assert done == {"sent": 2, "skipped": 1}
    assert [letter.subject for letter in outbox.mail.sent][1:] == [
        "Your visit on Friday 9 April, 10:00 AM", "Getting ready for your visit on Friday 9 April"]
    assert outbox.states(K.THREE_DAYS) == [S.SKIPPED]


def test_a_cancelled_visit_sends_nothing(outbox):
    outbox.change_visit(status=AppointmentStatus.CANCELLED)
    for day in range(10):
        outbox.tick(NOW + timedelta(days=day))
    assert outbox.mail.sent == []
    assert set(outbox.states()) == {S.SKIPPED}


def test_a_moved_visit_sends_the_new_time_alone(outbox, database):
    outbox.tick()
    outbox.change_visit(version=2, starts_at=NEXT_WEEK + timedelta(days=1),
                        ends_at=NEXT_WEEK + timedelta(days=1, hours=2))
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
    told = messages.due(Round(database, Settings(secret_key="k" * 40), EVENING_BEFORE))
    assert len(told) == 4
    assert "three days before" in told[1] and "expire" in told[1]
    assert told[0].endswith(f"confirmation, email to patient {outbox.patient_id}: send")
    assert "Ada" not in " ".join(told) and "example.com" not in " ".join(told)
    assert outbox.states(K.CONFIRMATION) == [S.PLANNED]


def test_a_text_goes_out_in_the_clinics_name_and_as_discreet_as_asked(outbox, database):
    with database.writing() as session:
        clinic, patient = session.get(Clinic, outbox.kit.clinic_id), session.get(Patient, outbox.patient_id)
        clinic.text_number, patient.discretion = "+13015550111", Discretion.TIME_ALONE
        session.add(Consent(clinic_id=clinic.id, patient_id=patient.id, channel=Channel.TEXT, granted_at=NOW))
        session.scalar(select(Message).where(Message.kind == K.ONE_DAY)).channel = Channel.TEXT
    outbox.tick(NEXT_WEEK - timedelta(days=1))
    [sent] = outbox.texts.sent
    assert (sent.to, sent.sender, sent.asked_before) == ("+13015550123", "+13015550111", None)
    assert sent.body.startswith("Visit Fri Apr 9, 10:00 AM. Reply C to confirm")


def test_a_channel_without_a_way_out_waits(outbox, database):
    with database.writing() as session:
        for message in session.scalars(select(Message)):
            message.channel = Channel.TEXT
    assert outbox.tick() == {}
    assert outbox.states(K.CONFIRMATION) == [S.PLANNED]
