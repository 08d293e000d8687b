"""Every page of the demo clinic, as every role sees it, on a desk and on a telephone: axe, width, and a picture.

The pages come from the application's own map of addresses, so a page that nobody thought of is looked at too. The
pictures go to `instance/pictures`; those of the README are copied to `docs/pictures`.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from sqlalchemy import func, select

from models import (
    Appointment,
    AppointmentRequest,
    Batch,
    Gate,
    Hold,
    InboundText,
    Message,
    OnCall,
    Patient,
    PatientImport,
    Protocol,
    Resource,
    Series,
    StaffMember,
    VisitType,
)
from scheduler.clock import utc_now
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from scheduler.planning.words import HoldPurpose, MessageKind, Role, VisitKind
from scheduler.queries.patient_links import OFFER, VISIT
from scheduler.services.messages.make_link import make_link
from tests.house.source import ROOT
from tests.journeys.axe import barriers
from tests.journeys.conftest import DESKTOP, TELEPHONE
from tests.journeys.demo_clinic import Demo, demo, open_as
from tests.journeys.stage import Tabs

__all__ = ["demo"]
PICTURES = ROOT / "instance" / "pictures"
NO_PAGE = {"static", "assets.vendor", "health.healthz", "health.readyz", "auth.idle", "auth.here", "desk.flags"}
"""Addresses that answer with something else than a page."""
NOT_SEEN = {
    "admin.letter_look": "a letter in the frame of its page; the text asked for here has none",
    "auth.home": "leads on to each role's first page", "admin.home": "leads on to the first of the admin pages",
    "desk.import_report": "a file", "desk.import_template": "a file", "patient.calendar": "a file",
    "patient.ask_received": "leads to the form whoever has sent none",
    "patient.enter": "needs a link", "patient.visit": "needs a link", "patient.visits": "needs a link",
    "patient.offer": "needs a link", "patient.new_times": "needs a link", "patient.birth_date": "needs a link",
    "patient.move": "needs a link", "patient.cancel": "needs a link", "patient.ride": "needs a link",
    "patient.wishes": "needs a link",
    "desk.series_replan": "leads back where every visit has a time",
    "desk.appointment_place_anew": "leads back where the visit has a time",
    "desk.hold": "no hold of a plan stands in the demo",
    "desk.hold_messages": "no hold of a plan stands in the demo",
    "desk.series_added": "leads back where every visit has a time",
    "security.reset_password": "needs a mailed link",
}
"""Addresses that need not be looked at here, and why."""
HARMLESS = {"catalogue_id": "elekt_d_2023", "sends": "three-days-before",
            "rule_id": "one-day", "letter": "one-day-before.en.text",
            "step": "inf-1", "token": "no-such-token", "number": 1, "slug": "juniper-house"}


def ids_of(demo: Demo) -> dict[str, object]:
    """A row of the demo for every parameter of an address: a running series, its next visit, its patient."""
    with demo.database.reading() as session:
        series = session.scalars(select(Series).where(Series.status == SeriesStatus.ACTIVE).order_by(Series.id)).first()
        assert series is not None
        visit = session.scalars(select(Appointment.id).where(
            Appointment.series_id == series.id, Appointment.status == AppointmentStatus.BOOKED)
            .order_by(Appointment.starts_at)).first()
        first = {name: session.scalar(select(func.min(table.id))) for name, table in (
            ("protocol_id", Protocol), ("resource_id", Resource), ("staff_id", StaffMember),
            ("gate_id", Gate), ("visit_type_id", VisitType), ("import_id", PatientImport), ("message_id", Message),
            ("batch_id", Batch), ("request_id", AppointmentRequest),
            ("text_id", InboundText), ("on_call_id", OnCall))}
        first["hold_id"] = session.scalar(select(func.min(Hold.id)).where(Hold.purpose == HoldPurpose.SERIES))
        return {**HARMLESS, **first, "series_id": series.id, "patient_id": series.patient_id, "appointment_id": visit}


def pages_of(demo: Demo) -> list[tuple[str, str]]:
    """(endpoint, address) of every page; one whose parameter the demo has no row for is left out."""
    ids, found = ids_of(demo), []
    with demo.app.test_request_context():
        adapter = demo.app.create_url_adapter(None) or demo.app.url_map.bind("localhost")
        for rule in demo.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGE:
                continue
            values = {name: ids[name] for name in rule.arguments}
            if None not in values.values():
                found.append((rule.endpoint, adapter.build(rule.endpoint, values)))
    return sorted(found)


def look_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it stands: barriers, sideways scrolling, a name in its title."""
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{name}: {one}" for one in barriers(page)] + ([f"{name}: {wide} px too wide"] if wide > 0 else [])


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
@pytest.mark.parametrize("role", [*Role, None], ids=[*(role.name.lower() for role in Role), "signed_out"])
def test_every_page_is_open_to_everybody(tabs: Tabs, demo: Demo, role: Role | None, size: dict) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page, wrong = open_as(tabs, demo, role, size), []
    with demo.database.reading() as session:
        names = {patient.family_name for patient in session.scalars(select(Patient))}
    shape = "telephone" if size is TELEPHONE else "desktop"
    new = [(endpoint, address) for endpoint, address in pages_of(demo) if (endpoint, shape) not in demo.seen]
    for endpoint, address in new:
        answer = page.request.get(address, max_redirects=0)
        assert answer.status < 500, f"{endpoint} answers {answer.status}"
        if answer.status >= 300 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        page.goto(address)
        demo.seen.add((endpoint, shape))
        wrong += look_at(page, f"{role.name.lower() if role else 'signed_out'}-{endpoint}-{shape}")
        wrong += [f"{endpoint}: the title says {name}" for name in names if name in page.title()]
    assert wrong == []


