"""An administrator sets the clinic up: what is typed is kept, what is wrong is said beside the field."""

from __future__ import annotations

import re
from datetime import date, datetime, time

import pytest
from sqlalchemy import select

from models import Account, AuditEntry, Clinic, Closure, Membership, Protocol, Resource, StaffMember, TimeOff
from scheduler.planning.words import Role
from scheduler.queries.audit_trail import PAGE
from scheduler.queries.resource_list import opening_week, resource
from scheduler.queries.visit_shapes import visit_shapes
from scheduler.services.audit import record
from tests.builders import NOW
from tests.services.administration.book import book
from tests.web.admin.forms import fields_of


@pytest.fixture
def admin(client_for):
    return client_for(Role.ADMINISTRATOR)


def test_opening_hours_are_read_as_people_write_them(admin, database, kit) -> None:
    answer = admin.post("/admin/opening-hours", data={"day_0": "8-12, 1 pm to 5:30pm", "day_2": "9:00 AM – 5:00 PM"})
    assert answer.status_code == 302
    with database.reading() as session:
        assert opening_week(session, kit.clinic_id) == {
            0: [(time(8), time(12)), (time(13), time(17, 30))], 2: [(time(9), time(17))]}
    assert 'value="8:00 AM – 12:00 PM, 1:00 PM – 5:30 PM"' in admin.get("/admin/opening-hours").text


@pytest.mark.parametrize(("typed", "said"), [
    ("8-25", "is no time of day"), ("all day", "is no span of hours"), ("12-8", "ends before it begins"),
    ("8-12, 11-13", "overlap"), ("", "open on one day at least"),
])
def test_hours_that_cannot_be_meant_come_back_as_typed(admin, typed, said) -> None:
    answer = admin.post("/admin/opening-hours", data={"day_0": typed})
    assert answer.status_code == 422
    assert said in answer.text and f'value="{typed}"' in answer.text


def test_a_closure_that_hits_a_visit_asks_first_and_can_be_taken_back(admin, database, kit) -> None:
    with database.writing() as session:
        session.get(Clinic, kit.clinic_id).timezone = "America/New_York"
        book(session, kit, starts_on_monday())
    typed = {"starts_on": starts_on_monday().date().isoformat(), "last_on": starts_on_monday().date().isoformat()}
    asked = admin.post("/admin/closures", data=typed)
    assert asked.status_code == 422
    assert "1 booked visit is" in asked.text and "Ada Quill" in asked.text and 'name="go_on"' in asked.text
    assert admin.post("/admin/closures", data={**typed, "go_on": "yes"}).status_code == 302
    page = admin.get("/admin/closures").text
    assert "1 visit stays booked and is on the worklist." in page
    assert "The clinic is closed that day." in admin.get("/worklists/no-longer-fit").text
    with database.reading() as session:
        closure_id = session.scalars(select(Closure.id).where(Closure.clinic_id == kit.clinic_id)).one()
    admin.post(f"/admin/closures/{closure_id}/reopen")
    assert "Every booked visit fits" in admin.get("/worklists/no-longer-fit").text


def starts_on_monday():
    from_now = date.today().toordinal() + 14  # noqa: DTZ011 - the page asks the real clock
    monday = date.fromordinal(from_now - (from_now - 1) % 7)
    return datetime.combine(monday, time(9))


def test_time_off_without_times_is_whole_days(admin, database, kit) -> None:
    nurse = kit.resources["rn-1"]
    admin.post("/admin/time-off", data={"resource_id": nurse, "starts_on": "2030-04-05", "ends_on": "2030-04-06"})
    admin.post("/admin/time-off", data={"resource_id": nurse, "starts_on": "2030-04-08", "ends_on": "2030-04-08",
                                        "starts_time": "13:00", "ends_time": "15:00"})
    with database.reading() as session:
        rows = session.scalars(select(TimeOff).where(TimeOff.clinic_id == kit.clinic_id).order_by(TimeOff.id)).all()
        assert [(f"{row.starts_at:%d %H}", f"{row.ends_at:%d %H}") for row in rows] == [
            ("05 00", "07 00"), ("08 13", "08 15")]


