"""The tests' own client: signed in, and with a token where it writes."""

from __future__ import annotations

from scheduler.planning.words import Role


def test_a_signed_in_client_is_let_in(client_for) -> None:
    page = client_for(Role.FRONT_DESK).get("/password")
    assert page.status_code == 200
    assert "Front desk of Alder Clinic" in page.text


def test_a_signed_out_client_is_sent_to_sign_in_and_back(client_for) -> None:
    answer = client_for(None).get("/password")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/password"


def test_a_post_without_a_token_is_refused_with_our_page(client_for) -> None:
    answer = client_for(Role.FRONT_DESK).post("/password", csrf=False)
    assert answer.status_code == 400
    assert "load the page again" in answer.text


def test_a_post_with_a_token_reaches_the_form(client_for) -> None:
    answer = client_for(Role.FRONT_DESK).post("/password", data={"password": "x"})
    assert answer.status_code == 200
    assert "Enter a password." in answer.text
