"""The first vertical, whole: imported, booked, reminded, confirmed by the link, seen by a clinician and recorded."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from config import Settings
from jobs import messages
from jobs.ticks import Round
from models import Appointment, VisitType
from scheduler.planning.words import Role
from tests.journeys.axe import barriers
from tests.journeys.conftest import ON_SQLITE, TELEPHONE
from tests.messaging.sink import Sink
from tests.services.series_kit import build_protocol

pytestmark = ON_SQLITE
LIST = ("record_number,family_name,given_names,birth_date,mobile_telephone,email\n"
        "L-1,Núñez,Zoë,1984-02-29,301-555-0142,zoe@example.com\n")


def import_the_patient(page: Page) -> None:
    page.goto("/patients/import")
    page.get_by_label("File").set_input_files(
        files=[{"name": "list.csv", "mimeType": "text/csv", "buffer": LIST.encode()}])
    page.get_by_role("button", name="Look at the list").click()
    page.get_by_role("button", name="Add 1 patient").click()
    page.get_by_role("link", name="Núñez, Zoë").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("group", name="They agree to be contacted by").get_by_label("E-mail").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoë Núñez")


def book_the_series(page: Page) -> None:
    page.get_by_role("link", name="Book a series").click()
    page.get_by_label("Infusions ordered").fill("6")
    page.get_by_role("button", name="Find times").click()
    expect(page.get_by_role("radiogroup", name="Plans")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Hold this plan").click()
    expect(page.get_by_text("Nothing is booked yet")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name=re.compile("^Book 7 visits")).click()
    expect(page.get_by_role("button", name="Print the itinerary")).to_be_visible()
    expect(page.locator("body")).to_contain_text("Infusion 6 of 6")
    assert barriers(page) == []


def first_infusion(database) -> Appointment:
    with database.reading() as session:
        return session.scalars(
            select(Appointment).join(VisitType, VisitType.id == Appointment.visit_type_id)
            .where(Appointment.step == "inf-1", VisitType.code == "infusion")).one()


def link_of_the_reminder(database, address: str, visit: Appointment) -> str:
    """What the clock sends the day before, over a real mail server; gives the link to this visit."""
    with Sink() as sink:
        settings = Settings(secret_key="k" * 40, smtp_url=f"smtp://127.0.0.1:{sink.port}", base_url=address,
                            mail_from="visits@alder.example.com")
        for hours in (23, 22, 15, 14):
            messages.run(Round(database, settings, visit.starts_at - timedelta(hours=hours)))
    letters = [letter.get_body(("plain",)).get_content() for letter in sink.letters]
    for words in ("infusion", "Infusion", "ketamine", "Núñez"):
        assert not any(words in letter for letter in letters)
    hour = visit.wall_start.strftime("%I:%M %p").lstrip("0")
    about = [letter for letter in letters if hour in letter and str(visit.wall_start.day) in letter and "/v/" in letter]
    assert about, letters
    found = re.search(rf"{address}/v/\S+", about[-1])
    assert found is not None
    return found[0]


def test_a_course_from_the_import_to_the_chair(open_page, web, database, kit) -> None:
    with database.writing() as session:
        build_protocol(session, kit)
    desk = open_page(Role.FRONT_DESK)
    import_the_patient(desk)
    book_the_series(desk)
    visit = first_infusion(database)

    phone = open_page(None, TELEPHONE)
    phone.goto(link_of_the_reminder(database, web.address, visit))
    expect(phone.get_by_role("heading", level=1)).not_to_contain_text("Núñez")
    phone.get_by_role("button", name="Yes, I will come").click()
    expect(phone.get_by_role("heading", name="Thank you, see you then")).to_be_visible()
    assert barriers(phone) == []

    doctor = open_page(Role.CLINICIAN)
    doctor.goto("/my-day?span=two-weeks&who=all")
    row = doctor.get_by_role("row").filter(has_text="Infusion 1 of 6")
    expect(row).to_contain_text("Confirmed")
    row.get_by_role("link", name="Zoë Núñez").click()
    doctor.get_by_role("button", name="Arrived").click()
    expect(doctor.get_by_role("status").first).to_contain_text("Z. N.")
    doctor.goto(f"/appointments/{visit.id}/care")
    doctor.get_by_label("Note").fill("Calm throughout.")
    doctor.get_by_role("button", name="Mark as given").click()
    expect(doctor.locator("body")).to_contain_text("1 of 6 infusions given")
    assert barriers(doctor) == []
