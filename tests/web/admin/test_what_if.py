"""The page that compares a week as booked with the same week level-loaded."""

from __future__ import annotations

import re

import pytest

from scheduler.planning.words import Role
from scheduler.services.booking.book_series import BookedSeries
from tests.services.series_kit import MONDAY, book, build_course


def words(page: str) -> str:
    """The text of a page, spaces as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_both_weeks_are_shown_with_their_strips_and_no_patient_is_named(database, kit, client_for) -> None:
    first = build_course(database, kit)
    second = build_course(database, kit, protocol_id=first.protocol_id, family="Rowe")
    assert isinstance(book(database, first), BookedSeries)
    assert isinstance(book(database, second, key="key-2", chair="chair-2", nurse="rn-2", therapist="th-2"),
                      BookedSeries)
    answer = client_for(Role.ADMINISTRATOR).get(f"/admin/what-if?on={MONDAY}")
    page = words(answer.text)
    assert "Most nurse units in use as booked 4 → level-loaded 2" in page
    assert "Starts that wait as booked 2 → level-loaded 0" in page
    assert "At another time 2 of 4" in page
    assert answer.text.count('class="load"') == 4
    assert "Quill" not in page and "Rowe" not in page


def test_a_week_without_infusions_says_what_to_do(client_for) -> None:
    page = words(client_for(Role.ADMINISTRATOR).get("/admin/what-if?on=2027-06-09").text)
    assert "No infusions in this week" in page and "Look at the week after" in page


def test_an_unreadable_day_shows_this_week(client_for) -> None:
    assert client_for(Role.ADMINISTRATOR).get("/admin/what-if?on=soon").status_code == 200


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.CLINICIAN, Role.THERAPIST])
def test_it_is_the_administrators(client_for, role) -> None:
    assert client_for(role).get("/admin/what-if").status_code == 403


def test_the_way_in_is_on_the_page_of_administration(client_for) -> None:
    assert 'href="/admin/what-if"' in client_for(Role.ADMINISTRATOR).get("/admin/").text
