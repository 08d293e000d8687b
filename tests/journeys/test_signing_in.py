"""The first thing anyone does: sign in, look around, sign out; by keyboard, on a desk and on a telephone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from models import StaffMember
from scheduler.planning.words import Role
from tests.journeys.axe import barriers
from tests.journeys.conftest import DESKTOP, ON_SQLITE, TELEPHONE
from tests.web.client import account_of

pytestmark = ON_SQLITE
PASSWORD = "three words with care"


def account_email(database, staff_id: int) -> str:
    with database.reading() as session:
        return session.get(StaffMember, staff_id).email


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_the_front_desk_signs_in_with_the_keyboard_and_out_again(open_page, database, kit, size):
    account_of(database, kit.staff[Role.FRONT_DESK], PASSWORD)
    page = open_page(None, size)
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/sign-in"))
    assert barriers(page) == []

    page.get_by_label("E-mail").fill("wrong@example.com")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_be_visible()
    assert barriers(page) == []

    page.get_by_label("E-mail").fill(account_email(database, kit.staff[Role.FRONT_DESK]))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile(r"/sign-in"))
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert barriers(page) == []

    page.locator("summary", has_text="Your menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/sign-in"))
    page.goto("/calendar")
    expect(page).to_have_url(re.compile(r"/sign-in"))