@pytest.mark.parametrize("shape", ["desktop", "telephone"])
def test_nearly_every_address_was_looked_at(demo: Demo, shape: str) -> None:
    """Runs after the tests above; a page that no role could open is named here with its reason."""
    left = {endpoint for endpoint, _ in pages_of(demo)} - {seen for seen, of in demo.seen if of == shape}
    assert left <= NOT_SEEN.keys()


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_every_page_behind_a_link_is_open_to_everybody(tabs: Tabs, demo: Demo, size: dict) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    now = utc_now()
    with demo.database.writing() as session:
        message = session.scalars(
            select(Message).join(Appointment, Appointment.id == Message.appointment_id)
            .join(VisitType, VisitType.id == Appointment.visit_type_id)
            .where(Appointment.starts_at > now, Appointment.status == AppointmentStatus.BOOKED,
                   VisitType.kind == VisitKind.INFUSION)
            .order_by(Appointment.starts_at.desc())).first()
        assert message is not None
        visit_id, born = message.appointment_id, session.get_one(Patient, message.patient_id).birth_date
        offer = session.scalars(select(Message).where(
            Message.kind == MessageKind.OFFER).order_by(Message.id.desc())).first()
        assert offer is not None
        offered = make_link(session, offer, purpose=OFFER, expires_at=now.replace(year=now.year + 1), now=now)
        token = make_link(session, message, purpose=VISIT, expires_at=now.replace(year=now.year + 1), now=now)
    page, shape = open_as(tabs, demo, None, size), "telephone" if size is TELEPHONE else "desktop"
    page.goto(f"/v/{token}")
    wrong = look_at(page, f"link-visit-{shape}")
    page.goto("/visit/all")
    wrong += look_at(page, f"link-visits-{shape}")
    page.goto("/visit/birth-date")
    wrong += look_at(page, f"link-birth-date-{shape}")
    for name, given in (("month", str(born.month)), ("day", str(born.day)), ("year", str(born.year))):
        page.locator(f"#{name}").select_option(given) if name == "month" else page.locator(f"#{name}").fill(given)
    page.get_by_role("button", name="Go on").click()
    for name, path in (("course", "/visit/all"), ("move", f"/visit/{visit_id}/move"),
                       ("cancel", f"/visit/{visit_id}/cancel"), ("ride", f"/visit/{visit_id}/ride"),
                       ("messages", "/visit/messages")):
        page.goto(path)
        wrong += look_at(page, f"link-{name}-{shape}")
    page.goto(f"/v/{offered}")
    assert "Would you like this time?" in page.content()
    wrong += look_at(page, f"link-offer-{shape}")
    page.goto("/v/never-made")
    wrong += look_at(page, f"link-over-{shape}")
    assert wrong == []
