"""Somebody asks for an appointment on a telephone, with JavaScript and without; the desk puts them on file."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from models import AppointmentRequest, Consent, RequestPage
from scheduler.planning.requests import RequestState
from scheduler.planning.words import Channel, Role
from tests.journeys.axe import barriers
from tests.journeys.conftest import ON_SQLITE, TELEPHONE
from tests.web.patient.letters import SAYS_TOO_MUCH

pytestmark = ON_SQLITE
WAIT = 3200
"""Milliseconds: a little longer than the form's shortest time."""


@pytest.fixture
def public(database, kit) -> str:
    """The address of the kit's open page."""
    with database.writing() as session:
        session.add(RequestPage(clinic_id=kit.clinic_id, slug="alder", is_open=True, answer_days=1))
    return "/request/alder"


def fill_in(page: Page) -> None:
    page.get_by_label("First name").fill("Bo")
    page.get_by_label("Last name").fill("Reed")
    page.get_by_label("Telephone", exact=True).fill("301 555 0142")
    page.get_by_label("Monday").check()
    page.get_by_label("I have a referral").check()
    page.wait_for_timeout(WAIT)


def test_a_telephone_asks_and_the_desk_puts_the_sender_on_file(open_page, public, database):
    page = open_page(None, TELEPHONE)
    page.goto(public)
    assert barriers(page) == []
    expect(page.get_by_role("checkbox", name="Call me")).not_to_be_checked()
    fill_in(page)
    page.get_by_role("button", name="Send my request").click()
    expect(page.get_by_role("alert")).to_contain_text("tick at least one way")
    expect(page.get_by_label("Last name")).to_have_value("Reed")
    assert barriers(page) == []
    page.get_by_role("checkbox", name="Call me").check()
    page.get_by_role("button", name="Send my request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your request is with us.")
    assert barriers(page) == [] and not SAYS_TOO_MUCH.search(page.title() + page.url)

    desk = open_page(Role.FRONT_DESK)
    desk.goto("/worklists")
    desk.get_by_role("link", name="Requests for an appointment").click()
    desk.get_by_role("button", name="Reached").click()
    desk.get_by_role("link", name="Put on file").click()
    expect(desk.get_by_label("Family name")).to_have_value("Reed")
    desk.get_by_label("Date of birth", exact=True).fill("1984-02-29")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("is on file now")).to_be_visible()
    with database.reading() as session:
        request = session.scalars(select(AppointmentRequest)).one()
        assert request.state == RequestState.PATIENT and request.weekdays == [0]
        consent = session.scalars(select(Consent).where(Consent.patient_id == request.patient_id)).one()
        assert (consent.channel, consent.wording) == (
            Channel.CALL, "Alder Clinic may call me at this telephone number about my request.")


def test_without_javascript_in_spanish(browser: Browser, web, public, database):
    context = browser.new_context(base_url=web.address, viewport=TELEPHONE, locale="es-US", java_script_enabled=False)
    page = context.new_page()
    page.goto(public)
    page.get_by_label("Nombre").fill("Odalys")
    page.get_by_label("Apellidos").fill("Prado")
    page.get_by_label("Teléfono", exact=True).fill("301 555 0171")
    page.get_by_role("checkbox", name="Llámenme").check()
    page.get_by_role("button", name="Enviar mi solicitud").click()
    page.wait_for_load_state()
    if page.get_by_role("alert").count():
        expect(page.get_by_role("alert")).to_contain_text("Eso fue muy rápido")
        page.wait_for_timeout(WAIT)
        page.get_by_role("button", name="Enviar mi solicitud").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gracias. Recibimos su solicitud.")
    context.close()
    with database.reading() as session:
        request = session.scalars(select(AppointmentRequest)).one()
        assert (request.language, request.telephone) == ("es", "+13015550171")
