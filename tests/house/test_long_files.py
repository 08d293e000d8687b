"""Long files of tests are begun first, and named at the end of a run."""

from __future__ import annotations

from types import SimpleNamespace

from pytest import TestReport

from tests.house.source import ROOT
from tests.long_files import LONG, SECONDS, longest_first, told


def _report(nodeid: str, seconds: float) -> TestReport:
    return TestReport(nodeid, ("", 0, ""), {}, "passed", None, "call", duration=seconds)


def test_every_long_file_that_is_named_is_there_and_long():
    assert {name: seconds for name, seconds in SECONDS.items()
            if seconds < LONG or not (ROOT / name).is_file()} == {}


def test_the_longest_files_are_begun_first_and_stay_whole():
    named = max(SECONDS, key=SECONDS.__getitem__)
    items = [SimpleNamespace(nodeid=nodeid) for nodeid in (
        "tests/a.py::b", "tests/c.py::z", "tests/c.py::y", f"{named}::q", "tests/a.py::d", "tests/a.py::c")]
    assert [item.nodeid for item in longest_first(items)] == [
        f"{named}::q", "tests/a.py::b", "tests/a.py::d", "tests/a.py::c", "tests/c.py::z", "tests/c.py::y"]


def test_a_file_that_takes_long_and_is_not_named_is_said_to_be_new():
    named = max(SECONDS, key=SECONDS.__getitem__)
    lines = told([_report("tests/a.py::b", LONG), _report("tests/a.py::c", 2), _report(f"{named}::q", 90),
                  _report("tests/short.py::b", 3), "no report"])
    assert [line.split()[0] for line in lines] == ["90", str(LONG + 2)]
    assert "new" not in lines[0] and "tests/a.py  (new" in lines[1]
