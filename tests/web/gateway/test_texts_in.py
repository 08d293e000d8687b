"""What texts that come in set off."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from jobs import texts
from jobs.messages import deliver
from jobs.ticks import Round
from models import Appointment, Clinic, Consent, InboundText, Message, Notice, OnCall, Patient
from scheduler.messaging.fakes import MemoryMail, MemoryTexts
from scheduler.messaging.ports import Ports
from scheduler.planning.words import Channel, Role
from scheduler.queries.inbound_rows import waiting_texts
from scheduler.services.messages.see_to_text import SeenTo, finish_text, take_text
from scheduler.services.messages.stop_texts import ResumeTexts, resume_texts
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, build_clinic, build_patient, build_visit
from tests.web.gateway.desk import BASE, HERS, OURS, SETTINGS, I, M, N, S


def test_answers_and_alerts_go_out_by_the_outbox_at_once_in_the_middle_of_the_night(desk):
    night = NOW.replace(hour=7)
    desk.says("HELP", now=night)
    desk.says("I can't go on", now=night)
    mail, phone = MemoryMail(), MemoryTexts()
    for _ in range(3):
        deliver(desk.database, Ports(mail=mail, text=phone), base_url=BASE, now=night)
    assert [text.body.split(".")[0] for text in phone.sent] == [
        "Alder: messages about your visits", "If you are in crisis, call or text 988 or chat at 988lifeline"]
    [alert] = mail.sent
    assert (alert.to, alert.subject) == ("administrator@alder.example.com", "A text needs a person now")
    assert f"{BASE}/texts/" in alert.text and HERS not in alert.text + alert.html and "Ada" not in alert.text


def test_a_yes_to_a_time_that_has_moved_since_goes_to_a_person(desk):
    with desk.database.writing() as session:
        session.get(Appointment, desk.visit_id).version = 2
    taken = desk.says("YES")
    row = desk.get(InboundText, taken.inbound_ids[0])
    assert (row.state, row.meaning, row.due_at) == (I.OPEN, M.CONFIRM, NOW + timedelta(hours=1))
    assert desk.get(Appointment, desk.visit_id).confirmed_at is None and desk.notices() == []


def test_asking_to_move_changes_nothing_and_asks_the_desk(desk):
    row = desk.get(InboundText, desk.says("R").inbound_ids[0])
    assert (row.patient_id, row.message_id, row.state) == (desk.patient_id, desk.message_id, I.OPEN)
    assert desk.notices() == [(N.MOVING, Channel.TEXT, HERS)]
    assert desk.get(Appointment, desk.visit_id).cannot_come_at is None


def test_help_is_answered_even_to_a_stranger_and_a_strangers_words_go_to_a_person(desk):
    assert desk.get(InboundText, desk.says("HELP", "+13015550777").inbound_ids[0]).state == I.ANSWERED
    row = desk.get(InboundText, desk.says("who are you?", "+13015550777").inbound_ids[0])
    assert (row.patient_id, row.state, row.meaning) == (None, I.OPEN, M.OTHER)
    assert desk.notices() == [(N.HELP, Channel.TEXT, "+13015550777")]


def test_stop_stops_every_patient_with_that_number_in_every_clinic_that_texts_from_it(desk):
    with desk.database.writing() as session:
        twin = build_patient(session, desk.kit, "Ben", consents=(Channel.TEXT, Channel.EMAIL), telephone=HERS)
        waiting = desk.owe(session, twin, build_visit(session, desk.kit, twin), S.PLANNED)
        sister = build_clinic(session, "Birch Clinic")
        session.get(Clinic, sister.clinic_id).text_number = OURS
        third = build_patient(session, sister, "Cyd", consents=(Channel.TEXT,), telephone=HERS)
        other = build_patient(session, desk.kit, "Dee", consents=(Channel.TEXT,), telephone="+13015550199")
    taken = desk.says("Opt-out!!")
    assert len(taken.inbound_ids) == 2
    with desk.database.reading() as session:
        standing = session.scalars(select(Consent.patient_id).where(
            Consent.channel == Channel.TEXT, Consent.withdrawn_at.is_(None))).all()
        assert standing == [other]
        assert session.scalar(select(func.count(Consent.id)).where(
            Consent.patient_id == twin, Consent.channel == Channel.EMAIL, Consent.withdrawn_at.is_(None))) == 1
        rows = session.scalars(select(InboundText).order_by(InboundText.clinic_id)).all()
        assert [row.state for row in rows] == [I.OPEN, I.OPEN] and rows[1].patient_id == third
        assert rows[0].due_at == datetime.fromisoformat("2027-04-16T00:00-04:00")
        [notice] = session.scalars(select(Notice)).all()
        assert (notice.kind, notice.due_at, notice.expires_at) == (N.STOPPED, NOW, NOW + timedelta(minutes=5))
    assert desk.get(Message, waiting).state == S.SKIPPED
    desk.says("STOP")
    assert len(desk.notices()) == 1, "one confirmation is all there may be"


def test_texts_begin_again_by_the_desk_with_a_note_alone(desk):
    desk.says("stop")
    assert desk.get(InboundText, desk.says("START").inbound_ids[0]).state == I.OPEN
    by = desk.kit.viewer()
    with desk.database.writing() as session:
        assert isinstance(resume_texts(session, ResumeTexts(desk.patient_id, " "), by=by, now=NOW), Refused)
        assert isinstance(resume_texts(session, ResumeTexts(10**6, "said so"), by=by, now=NOW), NotFound)
        assert resume_texts(session, ResumeTexts(desk.patient_id, "by telephone on Friday"), by=by,
                            now=NOW + timedelta(hours=1)) == desk.patient_id
    with desk.database.reading() as session:
        [consent] = session.scalars(select(Consent).where(
            Consent.patient_id == desk.patient_id, Consent.channel == Channel.TEXT, Consent.withdrawn_at.is_(None)))
        assert (consent.how, consent.recorded_by) == ("by telephone on Friday", by.staff_id)


def test_words_of_crisis_are_answered_at_once_and_people_alerted_until_one_takes_it(desk):
    staff = desk.kit.staff
    with desk.database.writing() as session:
        session.add_all([
            OnCall(clinic_id=desk.kit.clinic_id, staff_id=staff[Role.CLINICIAN], position=1, by_email=True,
                   telephone="+13015550150"),
            OnCall(clinic_id=desk.kit.clinic_id, staff_id=staff[Role.THERAPIST], position=2, by_email=True)])
    [inbound_id] = desk.says("C. I want to die").inbound_ids
    assert desk.get(Appointment, desk.visit_id).confirmed_at is None
    first = [(N.CRISIS, Channel.TEXT, HERS), (N.ALERT, Channel.EMAIL, "clinician@alder.example.com"),
             (N.ALERT, Channel.TEXT, "+13015550150")]
    assert desk.notices() == first
    for minute in (1, 9):
        texts.run(Round(desk.database, SETTINGS, NOW + timedelta(minutes=minute)))
    assert desk.notices() == first
    for _ in range(3):
        texts.run(Round(desk.database, SETTINGS, NOW + timedelta(minutes=10)))
    assert desk.notices()[3:] == [(N.ALERT, Channel.EMAIL, "therapist@alder.example.com")]
    texts.run(Round(desk.database, SETTINGS, NOW + timedelta(minutes=20)))
    assert desk.notices()[4:] == first[1:], "after the last the first again"
    with desk.database.reading() as session:
        [row] = waiting_texts(session, desk.kit.clinic_id, M)
        assert row.late(NOW + timedelta(minutes=20)) and row.alerted == 3 and row.is_crisis
    with desk.database.writing() as session:
        assert isinstance(take_text(session, inbound_id, by=desk.kit.viewer(), now=NOW), SeenTo)
    texts.run(Round(desk.database, SETTINGS, NOW + timedelta(hours=5)))
    assert len(desk.notices()) == 6
    with desk.database.writing() as session:
        assert isinstance(finish_text(session, inbound_id, "called", by=desk.kit.viewer(), now=NOW), SeenTo)
        assert isinstance(finish_text(session, inbound_id, by=desk.kit.viewer(), now=NOW), Refused)


def test_where_nobody_is_on_call_the_administrators_are_alerted(desk):
    desk.says("suicide")
    assert desk.notices()[1:] == [(N.ALERT, Channel.EMAIL, "administrator@alder.example.com")]


def test_a_shared_telephone_answers_the_text_that_was_sent_last(desk):
    with desk.database.writing() as session:
        twin = build_patient(session, desk.kit, "Ben", consents=(Channel.TEXT,), telephone=HERS)
        visit = build_visit(session, desk.kit, twin, NOW + timedelta(days=3))
        session.get(Message, desk.owe(session, twin, visit, S.SENT)).sent_at = NOW - timedelta(minutes=5)
    desk.says("Y")
    assert desk.get(Appointment, visit).confirmed_at == NOW
    assert desk.get(Appointment, desk.visit_id).confirmed_at is None
    row = desk.get(InboundText, 1)
    assert row.patient_id == twin and desk.get(Patient, twin).given_name == "Ben"


def test_another_clinics_texts_are_not_there(desk):
    [inbound_id] = desk.says("hello there").inbound_ids
    with desk.database.writing() as session:
        stranger = build_clinic(session, "Birch Clinic").viewer()
        assert isinstance(take_text(session, inbound_id, by=stranger, now=NOW), NotFound)
        assert waiting_texts(session, stranger.clinic_id, M) == ()
