"""What the text gateway posts: signed or refused, told twice or out of order, and what texts that come in set off."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from config import Settings
from jobs import texts
from jobs.messages import deliver
from jobs.ticks import Round
from models import Appointment, Clinic, Consent, InboundText, Message, Notice, OnCall, Patient
from scheduler.messaging.fakes import MemoryMail, MemoryTexts
from scheduler.messaging.ports import Ports
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel, InboundMeaning, InboundState, NoticeKind, Role
from scheduler.queries.inbound import inbound_list
from scheduler.services.answer_inbound import FinishInbound, TakeInbound, finish_inbound, take_inbound
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.stop_texts import ResumeTexts, resume_texts
from scheduler.services.take_text import TextIn, take_text
from scheduler.web.gateway.signature import signature
from tests.builders import NOW, build_clinic, build_patient, build_visit
from tests.messaging.gateway import ACCOUNT, TOKEN
from tests.web.client import web_app

BASE = "https://visits.example.com"
HERS, OURS = "+13015550123", "+13015550111"
SETTINGS = Settings(secret_key="k" * 40, base_url=BASE, text_gateway_url=f"http://{ACCOUNT}:{TOKEN}@localhost")
M, S, N, I = InboundMeaning, MessageState, NoticeKind, InboundState  # noqa: E741


class Desk:
    """A clinic that texts, a patient who agreed to it, and a text about her visit that went out an hour ago."""

    def __init__(self, database, kit):
        self.database, self.kit, self.number = database, kit, 0
        with database.writing() as session:
            session.get(Clinic, kit.clinic_id).text_number = OURS
            self.patient_id = build_patient(session, kit, consents=(Channel.EMAIL, Channel.TEXT), telephone=HERS)
            self.visit_id = build_visit(session, kit, self.patient_id)
            self.message_id = self.owe(session, self.patient_id, self.visit_id, S.SENT)

    def owe(self, session, patient_id: int, visit_id: int, state: MessageState, kind: str = "one day before") -> int:
        message = Message(
            clinic_id=self.kit.clinic_id, patient_id=patient_id, appointment_id=visit_id, appointment_version=1,
            kind=kind, channel=Channel.TEXT, rule="one-day", state=state, reason="", due_at=NOW, attempts=1,
            expires_at=NOW + timedelta(days=6), key=f"key-{patient_id}-{kind}".replace(" ", "-"),
            sent_at=NOW - timedelta(hours=1) if state == S.SENT else None, created_at=NOW)
        session.add(message)
        session.flush()
        return message.id

    def says(self, body: str, number: str = HERS, reference: str | None = None, now: datetime = NOW):
        self.number += 1
        with self.database.writing() as session:
            return take_text(session, TextIn(reference or f"SM{self.number}", number, OURS, body), now=now)

    def get(self, what, row_id: int):
        with self.database.reading() as session:
            row = session.get(what, row_id)
            session.expunge(row)
            return row

    def notices(self) -> list[tuple[str, str, str]]:
        with self.database.reading() as session:
            return [(row.kind, row.channel, row.address) for row in session.scalars(select(Notice).order_by(Notice.id))]


@pytest.fixture
def desk(database, kit) -> Desk:
    return Desk(database, kit)


@pytest.fixture
def post(database):
    client = web_app(database, base_url=BASE, text_gateway_url=SETTINGS.text_gateway_url).test_client()
    return lambda path, form, **options: _post(client, path, form, **options)


def _post(client, path: str, form: dict, *, token: str = TOKEN, given: str | None = None):
    signed = signature(token, f"{BASE}{path}", form.items()) if given is None else given
    return client.post(path, data=form, headers={"X-Twilio-Signature": signed}, csrf=False).status_code


def test_the_signature_is_the_one_that_the_gateways_documentation_works_out():
    form = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234", "From": "+14158675309",
            "To": "+18005551212"}
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, form.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize("options", [{"token": "wrong"}, {"given": ""}, {"given": "é"}])
def test_what_is_not_signed_is_refused_and_nothing_is_written(desk, post, options: dict):
    form = {"MessageSid": "SM1", "From": HERS, "To": OURS, "Body": "STOP"}
    assert post("/gateway/text/inbound", form, **options) == 403
    assert post(f"/gateway/text/status?reference={desk.get(Message, desk.message_id).key}",
                {"MessageSid": "SM1", "MessageStatus": "failed"}, **options) == 403
    assert desk.get(Message, desk.message_id).state == S.SENT
    with desk.database.reading() as session:
        assert session.scalar(select(func.count(InboundText.id))) == 0


def test_a_form_that_was_changed_on_its_way_is_refused(desk, post):
    form = {"MessageSid": "SM1", "From": HERS, "To": OURS, "Body": "C"}
    given = signature(TOKEN, f"{BASE}/gateway/text/inbound", form.items())
    assert post("/gateway/text/inbound", {**form, "Body": "STOP"}, given=given) == 403


def test_a_signed_text_is_taken_once_however_often_it_is_told(desk, post):
    form = {"MessageSid": "SM1", "From": HERS, "To": OURS, "Body": "c"}
    assert [post("/gateway/text/inbound", form) for _ in range(3)] == [204] * 3
    assert desk.get(Appointment, desk.visit_id).confirmed_at is not None
    assert desk.notices() == [(N.CONFIRMED, Channel.TEXT, HERS)]
    assert post("/gateway/text/inbound", {**form, "MessageSid": ""}) == 400
    assert post("/gateway/text/inbound", {**form, "To": "+13015550999"}) == 204


REPORTS = [(["sent", "delivered"], S.DELIVERED), (["delivered", "sent", "queued", "delivered"], S.DELIVERED),
           (["undelivered", "undelivered", "sent"], S.BOUNCED), (["failed", "delivered"], S.BOUNCED),
           (["nonsense"], S.SENT)]


@pytest.mark.parametrize("statuses, state", REPORTS)
def test_reports_move_a_text_once_in_any_order(desk, post, statuses: list[str], state: MessageState):
    path = f"/gateway/text/status?reference={desk.get(Message, desk.message_id).key}"
    for status in statuses:
        assert post(path, {"MessageSid": "SM7", "MessageStatus": status, "ErrorCode": "30003"}) == 204
    message = desk.get(Message, desk.message_id)
    assert message.state == state
    assert ("30003" in message.reason) == (state == S.BOUNCED)


@pytest.mark.parametrize("before", [S.CLAIMED, S.FAILED, S.PLANNED])
def test_a_report_proves_that_a_text_went_whose_answer_was_lost(desk, post, before: MessageState):
    with desk.database.writing() as session:
        message = session.get(Message, desk.message_id)
        message.state, message.sent_at, message.claimed_by = before, None, "a clock"
    path = f"/gateway/text/status?reference={desk.get(Message, desk.message_id).key}"
    assert post(path, {"MessageSid": "SM7", "MessageStatus": "delivered"}) == 204
    message = desk.get(Message, desk.message_id)
    assert (message.state, message.claimed_by, message.gateway_reference) == (S.DELIVERED, None, "SM7")
    assert message.sent_at is not None


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
        [row] = inbound_list(session, desk.kit.clinic_id, now=NOW + timedelta(minutes=20)).open
        assert row.overdue and row.alerted == 3 and "not an assessment" in row.next_action
    with desk.database.writing() as session:
        assert take_inbound(session, TakeInbound(inbound_id), by=desk.kit.viewer(), now=NOW) == inbound_id
    texts.run(Round(desk.database, SETTINGS, NOW + timedelta(hours=5)))
    assert len(desk.notices()) == 6
    with desk.database.writing() as session:
        assert finish_inbound(session, FinishInbound(inbound_id, "called"), by=desk.kit.viewer(), now=NOW) == inbound_id
        assert isinstance(finish_inbound(session, FinishInbound(inbound_id), by=desk.kit.viewer(), now=NOW), Refused)


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
        assert isinstance(take_inbound(session, TakeInbound(inbound_id), by=stranger, now=NOW), NotFound)
        assert inbound_list(session, stranger.clinic_id, now=NOW).open == ()
