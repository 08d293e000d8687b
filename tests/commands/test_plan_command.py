"""The `plan` command from outside: its files, its exit statuses, its lines, its time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.planning.example_files import example, example_bytes
from tests.planning.referee import judge


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `run.py plan` for real."""
    words = [sys.executable, "run.py", "plan", *map(str, arguments)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def scenario(tmp_path: Path):
    """Writes a scenario to a file; gives the path."""

    def write(content: object) -> Path:
        path = tmp_path / "scenario.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


def test_a_plan_goes_to_standard_output_and_a_line_of_timings_to_standard_error(scenario):
    done = command(scenario(example("tight-same-therapist")))
    plan = json.loads(done.stdout)
    assert (done.returncode, plan["format"], plan["optimal"], plan["cost"]) == (0, 1, True, 220)
    assert judge(example("tight-same-therapist"), plan) == ([], 220)
    assert len(done.stderr.splitlines()) == 1
    assert " ms" in done.stderr


def test_a_plan_goes_into_a_file_when_asked(scenario, tmp_path):
    out = tmp_path / "plan.json"
    done = command(scenario(example("book-small-2")), "--out", out)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(out.read_text())["cost"] == 315


def test_an_invalid_scenario_exits_2_with_one_line_and_no_plan(scenario, tmp_path):
    out = tmp_path / "plan.json"
    done = command(scenario(example_bytes("invalid-gap-itself")), "--out", out)
    assert (done.returncode, done.stdout, out.exists()) == (2, "", False)
    assert done.stderr == "series[0].steps[3].gaps[2].after: 'inf-2' is no earlier step of the series\n"


def test_names_that_no_terminal_can_show_do_not_break_the_line(scenario):
    made = example("tight-same-therapist")
    made["series"][0]["steps"][0]["visit_type"] = "\ud800\n\u2028"
    done = command(scenario(made))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_a_file_that_is_not_there_exits_2(tmp_path):
    done = command(tmp_path / "nothing.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be read" in done.stderr


def test_where_nothing_fits_it_exits_3_and_still_gives_the_plan(scenario):
    made = example("infeasible-nurse-units")
    done = command(scenario(made))
    plan = json.loads(done.stdout)
    assert done.returncode == 3
    assert plan["unplanned"] == ["s1"]
    assert plan["optimal"] is True
    assert judge(made, plan) == ([], 100000)


def test_the_time_given_is_kept(scenario):
    path = scenario(example_bytes("disruption-closed-day"))
    begun = time.monotonic()
    done = command(path, "--seconds", 4)
    assert time.monotonic() - begun < 8
    assert done.returncode in (0, 3)
    assert judge(example("disruption-closed-day"), json.loads(done.stdout))[0] == []


def test_many_series_are_explained_one_by_one(scenario):
    done = command(scenario(example_bytes("disruption-nurse-day")), "--explain", "--seconds", 30)
    plan = json.loads(done.stdout)
    assert (plan["cost"], plan["optimal"]) == (806, True)
    assert all("explanation" in one for one in plan["series"])


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "soon"])
def test_a_time_that_is_none_is_refused(scenario, seconds):
    done = command(scenario(example("tight-same-therapist")), f"--seconds={seconds}")
    assert (done.returncode, done.stdout) == (2, "")
