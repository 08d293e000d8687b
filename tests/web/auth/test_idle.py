"""A shared desk signs itself out, and the same person goes on with the password alone."""

from __future__ import annotations

import pytest

from scheduler.planning.words import Role
from tests.web.client import account_of

PASSWORD = "four quiet green leaves"


@pytest.fixture
def desk(database, kit, client_for):
    account_of(database, kit.staff[Role.FRONT_DESK], PASSWORD)
    return client_for(Role.FRONT_DESK)


def wait(client, minutes: float) -> None:
    with client.session_transaction() as mine:
        mine["seen_at"] -= int(minutes * 60)


def test_a_click_within_the_time_keeps_the_desk_open(desk) -> None:
    wait(desk, 14.9)
    assert desk.get("/password").status_code == 200
    assert desk.get("/idle").json["seconds"] > 14 * 60


def test_a_click_after_the_time_is_asked_to_sign_in(desk) -> None:
    wait(desk, 15.1)
    answer = desk.get("/password")
    assert answer.location == "/sign-in?next=/password&idle=1"
    assert "signed itself out" in desk.get(answer.location).text


@pytest.mark.parametrize("ask", [
    lambda client: client.get("/idle"),
    lambda client: client.get("/password", headers={"X-Background": "yes"}),
])
def test_the_page_s_own_questions_keep_nothing_open(desk, ask) -> None:
    wait(desk, 10)
    ask(desk)
    assert desk.get("/idle").json["seconds"] < 5.1 * 60


def test_a_shift_ends_however_busy_it_is(desk) -> None:
    with desk.session_transaction() as mine:
        mine["fs_paa"] -= 12 * 3600
    assert desk.get("/password").status_code == 302


def test_the_same_person_goes_on_with_the_password(desk, kit) -> None:
    wait(desk, 16)
    assert desk.get("/idle").json == {"seconds": 0, "again": True, "token": desk.get("/idle").json["token"]}
    answer = desk.post("/again", data={"password": PASSWORD})
    assert answer.status_code == 200
    page = desk.post("/password", data={}, headers={"X-CSRFToken": answer.json["token"]})
    assert page.status_code == 200
    with desk.session_transaction() as mine:
        assert mine["clinic_id"] == kit.clinic_id


def test_a_wrong_password_does_not_go_on_and_is_counted(desk) -> None:
    desk.post("/lock")
    for _ in range(10):
        assert desk.post("/again", data={"password": "not this one at all"}).status_code == 422
    assert desk.post("/again", data={"password": PASSWORD}).status_code == 429
    assert desk.get("/password").status_code == 302


def test_locking_signs_out_at_once(desk) -> None:
    desk.post("/lock")
    assert desk.get("/password").status_code == 302


def test_nobody_goes_on_who_was_not_there(client_for) -> None:
    assert client_for(None).post("/again", data={"password": PASSWORD}).status_code == 409
