"""What the text gateway posts: signed or refused, told twice or out of order."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models import Appointment, InboundText, Message
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel
from scheduler.web.gateway.signature import signature
from tests.messaging.gateway import TOKEN
from tests.web.gateway.desk import BASE, HERS, OURS, N, S


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
