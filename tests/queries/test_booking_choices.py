"""Between what the desk can choose when it books a series, on both engines."""

from __future__ import annotations

from dataclasses import replace

from models import Protocol, ProtocolVersion, Resource, VisitType
from scheduler.database import Database
from scheduler.planning.protocols import ProtocolSettings
from scheduler.queries.bookable_protocols import UNREADABLE
from scheduler.queries.booking_choices import BookingChoices, booking_choices
from tests.builders import NOW, Kit, build_order
from tests.services.series_kit import SETTINGS, Course, book, build_course, build_protocol


def choices(database: Database, course: Course) -> BookingChoices:
    with database.reading() as session:
        return booking_choices(session, course.kit.clinic_id, course.patient_id, now=NOW)


def test_an_order_says_how_many_are_left_and_a_used_up_one_is_not_offered(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    with database.writing() as session:
        newer = build_order(session, kit, course.patient_id, 4)
    book(database, course)
    found = choices(database, course)
    left = {order.id: (order.infusions, order.left) for order in found.orders}
    assert left == {newer: (4, 4), course.order_id: (6, 0)} and found.orders[0].id == newer
    assert [order.id for order in found.open_orders] == [newer]
    assert found.orders[0].ordered_by == "Clinician of Alder Clinic"


def test_a_running_series_is_told_with_its_days(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    assert choices(database, course).running == ()
    booked = book(database, course)
    one, = choices(database, course).running
    assert (one.id, one.given, one.infusions) == (booked.series_id, 0, 6)
    assert (str(one.first_on), str(one.last_on)) == ("2027-04-05", "2027-04-19")


def test_only_therapists_who_are_active_here_can_be_asked_for(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    with database.writing() as session:
        session.get(Resource, kit.resources["th-1"]).active = False
    found = choices(database, course)
    assert [name for _, name in found.therapists] == ["th-2"]
    assert found.weekdays == (0, 1, 2, 3, 4)
    assert [name for _, name in found.clinicians] == ["Clinician of Alder Clinic"]


def test_each_protocol_says_what_it_needs_before_it_can_be_booked(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        build_protocol(session, kit, ProtocolSettings(), name="A bare one")
        build_protocol(session, kit, replace(SETTINGS, observation_minutes=90), name="B watched longer")
        broken = Protocol(clinic_id=kit.clinic_id, name="C broken")
        session.add(broken)
        session.flush()
        session.add(ProtocolVersion(clinic_id=kit.clinic_id, protocol_id=broken.id, version=1, document={},
                                    published_at=NOW))
    course = build_course(database, kit)
    ready, bare, longer, unread = choices(database, course).protocols
    assert (ready.name, ready.ready, ready.fewest, ready.most) == ("Induction", True, 1, 6)
    assert ready.therapy == {"preparation": 1} and ready.doses[0].text == "0.5 mg/kg"
    assert len(bare.missing) == 5 and bare.missing[0].startswith("Set how many days early")
    assert "keeps the patient 60 minutes after the infusion; 90 are asked for" in longer.missing[0]
    assert unread.missing == (UNREADABLE,)


def test_a_protocol_whose_visit_type_was_switched_off_is_not_ready(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    with database.writing() as session:
        session.get(VisitType, kit.visit_types["therapy"]).active = False
    card, = choices(database, course).protocols
    assert not card.ready and "“therapy” is switched off" in card.missing[0]
