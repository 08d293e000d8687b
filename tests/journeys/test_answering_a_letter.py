"""A letter goes out over a real mail server; the patient opens its link and answers; the desk sees it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from config import Settings
from jobs import messages
from jobs.ticks import Round
from models import Clinic, Consent, Message, Patient
from scheduler.clock import utc_now
from scheduler.planning.lifecycle import MessageState
from scheduler.services.messages.owe_messages import owe_messages
from tests.builders import build_patient, build_visit
from tests.journeys.axe import barriers
from tests.journeys.conftest import DESKTOP, ON_SQLITE, TELEPHONE
from tests.messaging.sink import Sink

pytestmark = ON_SQLITE
SIZES = pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])


def book(database, kit, given: str = "Ada", days: float = 5, **patient) -> tuple[int, int]:
    """A visit in some days, booked now, in a clinic that may write at any hour from 8 to 20."""
    now = utc_now()
    with database.writing() as session:
        clinic = session.get(Clinic, kit.clinic_id)
        clinic.preparation_text = "Eat nothing for six hours before.\n\nBring somebody who takes you home."
        patient_id = build_patient(session, kit, given, **patient)
        visit_id = build_visit(session, kit, patient_id, now.replace(minute=0, second=0) + timedelta(days=days))
        owe_messages(session, clinic_id=kit.clinic_id, patient_id=patient_id, appointment_ids=[visit_id],
                     series_id=None, now=now, why="booked")
        for message in session.query(Message).filter_by(patient_id=patient_id, kind="confirmation"):
            message.due_at = now
        session.get(Patient, patient_id).timezone = zone_where_it_is_noon(now)
    return patient_id, visit_id


def zone_where_it_is_noon(now) -> str:
    """A zone in whose quiet hours it is not now: this test runs at any hour."""
    hours = 12 - now.hour
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


def send(database, address: str) -> str:
    """One tick of the clock against a real server; gives the link of the letter that arrived."""
    with Sink() as sink:
        settings = Settings(secret_key="k" * 40, smtp_url=f"smtp://127.0.0.1:{sink.port}", base_url=address,
                            mail_from="visits@alder.example.com")
        messages.run(Round(database, settings, utc_now()))
    [letter] = sink.letters
    return re.search(rf"{address}/v/\S+", letter.get_body(("plain",)).get_content())[0]


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@SIZES
def test_a_patient_confirms_by_the_link_of_a_letter(open_page, web, database, kit, size):
    book(database, kit)
    link = send(database, web.address)
    page = open_page(None, size)
    page.goto(link)
    expect(page).to_have_url(re.compile(r"/visit$"))
    expect(page).to_have_title("Your visit · Alder Clinic")
    expect(page.get_by_role("heading", name="How to get ready")).to_be_visible()
    assert barriers(page) == [] and fits(page)
    page.get_by_role("button", name="Yes, I will come").click()
    expect(page.get_by_role("heading", name="Thank you, see you then")).to_be_visible()
    assert barriers(page) == [] and fits(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Will you come?")).to_be_visible()


@SIZES
def test_who_cannot_come_is_on_the_desks_list_until_called(open_page, web, database, kit, size):
    book(database, kit)
    page = open_page(None, size)
    page.goto(send(database, web.address))
    page.get_by_role("button", name="I cannot come").click()
    expect(page.get_by_role("heading", name="Thank you for telling us")).to_be_visible()
    assert barriers(page) == [] and fits(page)

    desk = open_page(size=size)
    desk.goto("/worklists/calls")
    expect(desk.get_by_text(re.compile("^Cannot come"))).to_be_visible()
    assert barriers(desk) == [] and fits(desk)
    desk.get_by_role("button", name="Reached").click()
    expect(desk.get_by_text("No calls to make")).to_be_visible()
    desk.get_by_role("button", name="Undo").click()
    expect(desk.get_by_text(re.compile("^Cannot come"))).to_be_visible()


@SIZES
def test_the_desk_reads_the_outbox_and_sends_a_parked_letter_again(open_page, web, database, kit, size):
    patient_id, _ = book(database, kit)
    book(database, kit, "Bob", email=None)
    with database.writing() as session:
        for message in session.query(Message).filter_by(patient_id=patient_id, kind="confirmation"):
            message.state, message.reason = MessageState.PARKED, "550 no such mailbox"
        assert session.query(Consent).count() > 0
    page = open_page(size=size)
    for shelf in ("Waiting", "Sent", "Left out"):
        page.goto("/worklists/outbox")
        page.get_by_role("navigation", name="Which messages").get_by_role("link", name=shelf).first.click()
        assert barriers(page) == [] and fits(page)
    page.goto("/worklists/parked")
    expect(page.get_by_text("550 no such mailbox")).to_be_visible()
    assert barriers(page) == [] and fits(page)
    page.get_by_role("button", name=re.compile("Send again")).click()
    expect(page.get_by_text("waits in the outbox")).to_be_visible()


@SIZES
def test_a_link_that_does_not_open_says_whom_to_call(open_page, size):
    page = open_page(None, size)
    page.goto("/v/not-a-link")
    expect(page.get_by_role("heading", name="This link does not open")).to_be_visible()
    expect(page.get_by_role("link", name="(301) 555-0100").first).to_be_visible()
    assert barriers(page) == [] and fits(page)
