"""The desk works off its lists by keyboard, and answers a text on a telephone."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from models import Clinic, InboundText
from scheduler.clock import utc_now
from scheduler.planning.words import Channel, InboundMeaning, InboundState, Role
from tests.builders import build_patient
from tests.inbound_kit import build_text
from tests.journeys.axe import barriers
from tests.journeys.conftest import DESKTOP, ON_SQLITE, TELEPHONE

pytestmark = ON_SQLITE


def texts(database, kit) -> tuple[int, int]:
    """One text that may speak of crisis, and one that asks something."""
    now = utc_now()
    with database.writing() as session:
        session.get_one(Clinic, kit.clinic_id).text_number = "+13015550177"
        ada = build_patient(session, kit, consents=(Channel.EMAIL, Channel.TEXT))
        bob = build_patient(session, kit, "Bob", telephone="+13015550142")
        return (build_text(session, kit, bob, "I am in danger", meaning=InboundMeaning.CRISIS,
                           received_at=now - timedelta(minutes=2)),
                build_text(session, kit, ada, received_at=now - timedelta(minutes=9)))


def state(database, text_id) -> InboundState:
    with database.reading() as session:
        return session.get_one(InboundText, text_id).state


def test_a_flag_is_acknowledged_and_a_list_is_worked_off_by_keyboard(database, kit, open_page):
    flagged, asked = texts(database, kit)
    page = open_page(Role.FRONT_DESK, DESKTOP)
    page.goto("/calendar")
    expect(page.locator("#flags")).to_contain_text("may speak of crisis: read it now")
    page.locator("#flags").get_by_role("button", name="I see to it").click()
    expect(page.locator("#flags .flag-in")).to_have_count(0)
    assert state(database, flagged) == InboundState.TAKEN
    expect(page.get_by_role("heading", name="A text that came in")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page.get_by_role("heading", name="Worklists")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Texts to answer")).to_be_visible()
    page.wait_for_load_state()
    assert barriers(page) == []
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Ada Quill")).to_be_focused()
    page.keyboard.press("d")
    expect(page.get_by_text("Marked as done.")).to_be_visible()
    page.wait_for_load_state()
    assert state(database, asked) == InboundState.DONE
    page.keyboard.press("u")
    expect(page.get_by_text("waits on its list again")).to_be_visible()
    assert state(database, asked) == InboundState.TAKEN


def test_a_text_is_answered_on_a_telephone_with_a_preview_as_one_types(database, kit, open_page):
    _, asked = texts(database, kit)
    page = open_page(Role.FRONT_DESK, TELEPHONE)
    page.goto("/worklists/texts")
    page.get_by_role("row").filter(has_text="Ada Quill").get_by_role("link", name="Answer").click()
    page.wait_for_url("**/conversation**")
    page.wait_for_load_state()
    page.get_by_label("What it says").press_sequentially("In the yard.")
    expect(page.locator("#as-it-reads")).to_contain_text("of 160 characters", timeout=15_000)
    expect(page.locator("#as-it-reads")).to_contain_text("In the yard.")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert barriers(page) == []
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("To A. Q.:")).to_be_visible()
    assert state(database, asked) == InboundState.DONE
