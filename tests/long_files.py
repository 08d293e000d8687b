"""Which files of tests take long: they are begun first, so that the processes end together, and named at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

SECONDS: dict[str, int] = {
    "tests/journeys/test_every_page.py": 320,
    "tests/services/test_plan_series.py": 80,
    "tests/commands/test_running.py": 65,
    "tests/web/test_door.py": 43,
    "tests/journeys/test_by_keyboard.py": 42,
    "tests/web/patient/test_changes.py": 35,
    "tests/web/test_change_pages.py": 29,
    "tests/web/auth/test_sign_in.py": 28,
    "tests/web/test_worklists.py": 25,
    "tests/web/test_book_hold_change.py": 24,
    "tests/jobs/test_messages_in_time.py": 23,
    "tests/web/test_book_visit.py": 23,
    "tests/web/test_book_series.py": 22,
    "tests/commands/test_setup.py": 22,
    "tests/services/test_batches.py": 22,
    "tests/services/test_batch_offers.py": 20,
    "tests/journeys/test_asking_for_an_appointment.py": 21,
    "tests/faults/test_killed_clocks.py": 60,
    "tests/faults/test_visit_races.py": 60,
    "tests/journeys/test_a_patient_by_link.py": 50,
    "tests/journeys/test_booking_a_series.py": 50,
    "tests/journeys/test_calendars_by_touch.py": 50,
    "tests/journeys/test_answering_a_letter.py": 45,
    "tests/journeys/test_gallery.py": 45,
    "tests/services/test_course_machine.py": 45,
    "tests/journeys/test_moving_a_visit.py": 35,
    "tests/faults/test_mixed_races.py": 30,
    "tests/journeys/test_something_is_out.py": 30,
    "tests/faults/test_bad_gateway.py": 25,
    "tests/faults/test_move_races.py": 25,
    "tests/journeys/test_a_whole_course.py": 25,
    "tests/journeys/test_deciding_and_levelling.py": 25,
    "tests/journeys/test_importing_patients.py": 22,
    "tests/commands/test_plan_command.py": 20,
    "tests/commands/test_simulate.py": 20,
    "tests/house/test_arrows.py": 20,
    "tests/faults/test_offer_races.py": 20,
    "tests/faults/test_series_races.py": 20,
}
"""A file → how long it takes on a quiet core, in seconds; one that takes less than `LONG` need not stand here."""
LONG = 20
USUAL = 0.15
"""Seconds that a test takes whose file does not stand above."""


def file_of(nodeid: str) -> str:
    """The file that a test stands in."""
    return nodeid.split("::")[0]


def longest_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests with the longest files at the head; those of one file stay together in their order."""
    number = Counter(file_of(item.nodeid) for item in items)
    takes = {file: SECONDS.get(file, USUAL * tests) for file, tests in number.items()}
    return sorted(items, key=lambda item: (-takes[file_of(item.nodeid)], file_of(item.nodeid)))


def told(reports: Iterable[object]) -> list[str]:
    """A line for each file that took long, its preparation and its end counted in; the longest first."""
    spent: Counter[str] = Counter()
    for report in reports:
        if isinstance(report, pytest.TestReport):
            spent[file_of(report.nodeid)] += report.duration
    return [f"{seconds:6.0f} s  {file}" + ("" if file in SECONDS else "  (new: make it shorter, or name it in "
                                           "tests/long_files.py, so that it is begun in time)")
            for file, seconds in spent.most_common() if seconds >= LONG]
