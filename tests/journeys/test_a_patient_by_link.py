"""A person with a telephone, a letter and shaking hands: everything behind the link, with JavaScript and without."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models import Appointment, Claim, Clinic, Consent, Message, Patient, RideHome
from scheduler.clock import utc_now
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel, Discretion, MessageKind
from scheduler.queries.patient_links import VISITS
from scheduler.services.messages.make_link import make_link
from tests.builders import build_patient, build_visit
from tests.journeys.axe import barriers
from tests.journeys.conftest import DESKTOP, ON_SQLITE, TELEPHONE

pytestmark = ON_SQLITE
TWICE = {"width": 180, "height": 370}
"""What is left of a telephone of 360 px at 200 % zoom."""


@pytest.fixture
def letter(database, kit) -> str:
    """The path of the link in a letter about two visits, the next in nine days, mornings."""
    now = utc_now()
    ninth = (now + timedelta(days=7 + (7 - now.weekday()) % 7)).replace(hour=14, minute=0, second=0, microsecond=0)
    with database.writing() as session:
        clinic = session.get_one(Clinic, kit.clinic_id)
        clinic.address, clinic.preparation_text = "12 Elm Street\nRockville, MD", "Wear soft clothes."
        clinic.text_number = "+13015550199"
        patient_id = build_patient(session, kit, birth_date=date(1980, 5, 17))
        for consent in session.scalars(select(Consent).where(Consent.patient_id == patient_id)):
            consent.granted_at = now - timedelta(days=1)
        for days in (0, 3):
            visit = session.get_one(Appointment, build_visit(session, kit, patient_id, ninth + timedelta(days=days)))
            whole = {"clinic_id": kit.clinic_id, "appointment_id": visit.id, "starts_at": visit.starts_at}
            session.add_all([Claim(resource_id=kit.resources["chair-1"], ends_at=visit.ends_at, **whole),
                             Claim(resource_id=kit.resources["rn-1"], units=2, ends_at=visit.ends_at, **whole),
                             Claim(patient_id=patient_id, ends_at=visit.patient_leaves_at, **whole)])
        message = Message(
            clinic_id=kit.clinic_id, patient_id=patient_id, appointment_id=visit.id, kind=MessageKind.CONFIRMATION,
            channel=Channel.EMAIL, rule="confirmation", state=MessageState.SENT, due_at=now, expires_at=now,
            key="a" * 32, created_at=now)
        session.add(message)
        session.flush()
        return f"/v/{make_link(session, message, purpose=VISITS, expires_at=now + timedelta(days=30), now=now)}"


def well(page: Page) -> None:
    """No barrier, nothing to scroll sideways, every target large enough."""
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    small = page.evaluate("""[...document.querySelectorAll('main a.btn, main button:not([aria-hidden]),'
        + ' main select, main summary,'
        + ' main input:not([type=hidden]):not([type=radio]):not([type=checkbox]), label.pick, label.time-choice')]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
        .map((one) => one.outerHTML.slice(0, 80))""")
    assert small == []


def born(page: Page) -> None:
    """Answer the one question."""
    page.get_by_label("Month").select_option("5")
    page.get_by_label("Day").fill("17")
    page.get_by_label("Year").fill("1980")
    well(page)
    page.get_by_role("button", name="Go on").click()


def unfold(page: Page) -> None:
    """What can be done about the first visit."""
    page.locator("summary").first.click()


def live(page: Page, letter: str) -> None:
    """The whole way: see, confirm, name the ride, move, take it back, change how one is written to, stop and go on."""
    page.goto(letter)
    well(page)
    page.get_by_role("link", name="Answer, change or get ready").click()
    born(page)
    expect(page.get_by_role("heading", name="Your next visit")).to_be_visible()
    well(page)
    page.get_by_role("button", name="Yes, I will come").first.click()
    expect(page.get_by_text("You have told us that you will come.")).to_be_visible()

    page.get_by_role("link", name="Tell us who").click()
    well(page)
    page.get_by_label("Name").fill("Bo Reed")
    page.get_by_label("Their telephone").fill("301 555 0177")
    page.get_by_label("They have said yes.").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Way home: Bo Reed")).to_be_visible()

    unfold(page)
    well(page)
    page.get_by_role("link", name="Find another time").first.click()
    well(page)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Take this time").click()
    expect(page.get_by_text("Done. Your visit is now on")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Your visit has its old time again.")).to_be_visible()

    unfold(page)
    page.get_by_role("button", name="Tell me if something earlier is free").first.click()
    expect(page.get_by_text("We look for an earlier time.")).to_be_visible()

    page.get_by_role("link", name="How we write to you").click()
    well(page)
    page.get_by_label("Español", exact=True).check()
    page.get_by_label(re.compile("^Only a link")).check()
    page.get_by_label("Quiet from").select_option("20:00")
    page.get_by_label("Quiet until").select_option("09:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Guardamos lo que eligió.")).to_be_visible()
    well(page)
    page.get_by_role("button", name="No recibir más mensajes").click()
    expect(page.get_by_text("No le escribiremos más.")).to_be_visible()
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_text("Todo está como antes.")).to_be_visible()


def happened(database) -> None:
    """What the book says of it."""
    with database.reading() as session:
        patient = session.scalars(select(Patient).where(Patient.language == "es")).one()
        assert patient.discretion == Discretion.LINK_ALONE and str(patient.quiet_from) == "20:00:00"
        assert session.scalars(select(RideHome.name)).all() == ["Bo Reed"]
        assert [row.withdrawn_at is None for row in session.scalars(
            select(Consent).where(Consent.patient_id == patient.id).order_by(Consent.id))] == [False, True]


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_everything_behind_a_link_with_a_browser(open_page, database, letter, size):
    live(open_page(None, size), letter)
    happened(database)


def test_everything_behind_a_link_without_javascript(browser, web, database, letter):
    context = browser.new_context(base_url=web.address, viewport=TELEPHONE, locale="en-US", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(15_000)
    try:
        live_without(page, letter)
    finally:
        context.close()
    with database.reading() as session:
        assert session.scalars(select(RideHome.name)).all() == ["Bo Reed"]
        assert session.scalars(select(Patient.language).where(Patient.language == "es")).all() == ["es"]


def live_without(page: Page, letter: str) -> None:
    """The same deeds where nothing can be measured in the page itself."""
    page.goto(letter)
    page.get_by_role("link", name="Answer, change or get ready").click()
    page.get_by_label("Month").select_option("5")
    page.get_by_label("Day").fill("17")
    page.get_by_label("Year").fill("1980")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Yes, I will come").first.click()
    page.get_by_role("link", name="Tell us who").click()
    page.get_by_label("Name").fill("Bo Reed")
    page.get_by_role("button", name="Save").click()
    page.locator("summary").first.click()
    page.get_by_role("link", name="Find another time").first.click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Take this time").click()
    expect(page.get_by_text("Done. Your visit is now on")).to_be_visible()
    page.locator("summary").last.click()
    page.get_by_role("link", name="Cancel this visit").last.click()
    page.get_by_label("I am not well").check()
    page.get_by_role("button", name="Cancel this visit").click()
    expect(page.get_by_text("You are not alone.")).to_be_visible()
    page.get_by_role("button", name="I will come after all").click()
    expect(page.get_by_text("Your visit is booked again.")).to_be_visible()
    page.get_by_role("link", name="How we write to you").click()
    page.get_by_label("Español", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Guardamos lo que eligió.")).to_be_visible()


def test_at_twice_the_size_nothing_is_cut_off(open_page, letter):
    page = open_page(None, TWICE)
    page.goto(letter)
    page.goto("/visit/birth-date")
    born(page)
    for path in ("/visit/all", "/visit/messages", "/v/never-was"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


def test_the_language_is_switched_at_the_head_of_every_page(open_page, letter):
    page = open_page(None, TELEPHONE)
    page.goto(letter)
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", name="Sus visitas")).to_be_visible()
    well(page)
    page.get_by_role("link", name="Responder, cambiar o prepararse").click()
    expect(page.get_by_role("heading", name="¿Cuándo nació usted?")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="When were you born?")).to_be_visible()
