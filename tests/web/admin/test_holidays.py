"""Public holidays are looked at before the clinic closes on them, in one act that one undo takes back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models import Clinic, Closure
from scheduler.access import Viewer
from scheduler.interop.public_holidays import PublicHoliday, public_holidays, subdivisions
from scheduler.planning.words import Role
from scheduler.services.clinic.close_holidays import CloseHolidays, close_holidays, reopen_together
from scheduler.services.hits import Changed, Hits
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, build_clinic, build_patient, build_visit

MEMORIAL = PublicHoliday(date(2027, 5, 31), "Memorial Day")


def test_a_state_has_holidays_of_its_own() -> None:
    maryland = {one.day: one.name for one in public_holidays("US", "MD", 2026)}
    assert maryland[date(2026, 11, 26)] == "Thanksgiving Day"
    assert "American Indian Heritage Day" in maryland.values()
    assert "American Indian Heritage Day" not in {one.name for one in public_holidays("US", "", 2026)}
    assert dict(subdivisions("US"))["MD"] == "Maryland"


@pytest.mark.parametrize("where", [("US", "Atlantis", 2026), ("XX", "", 2026), ("US", "MD", 1492)])
def test_a_place_or_year_that_is_not_known_has_none(where: tuple[str, str, int]) -> None:
    assert public_holidays(*where) == ()


def by(kit) -> Viewer:
    return kit.viewer(Role.ADMINISTRATOR)


def closed(database, kit) -> list[date]:
    with database.reading() as session:
        return list(session.scalars(select(Closure.starts_on).where(
            Closure.clinic_id == kit.clinic_id).order_by(Closure.starts_on)))


def test_one_act_closes_the_days_that_are_open_yet_and_one_undo_reopens_those(database, kit) -> None:
    christmas = PublicHoliday(date(2027, 12, 25), "Christmas Day")
    with database.writing() as session:
        first = close_holidays(session, CloseHolidays("MD", (MEMORIAL,)), by=by(kit), now=NOW)
        assert isinstance(first, Changed) and len(first.id) == 1
        second = close_holidays(session, CloseHolidays("MD", (MEMORIAL, christmas)), by=by(kit), now=NOW)
        assert session.get(Clinic, kit.clinic_id).subdivision == "MD"
        assert isinstance(close_holidays(session, CloseHolidays("MD", (MEMORIAL,)), by=by(kit), now=NOW), Refused)
        assert isinstance(close_holidays(session, CloseHolidays("??", (MEMORIAL,)), by=by(kit), now=NOW), Refused)
    assert closed(database, kit) == [MEMORIAL.day, christmas.day]
    with database.writing() as session:
        other = build_clinic(session, "Other Clinic").viewer(Role.ADMINISTRATOR)
        assert isinstance(reopen_together(session, second.id, by=other, now=NOW), NotFound)
        assert reopen_together(session, second.id, by=by(kit), now=NOW) == 1
    assert closed(database, kit) == [MEMORIAL.day], "what was closed before stays closed"


def test_booked_visits_on_such_a_day_are_shown_first(database, kit) -> None:
    with database.writing() as session:
        build_visit(session, kit, build_patient(session, kit), NOW + timedelta(days=59))
        asked = close_holidays(session, CloseHolidays("", (MEMORIAL,)), by=by(kit), now=NOW)
        assert isinstance(asked, Hits) and len(asked.visits) == 1
        assert isinstance(close_holidays(session, CloseHolidays("", (MEMORIAL,)), by=by(kit), now=NOW, go_on=True),
                          Changed)


def test_the_page_proposes_working_days_and_closes_on_what_is_ticked(client_for, database, kit) -> None:
    admin = client_for(Role.ADMINISTRATOR)
    year = date.today().year + 1  # noqa: DTZ011 (the page reads the clock of the machine)
    page = admin.get(f"/admin/closures/holidays?subdivision=MD&year={year}").text
    assert "Thanksgiving Day" in page and "Maryland" in page
    thanksgiving = next(one.day for one in public_holidays("US", "MD", year) if one.name == "Thanksgiving Day")
    typed = {"subdivision": "MD", "year": str(year)}
    assert admin.post("/admin/closures/holidays", data=typed).status_code == 422, "nothing ticked"
    wrong = admin.post("/admin/closures/holidays", data={**typed, "days": "2027-01-02x"})
    assert wrong.status_code == 422
    done = admin.post("/admin/closures/holidays", data={**typed, "days": thanksgiving.isoformat()})
    assert done.status_code == 302 and closed(database, kit) == [thanksgiving]
    assert "closed already" in admin.get(f"/admin/closures/holidays?year={year}").text, "the state is remembered"
    with database.reading() as session:
        ids = session.scalars(select(Closure.id).where(Closure.clinic_id == kit.clinic_id)).all()
    assert admin.post("/admin/closures/holidays/undo", data={"closures": "1,x"}).status_code == 404
    assert admin.post("/admin/closures/holidays/undo", data={"closures": str(ids[0])}).status_code == 302
    assert closed(database, kit) == []
