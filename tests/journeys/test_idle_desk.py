"""A desk that nobody touches warns, locks, and gives back what was typed to the one who typed it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from scheduler.planning.words import Role
from tests.journeys.axe import barriers
from tests.journeys.conftest import ON_SQLITE
from tests.web.client import account_of

pytestmark = ON_SQLITE
PASSWORD = "four quiet green leaves"


@pytest.fixture
def desk(database, kit, web, open_page):
    """A page with something typed on it, and a way to let minutes pass on both clocks."""
    account_of(database, kit.staff[Role.ADMINISTRATOR], PASSWORD)
    page = open_page(Role.ADMINISTRATOR)
    page.clock.install()
    page.goto("/admin/closures")

    def pass_by(minutes: int) -> None:
        client = web.app.test_client()
        (cookie,) = [each for each in page.context.cookies() if each["name"] == "leafout"]
        client.set_cookie("leafout", cookie["value"])
        with client.session_transaction() as session:
            session["seen_at"] -= minutes * 60 - 30
        page.context.add_cookies([{**cookie, "value": client.get_cookie("leafout").value}])
        page.clock.fast_forward(minutes * 60_000 - 30_000)
        page.clock.run_for(2000)
    yield page, pass_by
    page.context.close()  # its clock stays what it was set to: nobody else may have this window


def test_the_desk_warns_a_minute_before_and_a_click_keeps_it_open(desk) -> None:
    page, pass_by = desk
    pass_by(15)
    page.get_by_text("This desk signs itself out in").wait_for()
    assert barriers(page) == []
    page.get_by_role("button", name="I am still here").click()
    page.get_by_text("This desk signs itself out in").wait_for(state="hidden")
    page.goto("/admin/")
    assert page.get_by_role("heading", name="Administration").is_visible()


def test_a_page_with_nothing_typed_is_left(desk) -> None:
    page, pass_by = desk
    pass_by(17)
    expect(page.get_by_text("this desk signed itself out")).to_be_visible()
    assert "/sign-in?" in page.url


def test_what_was_typed_comes_back_with_the_password(desk) -> None:
    page, pass_by = desk
    page.get_by_label("Reason").fill("A long thought")
    pass_by(17)
    page.get_by_text("What you typed is kept").wait_for()
    assert barriers(page) == []
    behind = page.evaluate("getComputedStyle(document.getElementById('idle'), '::backdrop').backgroundColor")
    assert behind.startswith("rgb("), f"whoever passes by sees the page through {behind}"
    page.keyboard.press("Escape")
    assert page.get_by_text("What you typed is kept").is_visible(), "a lock does not close"
    page.get_by_label("Password").fill("somebody else's words")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("This is not the password of the account").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("What you typed is kept").wait_for(state="hidden")
    assert page.get_by_label("Reason").input_value() == "A long thought"
    page.get_by_label("First day").fill("2030-12-24")
    page.get_by_label("Last day").fill("2030-12-24")
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_text("The clinic is closed on these days.").wait_for()
