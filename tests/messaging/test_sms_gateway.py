"""Texts over real HTTP: what the gateway is told, and what each of its answers, good and bad, means."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from config import TextGateway
from scheduler.messaging.ports import Accepted, NotDeliverable, Text, TryLater, Unreachable
from scheduler.messaging.sms_gateway import SmsGateway
from tests.messaging.gateway import FAULTS, FakeGateway

NOW = datetime(2027, 4, 2, 14, tzinfo=UTC)
CALLBACK = "https://visits.example.com/gateway/text/status"
TEXT = Text(key="0123abcd", to="+13015550123", sender="+13015550111", body="Alder: visit. https://x.example/v/abc-DEF_1")
AGAIN = replace(TEXT, body="Alder: visit. https://x.example/v/another-secret", asked_before=NOW)


def _port(gateway: FakeGateway, **changes) -> SmsGateway:
    return SmsGateway(gateway.settings, CALLBACK, **{"answer_seconds": 0.4, **changes})


def _fake(fault: str | None = None, **options) -> FakeGateway:
    return FakeGateway(lambda to: fault, now=lambda: NOW, **options)


def test_the_gateway_is_told_number_words_and_our_reference():
    with _fake() as gateway:
        outcome = _port(gateway).send(TEXT, now=NOW)
    [kept] = gateway.kept
    assert outcome == Accepted(kept.sid)
    assert (kept.to, kept.sender, kept.body, kept.reference) == (TEXT.to, TEXT.sender, TEXT.body, TEXT.key)
    assert kept.callback.startswith(CALLBACK) and gateway.asked == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_ends_in_time_in_an_outcome_that_is_true(fault: str):
    with _fake(fault) as gateway:
        began = monotonic()
        outcome = _port(gateway).send(TEXT, now=NOW)
    assert monotonic() - began < 2
    if fault == "refused":
        assert isinstance(outcome, NotDeliverable) and "opted out" in outcome.reason
    else:
        assert isinstance(outcome, TryLater)
        assert outcome.retry_after == (timedelta(seconds=120) if fault == "429" else None)
    assert TEXT.to not in outcome.reason and "Alder" not in outcome.reason


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if "accept" in fault or fault == "no sid"])
def test_a_text_that_the_gateway_has_is_not_handed_over_again(fault: str):
    with _fake(fault) as gateway:
        _port(gateway).send(TEXT, now=NOW)
        gateway.fault = lambda to: None
        assert _port(gateway).send(AGAIN, now=NOW) == Accepted(gateway.kept[0].sid)
    assert len(gateway.kept) == 1 and gateway.asked == 1


@pytest.mark.parametrize("changes", [
    {"to": "+13015550124"}, {"body": "Alder: another visit."}, {"sender": "+13015550112"},
    {"asked_before": NOW + timedelta(hours=1)},
    {"others": frozenset({f"SM{0:032d}"})}])
def test_another_text_is_not_taken_for_this_one(changes: dict):
    with _fake() as gateway:
        _port(gateway).send(TEXT, now=NOW)
        assert isinstance(_port(gateway).send(replace(AGAIN, **changes), now=NOW), Accepted)
    assert len(gateway.kept) == 2


@pytest.mark.parametrize("written, pause", [
    ("7", timedelta(seconds=7)), ("Fri, 02 Apr 2027 14:05:00 GMT", timedelta(minutes=5)), ("soon", None),
    ("Fri, 02 Apr 2027 13:00:00 GMT", timedelta())])
def test_a_pause_is_read_as_seconds_or_as_a_date(written: str, pause: timedelta | None):
    with _fake("429", retry_after=written) as gateway:
        assert _port(gateway).send(TEXT, now=NOW).retry_after == pause


def test_a_wrong_sign_in_and_a_dead_host_are_no_fault_of_the_text():
    with _fake() as gateway:
        wrong = TextGateway(base_url=gateway.settings.base_url, account="AC0123", token="wrong")
        outcome = SmsGateway(wrong, CALLBACK).send(TEXT, now=NOW)
        assert isinstance(outcome, Unreachable) and "TEXT_GATEWAY_URL" in outcome.reason
        assert "wrong" not in repr(wrong)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = TextGateway(base_url=f"http://127.0.0.1:{probe.getsockname()[1]}", account="a", token="b")
        assert isinstance(SmsGateway(nobody, CALLBACK).send(TEXT, now=NOW), Unreachable)


def test_a_gateway_that_cannot_be_asked_is_not_handed_the_text_again():
    with _fake() as gateway:
        gateway.answers_asking = 500
        outcome = _port(gateway).send(AGAIN, now=NOW)
    assert isinstance(outcome, TryLater) and gateway.kept == [] and gateway.asked == 1
