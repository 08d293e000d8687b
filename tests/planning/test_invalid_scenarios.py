"""Everything that makes a scenario invalid, and the JSON path that is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scheduler.planning.reading import Invalid, read
from scheduler.planning.scenario import Scenario
from tests.planning.example_files import example, example_bytes

LEFT_OUT = object()


def sound() -> dict:
    """A valid scenario in which everything optional is given."""
    made = example("tight-same-therapist")
    made["clinic"]["closed"] = ["2027-05-31"]
    made["resources"][0] |= {"capacity": 2, "hours": {"mon": [["08:00", "12:00"]]}}
    made["resources"][0]["away"] = [["2027-05-03T00:00", "2027-05-04T00:00"]]
    made["bookings"] = [
        {"patient": "p2", "visit_type": "therapy", "start": "2027-04-13T09:03", "resources": {"therapist": "th-1"}}
    ]
    series = made["series"][0]
    series |= {"unavailable": [["2027-04-14T00:00", "2027-04-15T00:00"]], "finish": "inf-6"}
    series["prefer"] = {"weekdays": ["mon"], "from": "09:00", "to": "24:00"}
    series["steps"][0] |= {"fixed": True, "current": {"start": "2027-04-12T09:00", "resources": {"therapist": "th-1"}}}
    return made


def changed(path: str, value: Any) -> dict:
    """The sound scenario with one value changed or left out; the path is written a.b.0.c."""
    made = sound()
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = made
    for part in way:
        place = place[part]
    if value is LEFT_OUT:
        del place[last]
    else:
        place[last] = value(place[last]) if callable(value) else value
    return made


def fault(made: dict) -> Invalid:
    found = read(json.dumps(made))
    assert isinstance(found, Invalid)
    assert "\n" not in found.sentence
    return found


def test_the_sound_scenario_is_sound():
    assert isinstance(read(json.dumps(sound())), Scenario)


def twice(items: list) -> list:
    return [*items, items[0]]


STEP = "series.0.steps.1"
CASES: list[tuple[str, Any, str]] = [
    ("format", 2, "format"),
    ("format", True, "format"),
    ("format", "1", "format"),
    ("clinic", [], "clinic"),
    ("clinic.timezone", "America/Nowhere", "clinic.timezone"),
    ("clinic.timezone", "../etc/passwd", "clinic.timezone"),
    ("clinic.timezone", "", "clinic.timezone"),
    ("clinic.timezone", "America", "clinic.timezone"),
    ("clinic.timezone", 5, "clinic.timezone"),
    ("clinic.grid_minutes", 0, "clinic.grid_minutes"),
    ("clinic.grid_minutes", 1441, "clinic.grid_minutes"),
    ("clinic.grid_minutes", True, "clinic.grid_minutes"),
    ("clinic.grid_minutes", "5", "clinic.grid_minutes"),
    ("clinic.grid_minutes", 10, "visit_types.infusion.phases[0].minutes"),
    ("clinic.open", None, "clinic.open"),
    ("clinic.open.monday", [], "clinic.open.monday"),
    ("clinic.open.mon", [["18:00", "08:00"]], "clinic.open.mon[0]"),
    ("clinic.open.mon", [["08:00", "08:00"]], "clinic.open.mon[0]"),
    ("clinic.open.mon", [["08:00"]], "clinic.open.mon[0]"),
    ("clinic.open.mon", [["8:00", "18:00"]], "clinic.open.mon[0][0]"),
    ("clinic.open.mon", [["08:00", "24:30"]], "clinic.open.mon[0][1]"),
    ("clinic.open.mon", [["08:00", "18:60"]], "clinic.open.mon[0][1]"),
    ("clinic.closed", ["2027-02-29"], "clinic.closed[0]"),
    ("clinic.closed", ["2027-2-9"], "clinic.closed[0]"),
    ("clinic.closed", "2027-02-09", "clinic.closed"),
    ("resources", {}, "resources"),
    ("resources.0.id", LEFT_OUT, "resources[0].id"),
    ("resources.0.id", 3, "resources[0].id"),
    ("resources.0.kind", LEFT_OUT, "resources[0].kind"),
    ("resources", twice, "resources[5].id"),
    ("resources.0.capacity", -1, "resources[0].capacity"),
    ("resources.0.capacity", 1.5, "resources[0].capacity"),
    ("resources.0.capacity", 10**9 + 1, "resources[0].capacity"),
    ("resources.0.capacity", 10**40, "resources[0].capacity"),
    ("resources.0.capacity", False, "resources[0].capacity"),
    ("resources.0.hours", {"noday": []}, "resources[0].hours.noday"),
    ("resources.0.away", [["2027-05-04T00:00", "2027-05-03T00:00"]], "resources[0].away[0]"),
    ("resources.0.away", [["2027-05-04T24:00", "2027-05-05T00:00"]], "resources[0].away[0][0]"),
    ("visit_types.infusion.phases", [], "visit_types.infusion.phases"),
    ("visit_types.infusion.phases", LEFT_OUT, "visit_types.infusion.phases"),
    ("visit_types.infusion.phases.0.minutes", 0, "visit_types.infusion.phases[0].minutes"),
    ("visit_types.infusion.phases.0.minutes", 7, "visit_types.infusion.phases[0].minutes"),
    ("visit_types.infusion.phases.0.minutes", LEFT_OUT, "visit_types.infusion.phases[0].minutes"),
    ("visit_types.infusion.phases.0.needs.chair", 0, "visit_types.infusion.phases[0].needs.chair"),
    ("visit_types.infusion.phases.0.needs.dragon", 1, "visit_types.infusion.phases[0].needs.dragon"),
    ("visit_types.infusion.phases.0.needs", [], "visit_types.infusion.phases[0].needs"),
    ("visit_types.infusion.phases.3.patient", 0, "visit_types.infusion.phases[3].patient"),
    ("visit_types.infusion.phases.0.name", 1, "visit_types.infusion.phases[0].name"),
    ("bookings.0.patient", LEFT_OUT, "bookings[0].patient"),
    ("bookings.0.visit_type", "massage", "bookings[0].visit_type"),
    ("bookings.0.start", "2027-04-13 09:00", "bookings[0].start"),
    ("bookings.0.start", "2027-04-13T09:00:00", "bookings[0].start"),
    ("bookings.0.start", "2027-13-13T09:00", "bookings[0].start"),
    ("bookings.0.start", "\u0662027-04-13T09:00", "bookings[0].start"),
    ("bookings.0.resources", {}, "bookings[0].resources"),
    ("bookings.0.resources.therapist", "th-9", "bookings[0].resources.therapist"),
    ("bookings.0.resources.therapist", "chair-1", "bookings[0].resources.therapist"),
    ("bookings.0.resources.chair", "chair-1", "bookings[0].resources.chair"),
    ("series", [], "series"),
    ("series", twice, "series[1].id"),
    ("series.0.patient", LEFT_OUT, "series[0].patient"),
    ("series.0.steps", [], "series[0].steps"),
    ("series.0.earliest", "2027-06-07", "series[0].earliest"),
    ("series.0.latest", LEFT_OUT, "series[0].latest"),
    ("series.0.finish", "inf-7", "series[0].finish"),
    ("series.0.same", "therapist", "series[0].same"),
    ("series.0.same", [1], "series[0].same[0]"),
    ("series.0.unavailable.0", ["2027-04-14T00:00", "2027-04-14T00:00"], "series[0].unavailable[0]"),
    ("series.0.prefer.weekdays", ["monday"], "series[0].prefer.weekdays[0]"),
    ("series.0.prefer.from", "9:00", "series[0].prefer.from"),
    (f"{STEP}.id", "prep", "series[0].steps[1].id"),
    (f"{STEP}.visit_type", "massage", "series[0].steps[1].visit_type"),
    (f"{STEP}.gaps.0.after", "inf-1", "series[0].steps[1].gaps[0].after"),
    (f"{STEP}.gaps.0.after", "inf-2", "series[0].steps[1].gaps[0].after"),
    (f"{STEP}.gaps.0.after", LEFT_OUT, "series[0].steps[1].gaps[0].after"),
    (f"{STEP}.gaps.0.min_days", -1, "series[0].steps[1].gaps[0].min_days"),
    (f"{STEP}.gaps.0.min_days", 1.5, "series[0].steps[1].gaps[0].min_days"),
    (f"{STEP}.gaps.0.max_hours", "3", "series[0].steps[1].gaps[0].max_hours"),
    (f"{STEP}.gaps.0.max_hours", -0.5, "series[0].steps[1].gaps[0].max_hours"),
    (f"{STEP}.gaps", {}, "series[0].steps[1].gaps"),
    ("series.0.steps.0.current", LEFT_OUT, "series[0].steps[0].current"),
    ("series.0.steps.0.current", None, "series[0].steps[0].current"),
    ("series.0.steps.0.fixed", "yes", "series[0].steps[0].fixed"),
    ("series.0.steps.0.current.resources.therapist", "th-9", "series[0].steps[0].current.resources.therapist"),
    ("series.0.steps.0.current.resources", {}, "series[0].steps[0].current.resources"),
    ("series.0.steps.0.current.start", "soon", "series[0].steps[0].current.start"),
    ("weights", LEFT_OUT, "weights"),
    ("weights.unplanned", LEFT_OUT, "weights.unplanned"),
    ("weights.finish_day", 0.5, "weights.finish_day"),
    ("weights.handover", 5, "weights.handover"),
    ("weights.handover.nurse", -5, "weights.handover.nurse"),
    ("weights.crowding.chair", None, "weights.crowding.chair"),
]


@pytest.mark.parametrize(
    ("path", "value", "named"), CASES, ids=[f"{number}-{case[0]}" for number, case in enumerate(CASES)])
def test_the_place_is_named(path, value, named):
    assert fault(changed(path, value)).path == named


@pytest.mark.parametrize("required", ["format", "clinic", "resources", "visit_types", "series", "weights"])
def test_the_whole_needs_its_parts(required):
    assert fault(changed(required, LEFT_OUT)).path == required


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"nul", b"[1,]", b"\xff\xfe", b'{"format": 1} trailing', b"[" * 100_000],
    ids=["empty", "cut off", "no word", "comma", "no UTF-8", "more", "deep"],
)
def test_what_is_not_json_is_refused(text):
    found = read(text)
    assert isinstance(found, Invalid)
    assert found.path == "scenario"


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_words_that_json_has_not_are_refused_even_in_unknown_keys(word):
    text = json.dumps(sound() | {"unknown": ["?"]}).replace('"?"', word)
    assert read(text) == Invalid("unknown[0]", "is not JSON: NaN and Infinity are no numbers there")


@pytest.mark.parametrize("value", [[], 7, None, "scenario"])
def test_the_whole_must_be_an_object(value):
    assert fault(value).path == "scenario"


ALLOWED: list[tuple[str, Callable[[dict], object]]] = [
    ("unknown keys", lambda made: made.update(colour="blue")),
    ("whole numbers written with a point", lambda made: made["resources"][0].update(capacity=2.0)),
    ("decimals in hours", lambda made: made["series"][0]["steps"][2]["gaps"][0].update(min_hours=20.25)),
    ("a kind in `same` that nobody has", lambda made: made["series"][0].update(same=["dragon"])),
    ("weights of kinds that nobody has", lambda made: made["weights"]["handover"].update(dragon=1)),
    ("a gap that leaves no room", lambda made: made["series"][0]["steps"][1]["gaps"][0].update(min_days=9, max_days=1)),
    ("a capacity of nothing", lambda made: made["resources"][0].update(capacity=0)),
    ("a current place that no longer exists", lambda made: made["series"][0]["steps"][1].update(
        current={"start": "2027-04-13T09:01", "resources": {"chair": "gone", "dragon": "d"}})),
    ("no bookings", lambda made: made.pop("bookings")),
    ("nothing but unplanned among the weights", lambda made: made.update(weights={"unplanned": 1})),
]


@pytest.mark.parametrize(("what", "change"), ALLOWED, ids=[what for what, _ in ALLOWED])
def test_what_the_format_allows_is_read(what, change):
    made = sound()
    change(made)
    assert isinstance(read(json.dumps(made)), Scenario), what


@pytest.mark.parametrize(
    ("name", "path"),
    [("invalid-bad-time", "bookings[0].start"), ("invalid-gap-itself", "series[0].steps[3].gaps[2].after")],
)
def test_the_invalid_examples_are_named_at_their_place(name, path):
    found = read(example_bytes(name))
    assert isinstance(found, Invalid)
    assert found.path == path


def test_only_types_that_steps_use_must_keep_to_the_grid_where_bookings_do_not():
    made = sound()
    made["visit_types"]["massage"] = {"phases": [{"minutes": 7, "needs": {"therapist": 1}}]}
    assert fault(made).path == "visit_types.massage.phases[0].minutes"
    made["bookings"][0]["visit_type"] = "massage"
    assert isinstance(read(json.dumps(made)), Scenario)
