"""Fixtures of the gateway's tests."""

from __future__ import annotations

import pytest

from scheduler.web.gateway.signature import signature
from tests.messaging.gateway import TOKEN
from tests.web.client import web_app
from tests.web.gateway.desk import BASE, SETTINGS, Desk


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
