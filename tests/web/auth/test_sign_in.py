"""Coming in with a password, and everything that must not let one in."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from models import Account, AuditEntry, StaffMember
from scheduler.planning.words import Role
from tests.web.client import account_of, web_app

PASSWORD = "four quiet green leaves"
DESK = "front-desk@alder.example.com"


@pytest.fixture
def desk(database, kit):
    account_of(database, kit.staff[Role.FRONT_DESK], PASSWORD)
    return kit.staff[Role.FRONT_DESK]


def sign_in(client, email=DESK, password=PASSWORD, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def verbs(database, staff_id):
    with database.reading() as reading:
        return list(reading.scalars(
            select(AuditEntry.verb).where(AuditEntry.staff_id == staff_id).order_by(AuditEntry.id)))


def test_the_right_password_lets_in_and_is_audited(client_for, database, desk) -> None:
    client = client_for(None)
    answer = sign_in(client, email=DESK.upper())
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/password").status_code == 200
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get("/password").status_code == 302
    assert verbs(database, desk) == ["sign in", "sign out"]


def test_the_password_is_kept_as_argon2id(database, desk) -> None:
    with database.reading() as reading:
        assert reading.scalar(select(Account.password)).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("email", [DESK, "nobody@alder.example.com"])
def test_a_wrong_password_and_an_unknown_address_read_the_same(client_for, desk, email) -> None:
    answer = sign_in(client_for(None), email=email, password="not this one at all")
    assert answer.status_code == 200
    assert "do not match an account" in answer.text
    assert "not exist" not in answer.text and "Invalid password" not in answer.text


def test_a_failed_sign_in_is_audited(client_for, database, desk) -> None:
    sign_in(client_for(None), password="not this one at all")
    assert verbs(database, desk) == ["fail to sign in"]


def test_who_is_no_longer_active_stays_outside(client_for, database, desk) -> None:
    client = client_for(None)
    sign_in(client)
    with database.writing() as writing:
        writing.get(StaffMember, desk).active = False
    assert client.get("/password").location.startswith("/sign-in")
    assert client.get("/sign-in").status_code == 200


@pytest.mark.parametrize("place", ["https://evil.example.com/", "//evil.example.com", "/\\evil.example.com"])
def test_next_leads_nowhere_else(client_for, desk, place) -> None:
    answer = sign_in(client_for(None), next=place)
    assert urlsplit(answer.location or "/").netloc == "" and "\\" not in (answer.location or "")


def test_next_leads_back_to_the_page_that_was_asked_for(client_for, desk) -> None:
    assert sign_in(client_for(None), next="/password").location == "/password"


def test_a_session_begins_anew_at_sign_in(client_for, desk) -> None:
    """What an attacker may have planted in the session before, the CSRF token too, is worthless afterwards."""
    client = client_for(None)
    client.get("/sign-in")
    with client.session_transaction() as before:
        before["clinic_id"], before["planted"] = 999, "yes"
        old_token = before["csrf_token"]
    sign_in(client)
    with client.session_transaction() as after:
        assert "planted" not in after and after.get("clinic_id") != 999
        assert after.get("csrf_token") != old_token


def test_ten_failures_close_the_account_for_a_while_even_to_the_right_password(client_for, desk) -> None:
    client = client_for(None)
    for _ in range(10):
        assert sign_in(client, password="not this one at all").status_code == 200
    answer = sign_in(client)
    assert answer.status_code == 429
    assert "Too many tries" in answer.text and int(answer.headers["Retry-After"]) > 0
    assert sign_in(client, email="somebody-else@alder.example.com", password="wrong as well").status_code == 200


def test_success_is_not_counted(client_for, desk) -> None:
    for _ in range(11):
        assert sign_in(client_for(None)).status_code == 302


def test_cookies_are_closed_to_scripts_and_other_sites(client_for, database, desk) -> None:
    plain = sign_in(client_for(None)).headers["Set-Cookie"]
    assert "HttpOnly" in plain and "SameSite=Lax" in plain and "Secure" not in plain
    safe = web_app(database, base_url="https://clinic.example.com").test_client()
    assert "Secure" in safe.get("/sign-in").headers["Set-Cookie"]


def test_nobody_is_remembered_and_no_token_is_handed_out(client_for, desk) -> None:
    answer = client_for(None).post("/sign-in?include_auth_token", json={"email": DESK, "password": PASSWORD})
    assert answer.status_code == 302 and "authentication_token" not in answer.text
    assert "remember" not in sign_in(client_for(None), remember="y").headers.get("Set-Cookie", "")


def test_htmx_is_told_to_load_the_sign_in_page(client_for) -> None:
    answer = client_for(None).get("/password", headers={
        "HX-Request": "true", "HX-Current-URL": "http://localhost/patients?q=Quill"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/patients"