def test_a_resource_is_added_changed_and_refused_beside_its_field(admin, database, kit) -> None:
    assert admin.post("/admin/resources/new", data={
        "kind": " Room ", "name": "Quiet room", "units": "1", "staff_id": "0", "active": "y"}).status_code == 302
    twice = admin.post("/admin/resources/new", data={
        "kind": "room", "name": "Quiet room", "units": "1", "staff_id": "0", "active": "y"})
    assert twice.status_code == 422 and "There is a room of this name already." in twice.text
    with database.reading() as session:
        room = session.scalars(select(Resource.id).where(Resource.name == "Quiet room")).one()
    edited = {"kind": "room", "name": "Quiet room", "units": "2", "staff_id": str(kit.staff[Role.THERAPIST]),
              "own_hours": "y", "day_4": "9-12"}
    assert admin.post(f"/admin/resources/{room}", data=edited).status_code == 302
    with database.reading() as session:
        row = resource(session, kit.clinic_id, room)
    assert (row.units, row.active, row.own_hours, row.staff_id) == (2, False, True, kit.staff[Role.THERAPIST])
    assert row.week == {4: [(time(9), time(12))]}


def test_a_kind_of_visit_keeps_its_phases_through_the_form(admin, database, kit) -> None:
    """What the page shows, posted back unchanged, changes nothing; a phase more is a phase more."""
    number = kit.visit_types["infusion"]
    with database.reading() as session:
        before = visit_shapes(session, kit.clinic_id)[number]
    typed = fields_of(admin.get(f"/admin/visit-types/{number}").text)
    assert admin.post(f"/admin/visit-types/{number}", data=typed).status_code == 302
    with database.reading() as session:
        assert visit_shapes(session, kit.clinic_id)[number] == before
    admin.post(f"/admin/visit-types/{number}", data={**typed, "phases-4-name": "airing", "phases-4-minutes": "5"})
    with database.reading() as session:
        after = visit_shapes(session, kit.clinic_id)[number]
    assert [phase.name for phase in after.phases] == ["check-in", "infusion", "recovery", "turnover", "airing"]
    assert after.minutes == before.minutes + 5


@pytest.mark.parametrize(("change", "said"), [
    ({"phases-0-minutes": "7"}, "minutes are a multiple of 5"),
    ({"public_name": "Ketamine infusion"}, "says too much"),
    ({"phases-0-need_6e75727365": "9"}, "needs 9 of one nurse"),
    ({"phases-0-name": ""}, "Every phase has a name"),
])
def test_a_kind_of_visit_that_cannot_be_meant_is_refused(admin, kit, change, said) -> None:
    address = f"/admin/visit-types/{kit.visit_types['infusion']}"
    answer = admin.post(address, data={**fields_of(admin.get(address).text), **change})
    assert answer.status_code == 422 and said in answer.text


def test_somebody_new_gets_a_link_once_and_signs_in_with_it(admin, app, database) -> None:
    page = admin.post("/admin/staff/new", data={
        "name": "Robin Lake", "email": "Robin@alder.example.com", "roles": ["clinician", "therapist"]})
    link = re.search(r'value="(http://localhost/reset/[^"]+)"', page.text)[1]
    newcomer, way = app.test_client(), link.removeprefix("http://localhost")
    assert "Choose a password" in newcomer.get(way).text
    chosen = {"password": "four quiet green leaves", "password_confirm": "four quiet green leaves"}
    assert newcomer.post(way, data=chosen).location == "/sign-in"
    assert newcomer.get(way).location == "/reset", "used, it is void"
    assert newcomer.post("/sign-in", data={"email": "robin@alder.example.com",
                                           "password": chosen["password"]}).location == "/"
    with database.reading() as session:
        roles = session.scalars(select(Membership.role).join(StaffMember).where(StaffMember.name == "Robin Lake"))
        assert set(roles) == {Role.CLINICIAN, Role.THERAPIST}


def test_who_is_made_inactive_is_outside_at_once(admin, client_for, database, kit) -> None:
    desk = client_for(Role.FRONT_DESK)
    assert desk.get("/password").status_code == 200
    answer = admin.post(f"/admin/staff/{kit.staff[Role.FRONT_DESK]}", data={
        "name": "Dana", "initials": "DR", "email": "dana@alder.example.com", "roles": "front desk"})
    assert answer.status_code == 302
    assert desk.get("/password").status_code == 302
    with database.reading() as session:
        account = session.scalars(select(Account).where(Account.staff_id == kit.staff[Role.FRONT_DESK])).one()
        assert (account.active, account.email) == (False, "dana@alder.example.com")


def test_nobody_takes_their_own_keys_away(admin, kit) -> None:
    answer = admin.post(f"/admin/staff/{kit.staff[Role.ADMINISTRATOR]}", data={
        "name": "A", "initials": "A", "email": "a@alder.example.com", "roles": "front desk", "active": "y"})
    assert answer.status_code == 422 and "your own keys" in answer.text


