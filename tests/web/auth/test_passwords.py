"""Choosing, changing and resetting a password."""

from __future__ import annotations

import re
import time

import pytest

from scheduler.planning.words import Role
from scheduler.services.clinic.enrol import password_faults
from tests.messaging.sink import Sink
from tests.web.client import account_of, web_app

PASSWORD = "four quiet green leaves"
NEW = "five loud blue herons sing"
DESK = "front-desk@alder.example.com"


@pytest.mark.parametrize(("password", "said"), [
    ("short one", "at least 12 characters"), ("aaaaaaaaaaaaaaab", "different characters"),
    ("front-desk@alder.example.com", "must not be the e-mail"), ("x" * 300, "at most 256"),
])
def test_a_poor_password_says_what_is_wrong(password, said) -> None:
    assert any(said in fault for fault in password_faults(password, DESK))


def test_words_make_a_good_password() -> None:
    assert password_faults(PASSWORD, DESK) == []


@pytest.fixture
def desk(database, kit):
    account_of(database, kit.staff[Role.FRONT_DESK], PASSWORD)
    return kit.staff[Role.FRONT_DESK]


def test_a_changed_password_ends_every_other_session(client_for, desk) -> None:
    here, there = client_for(Role.FRONT_DESK), client_for(Role.FRONT_DESK)
    answer = here.post("/password", data={
        "password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW})
    assert (answer.status_code, answer.location) == (302, "/")
    assert here.get("/password").status_code == 200
    assert there.get("/password").status_code == 302
    old, new = ({"email": DESK, "password": each} for each in (PASSWORD, NEW))
    assert client_for(None).post("/sign-in", data=old).status_code == 200
    assert client_for(None).post("/sign-in", data=new).status_code == 302


@pytest.mark.parametrize(("typed", "said"), [
    ({"password": "not this one at all"}, "not your present password"),
    ({"new_password": "short", "new_password_confirm": "short"}, "at least 12 characters"),
    ({"new_password_confirm": "something else entirely"}, "not the same"),
    ({"new_password": PASSWORD, "new_password_confirm": PASSWORD}, "must differ"),
    ({"new_password": DESK, "new_password_confirm": DESK}, "must not be the e-mail"),
])
def test_a_password_that_will_not_do_is_refused_in_words(client_for, desk, typed, said) -> None:
    answer = client_for(Role.FRONT_DESK).post("/password", data={
        "password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW, **typed})
    assert answer.status_code == 200 and said in answer.text


def test_a_mailed_link_sets_a_new_password_once(database, desk) -> None:
    with Sink() as sink:
        client = web_app(database, smtp_url=f"smtp://127.0.0.1:{sink.port}", mail_from="no-reply@example.com",
                         base_url="http://localhost").test_client()
        page = client.post("/reset", data={"email": DESK}, follow_redirects=True)
        assert "a letter with a link is on its way" in page.text
        letter = waited_for(sink)
    assert (letter["To"], letter["Subject"]) == (DESK, "Choose a new password")
    way = re.search(r"http://localhost(/reset/\S+)", letter.get_body(("plain",)).get_content())[1]
    assert client.post(way, data={"password": NEW, "password_confirm": NEW}).location == "/sign-in"
    assert client.post("/sign-in", data={"email": DESK, "password": NEW}).status_code == 302
    client.post("/sign-out")
    again = client.get(way, follow_redirects=True)
    assert "not valid any more" in again.text


def test_an_unknown_address_reads_the_same_and_gets_no_letter(database, desk) -> None:
    with Sink() as sink:
        client = web_app(database, smtp_url=f"smtp://127.0.0.1:{sink.port}", mail_from="no-reply@example.com"
                         ).test_client()
        page = client.post("/reset", data={"email": "nobody@alder.example.com"}, follow_redirects=True)
        assert "a letter with a link is on its way" in page.text
        time.sleep(0.3)
    assert sink.letters == []


def test_without_a_mail_server_the_page_says_whom_to_ask(client_for) -> None:
    page = client_for(None).get("/reset").text
    assert "Ask an administrator of your clinic" in page and "<form" not in page


def waited_for(sink: Sink):
    for _ in range(100):
        if sink.letters:
            return sink.letters[0]
        time.sleep(0.05)
    raise AssertionError("no letter came")
