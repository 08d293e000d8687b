"""Words by hand go through the outbox with its hours, caps and consents; and what the desk does with texts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobs.messages import deliver
from models import AuditEntry, Clinic, Consent, HandWritten, InboundText, Message, Patient
from scheduler.messaging.fakes import MemoryMail
from scheduler.messaging.ports import Ports
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel, InboundMeaning, InboundState, MessageKind, Role
from scheduler.services.messages.see_to_text import SeenTo, finish_text, reopen_text, take_text
from scheduler.services.messages.stop_texts import ResumeTexts, resume_texts, take_back_resumed
from scheduler.services.messages.write_by_hand import (
    WriteByHand,
    Written,
    preview_by_hand,
    take_back_by_hand,
    write_by_hand,
)
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, build_patient
from tests.inbound_kit import build_text

BOTH = (Channel.EMAIL, Channel.TEXT)
WORDS = "You may park in the yard."
NIGHT = NOW.replace(hour=3)
"""Eleven in the evening in Maryland."""


@pytest.fixture
def ada(database, kit) -> int:
    with database.writing() as session:
        session.get_one(Clinic, kit.clinic_id).text_number = "+13015550177"
        return build_patient(session, kit, consents=BOTH)


def write(database, kit, patient_id, channel=Channel.TEXT, words=WORDS, answers=None, now=NOW):
    with database.writing() as session:
        return write_by_hand(session, WriteByHand(patient_id, channel, words, answers), by=kit.viewer(), now=now)


def sentences(result) -> list[str]:
    assert isinstance(result, Refused)
    return [one.sentence for one in result.conflicts]


def test_a_text_by_hand_names_the_clinic_and_the_way_to_stop(database, kit, ada):
    with database.reading() as session:
        reads = preview_by_hand(session, WriteByHand(ada, Channel.TEXT, WORDS), by=kit.viewer(), now=NOW)
        assert session.scalar(select(Message.id).where(Message.clinic_id == kit.clinic_id)) is None
    assert reads.words == "Alder: You may park in the yard. Call (301) 555-0100. STOP to opt out"
    assert (reads.length, reads.faults, reads.why) == (69, (), "")


def test_a_letter_by_hand_goes_out_in_the_houses_frame_with_a_subject_that_says_nothing(database, kit, ada):
    written = write(database, kit, ada, Channel.EMAIL)
    assert isinstance(written, Written)
    mail = MemoryMail()
    assert not deliver(database, Ports(mail=mail), base_url="http://x", now=NOW)
    deliver(database, Ports(mail=mail), base_url="http://x", now=NOW + timedelta(minutes=1))
    (letter,) = mail.sent
    assert letter.subject == "A message for you" and WORDS in letter.text and WORDS in letter.html
    with database.reading() as session:
        message = session.get_one(Message, written.message_id)
        assert (message.kind, message.state) == (MessageKind.BY_HAND, MessageState.SENT)
        hand = session.scalars(select(HandWritten).where(HandWritten.message_id == message.id)).one()
        assert (hand.words, hand.written_by) == (WORDS, kit.staff[Role.FRONT_DESK])


@pytest.mark.parametrize("change, told", [
    (lambda session, patient: session.query(Consent).filter_by(patient_id=patient.id, channel=Channel.TEXT).one()
     .__setattr__("withdrawn_at", NOW), "not consented to texts"),
    (lambda session, patient: setattr(patient, "preferred_channel", Channel.CALL), "telephoned"),
    (lambda session, patient: setattr(patient, "can_be_texted", False), "No number that can be texted")])
def test_who_cannot_be_written_to_is_not_with_a_clear_sentence(database, kit, ada, change, told):
    with database.writing() as session:
        change(session, session.get_one(Patient, ada))
    assert any(told in one for one in sentences(write(database, kit, ada)))


def test_words_that_say_too_much_or_too_long_a_text_are_refused(database, kit, ada):
    told = sentences(write(database, kit, ada, words="Your infusion " + "x" * 160))
    assert any("“infusion” says too much" in one for one in told) and any("160 fit" in one for one in told)


def test_at_night_it_waits_for_the_morning(database, kit, ada):
    written = write(database, kit, ada, now=NIGHT)
    assert isinstance(written, Written) and "quiet hours" in written.why
    assert written.goes_at == NOW.replace(hour=12)
    with database.reading() as session:
        assert session.get_one(Message, written.message_id).state == MessageState.SHIFTED


def test_the_cap_of_the_day_holds_words_by_hand_too(database, kit, ada):
    with database.writing() as session:
        session.add(Message(clinic_id=kit.clinic_id, patient_id=ada, kind=MessageKind.BY_HAND, channel=Channel.TEXT,
                            rule="by hand", state=MessageState.SENT, sent_at=NOW - timedelta(hours=1), due_at=NOW,
                            expires_at=NOW, key="earlier", created_at=NOW))
    written = write(database, kit, ada)
    assert isinstance(written, Written) and "cap on texts" in written.why
    assert written.goes_at == NOW.replace(day=3, hour=12)


def test_an_answer_marks_the_text_as_done_and_taking_it_back_opens_it_again(database, kit, ada):
    with database.writing() as session:
        text_id = build_text(session, kit, ada)
    written = write(database, kit, ada, answers=text_id)
    assert isinstance(written, Written)
    with database.reading() as session:
        assert session.get_one(InboundText, text_id).state == InboundState.DONE
    with database.writing() as session:
        assert take_back_by_hand(session, written.message_id, by=kit.viewer(), now=NOW) == ada
    with database.reading() as session:
        assert session.get_one(InboundText, text_id).state == InboundState.TAKEN
        assert session.get_one(Message, written.message_id).state == MessageState.SUPERSEDED


def test_what_has_gone_cannot_be_taken_back(database, kit, ada):
    written = write(database, kit, ada, Channel.EMAIL)
    deliver(database, Ports(mail=MemoryMail()), base_url="http://x", now=NOW + timedelta(minutes=1))
    with database.writing() as session:
        assert "gone out already" in sentences(
            take_back_by_hand(session, written.message_id, by=kit.viewer(), now=NOW))[0]


def test_somebody_elses_text_is_not_answered(database, kit, ada):
    with database.writing() as session:
        bob = build_patient(session, kit, "Bob", telephone="+13015550142")
        text_id = build_text(session, kit, bob)
    assert isinstance(write(database, kit, ada, answers=text_id), NotFound)


def test_of_two_who_see_to_a_text_the_first_counts_and_each_act_is_audited(database, kit, ada):
    with database.writing() as session:
        text_id = build_text(session, kit, ada, meaning=InboundMeaning.CRISIS)
    with database.writing() as session:
        assert isinstance(take_text(session, text_id, by=kit.viewer(Role.THERAPIST), now=NOW), SeenTo)
        assert isinstance(take_text(session, text_id, by=kit.viewer(), now=NOW), Refused)
        assert isinstance(finish_text(session, text_id, "Called.", by=kit.viewer(), now=NOW), SeenTo)
        assert isinstance(finish_text(session, text_id, by=kit.viewer(), now=NOW), Refused)
        assert isinstance(reopen_text(session, text_id, by=kit.viewer(), now=NOW), SeenTo)
    with database.reading() as session:
        text = session.get_one(InboundText, text_id)
        assert (text.state, text.taken_by, text.taken_at) == (InboundState.TAKEN, kit.staff[Role.THERAPIST], NOW)
        verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.subject_type == "text")
                                .order_by(AuditEntry.id)).all()
        assert verbs == ["take text", "finish text", "reopen text"]


def test_who_sees_flags_alone_takes_on_no_other_text(database, kit, ada):
    with database.writing() as session:
        text_id = build_text(session, kit, ada)
        assert isinstance(take_text(session, text_id, by=kit.viewer(Role.THERAPIST), now=NOW), NotFound)


def test_texts_start_again_only_with_a_note_and_a_slip_is_taken_back(database, kit, ada):
    with database.writing() as session:
        session.scalars(select(Consent).where(
            Consent.patient_id == ada, Consent.channel == Channel.TEXT)).one().withdrawn_at = NOW
        assert "Write down how" in sentences(resume_texts(session, ResumeTexts(ada, "  "), by=kit.viewer(), now=NOW))[0]
        later = NOW + timedelta(minutes=1)
        assert resume_texts(session, ResumeTexts(ada, "Said so by telephone"), by=kit.viewer(), now=later) == ada
    assert isinstance(write(database, kit, ada, now=later), Written)
    with database.writing() as session:
        assert take_back_resumed(session, ada, by=kit.viewer(), now=later) is None
    assert "not consented" in sentences(write(database, kit, ada, now=later))[0]