def test_a_schedule_is_adopted_and_says_what_is_missing(admin, database, kit) -> None:
    address = "/admin/protocols/adopt/murrough_2013"
    typed = fields_of(admin.get(address).text)
    assert typed["minus_days"] == "" and typed["observation_minutes"] == "", "no source states them"
    assert admin.post(address, data=typed).status_code == 302
    assert "Set how many days early an infusion may be given." in admin.get("/admin/protocols").text
    with database.reading() as session:
        number = session.scalars(select(Protocol.id).where(Protocol.clinic_id == kit.clinic_id)).one()
    decided = {**typed, "minus_days": "0", "plus_days": "1", "observation_minutes": "60", "preparation_count": "0",
               "visit_types_infusion": "infusion"}
    assert admin.post(f"/admin/protocols/{number}", data=decided).status_code == 302
    page = admin.get("/admin/protocols").text
    assert "Can be booked" in page and "version 2" in page
    answer = admin.post(f"/admin/protocols/{number}", data={**decided, "minus_days": "2"})
    assert answer.status_code == 422 and "two infusions could fall on one day" in answer.text


def test_an_example_is_copied_into_the_form_and_saved_by_nobody(admin, database, kit) -> None:
    typed = fields_of(admin.get("/admin/protocols/adopt/murrough_2013?example=integ_24_72").text)
    assert (typed["integration_opens_hours"], typed["integration_closes_hours"]) == ("24", "72")
    with database.reading() as session:
        assert session.scalar(select(Protocol.id).where(Protocol.clinic_id == kit.clinic_id)) is None


def test_a_full_nurse_can_be_weighed_also_where_nobody_has_yet(admin, database, kit) -> None:
    page = admin.get("/admin/clinic").text
    typed = fields_of(page)
    name = next(name for name, value in typed.items() if value == "crowding.nurse").replace("-key", "-units")
    assert typed[name] == "0" and "A full nurse" in page
    assert admin.post("/admin/clinic", data={**typed, name: "3"}).status_code == 302
    with database.reading() as session:
        clinic = session.get(Clinic, kit.clinic_id)
        assert clinic.weights["crowding"] == {"chair": 1, "nurse": 3}


def test_the_clinic_s_settings_are_kept_and_its_name_says_nothing(admin, database, kit) -> None:
    typed = fields_of(admin.get("/admin/clinic").text)
    assert admin.post("/admin/clinic", data={**typed, "weights-0-units": "12", "texts_a_day": "0"}).status_code == 302
    with database.reading() as session:
        clinic = session.get(Clinic, kit.clinic_id)
        assert clinic.weights["finish_day"] == 12 and clinic.weights["handover"] == {"nurse": 5, "therapist": 20}
        assert clinic.weights["unplanned"] == 100000 and clinic.texts_a_day == 0
    for name in ("name", "short_name"):
        answer = admin.post("/admin/clinic", data={**typed, name: "Alder Ketamine"})
        assert answer.status_code == 422 and "“Ketamine” tells" in answer.text
    assert admin.post("/admin/clinic", data={**typed, "messages_until": "07:00"}).status_code == 422


def test_the_audit_trail_is_filtered_and_paged_by_key(admin, database, kit) -> None:
    with database.writing() as session:
        for number in range(PAGE + 3):
            record(session, by=kit.viewer(), verb="view" if number % 2 else "book", subject="patient",
                   subject_id=number, now=NOW)
    first = admin.get("/admin/audit")
    older = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    assert first.text.count('<th scope="row"') == PAGE and admin.get(older).text.count('<th scope="row"') == 3
    assert admin.get("/admin/audit?verb=book").text.count(">book</td>") == 27
    assert "Nothing was found" in admin.get("/admin/audit?since=2031-01-01").text
    with database.reading() as session:
        assert session.scalar(select(AuditEntry.id).limit(1)) is not None


def test_more_texts_than_the_exemption_allows_need_numbers_of_their_own(admin, database, kit) -> None:
    typed = fields_of(admin.get("/admin/clinic").text)
    for wrong in ({"texts_a_day": "2"}, {"texts_a_week": "4"}, {"agreed_texts_a_day": "2"}):
        assert admin.post("/admin/clinic", data={**typed, **wrong}).status_code == 422
    agreed = {"agreed_texts_a_day": "2", "agreed_texts_a_week": "6"}
    assert admin.post("/admin/clinic", data={**typed, **agreed}).status_code == 302
    with database.reading() as session:
        clinic = session.get(Clinic, kit.clinic_id)
        assert (clinic.agreed_texts_a_day, clinic.agreed_texts_a_week) == (2, 6)
