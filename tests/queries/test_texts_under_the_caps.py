"""How many texts a patient has had: none is forgotten, and none that is on its way is overlooked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from models import Clinic, Consent, Message
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.reminder_rules import Caps
from scheduler.planning.send_decisions import Send, Shift
from scheduler.planning.words import Channel, MessageKind
from scheduler.queries.message_now import standings_of
from scheduler.queries.reach import reach_of
from scheduler.services.patients.edit_patient import PatientDetails, edit_patient
from tests.builders import NOW, build_patient, build_visit


def text(session, kit, patient_id: int, state: MessageState, **facts) -> Message:
    visit = build_visit(session, kit, patient_id, NOW + timedelta(days=2, hours=facts.pop("hours", 0)))
    row = Message(clinic_id=kit.clinic_id, patient_id=patient_id, appointment_id=visit, appointment_version=1,
                  kind=MessageKind.ONE_DAY, channel=Channel.TEXT, rule="one-day", state=state, due_at=NOW,
                  expires_at=NOW + timedelta(hours=30), key=f"key-{visit}", created_at=NOW, **facts)
    session.add(row)
    session.flush()
    return row


def texted(session, kit) -> int:
    session.get_one(Clinic, kit.clinic_id).text_number = "+13015550199"
    return build_patient(session, kit, consents=(Channel.TEXT,))


def test_a_text_that_went_counts_although_its_visit_has_moved_since(database, kit) -> None:
    with database.writing() as session:
        patient = texted(session, kit)
        text(session, kit, patient, MessageState.SUPERSEDED, sent_at=NOW - timedelta(hours=2))
        now_due = text(session, kit, patient, MessageState.PLANNED, hours=4)
        decision = standings_of(session, [now_due], now=NOW)[now_due.key].decision(NOW)
        assert isinstance(decision, Shift) and "cap on texts" in decision.reason


def test_of_two_texts_decided_at_once_one_goes(database, kit) -> None:
    with database.writing() as session:
        patient, held = texted(session, kit), {"claimed_by": "clock", "claimed_until": NOW + timedelta(minutes=1)}
        both = [text(session, kit, patient, MessageState.CLAIMED, hours=hours, **held) for hours in (0, 4)]
        found = standings_of(session, both, now=NOW)
        first, second = (found[one.key].decision(NOW) for one in both)
        assert isinstance(first, Send) and isinstance(second, Shift)
        assert first.reason == "Within 1 text a day and 3 a week, by the healthcare exemption."


def test_a_text_of_another_clock_that_may_have_gone_holds_its_place(database, kit) -> None:
    with database.writing() as session:
        patient = texted(session, kit)
        text(session, kit, patient, MessageState.CLAIMED, claimed_by="other", claimed_until=NOW + timedelta(seconds=20))
        mine = text(session, kit, patient, MessageState.CLAIMED, hours=4, claimed_by="mine",
                    claimed_until=NOW + timedelta(minutes=1))
        assert isinstance(standings_of(session, [mine], now=NOW)[mine.key].decision(NOW), Shift)


def test_more_texts_need_the_clinics_numbers_and_the_patients_recorded_word(database, kit) -> None:
    with database.writing() as session:
        patient = texted(session, kit)
        clinic, consent = session.get_one(Clinic, kit.clinic_id), session.query(Consent).filter_by(
            patient_id=patient).one()
        clinic.agreed_texts_a_day, clinic.agreed_texts_a_week = 2, 6
        assert reach_of(session, patient, now=NOW).caps == Caps(1, 3)
        consent.beyond_caps = True
        assert reach_of(session, patient, now=NOW).caps == Caps(2, 6, agreed=True)
        clinic.agreed_texts_a_day = None
        assert reach_of(session, patient, now=NOW).caps == Caps(1, 3)


def test_the_desk_records_the_express_word_as_a_consent_of_its_own(database, kit) -> None:
    with database.writing() as session:
        patient = texted(session, kit)
        by, details = kit.viewer(), PatientDetails(
            "Ada", "Quill", date(1980, 5, 17), telephone="+13015550123", consents=frozenset({Channel.TEXT}),
            consent_how="on paper", beyond_caps=True)
        for number, (beyond, stands) in enumerate(((None, False), (True, True), (None, True), (False, False)), 1):
            edit_patient(session, patient, replace(details, beyond_caps=beyond), by=by,
                         now=NOW + timedelta(days=number))
            rows = session.scalars(select(Consent).where(Consent.patient_id == patient).order_by(Consent.id)).all()
            assert [row.beyond_caps for row in rows if row.withdrawn_at is None] == [stands]
        assert [row.beyond_caps for row in rows] == [False, True, False]
