"""The catalogue of published schedules, what a clinic must set on top, and the document both are stored in."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from scheduler.planning.protocol_checks import wrong_settings
from scheduler.planning.protocol_settings import (
    course_from,
    first_settings,
    integration_from,
    missing_settings,
    observation_minutes,
)
from scheduler.planning.protocols import (
    AdoptedProtocol,
    Grade,
    Integration,
    Preparation,
    ProtocolSettings,
    VisitTypes,
)
from scheduler.protocols import catalogue, sources_page

TWO_WEEKS = (1, 3, 5, 8, 10, 12)
PUBLISHED_DAYS = {
    "murrough_2013": TWO_WEEKS,
    "shiroma_2014": TWO_WEEKS,
    "shiroma_2020_va": TWO_WEEKS,
    "phillips_2019": TWO_WEEKS,
    "phillips_2019_maintenance": (7, 14, 21, 28),
    "elekt_d_2023": (1, 4, 8, 11, 15, 18),
    "ketect_2022": (1, 3, 5, 8, 10, 12, 15, 17, 19, 22, 24, 26),
    "wilkinson_2017": (1, 4, 8, 11),
    "wilkinson_2021": (1, 4, 8, 11, 15, 18),
    "abdallah_2022_ptsd": (1, 4, 8, 11, 15, 18, 22, 25),
    "feder_2021_ptsd": TWO_WEEKS,
    "kads_sc": (1, 4, 8, 11, 15, 18, 22, 25),
    "spravato_trd": (1, 4, 8, 11, 15, 18, 22, 25, 29, 36, 43, 50),
}
COMPLETE = ProtocolSettings(
    minus_days=1, plus_days=2, observation_minutes=60, preparation=Preparation(count=0),
    visit_types=VisitTypes(infusion="infusion", preparation="therapy", integration="therapy", course="therapy"),
)  # fmt: skip


def adopted(protocol: str = "murrough_2013", **settings: object) -> AdoptedProtocol:
    return AdoptedProtocol(catalogue.find(protocol), replace(COMPLETE, **settings))


def test_the_catalogue_has_exactly_the_schedules_whose_days_were_seen_or_derived():
    assert {entry.id: entry.schedule.days for entry in catalogue.published()} == PUBLISHED_DAYS


@pytest.mark.parametrize("left", ["aan_het_rot_2010", "singh_2016_2x", "singh_2016_3x", "bio_k_2023", "montreal_musik"])
def test_days_from_memory_or_unpublished_are_not_offered_and_say_why(left):
    assert catalogue.find(left) is None
    reasons = {entry.id: entry.reason for entry in catalogue.left_out()}
    assert reasons[left].endswith(".")


def test_nothing_is_both_offered_and_left_out():
    assert not {entry.id for entry in catalogue.left_out()} & set(PUBLISHED_DAYS)


def test_every_statement_cites_a_source_with_an_address_and_is_graded_seen_or_derived():
    for entry in catalogue.published():
        sources = {source.id: source for source in entry.sources}
        assert entry.schedule.days_grade == Grade.DERIVED
        for statement in (entry.schedule, *entry.facts):
            assert sources[statement.source].url.startswith("http"), entry.id
        assert {fact.grade for fact in entry.facts} <= {Grade.SEEN, Grade.DERIVED}


def test_a_dose_is_information_in_decimals():
    facts = {fact.name: fact for fact in catalogue.find("murrough_2013").facts}
    assert facts["dose_mg_per_kg"].value == (Decimal("0.5"),)
    assert facts["dose_mg_per_kg"].unit == "mg/kg"


def test_minutes_known_only_from_memory_are_left_unset():
    assert "infusion_minutes" not in {fact.name for fact in catalogue.find("murrough_2013").facts}
    assert "dose_mg_per_kg" not in {fact.name for fact in catalogue.find("phillips_2019").facts}


def test_the_route_is_said_where_it_is_not_the_vein():
    other = {entry.id: entry.route for entry in catalogue.published() if entry.route != "intravenous"}
    assert other == {"kads_sc": "subcutaneous", "spravato_trd": "intranasal"}


def test_up_to_six_allows_one_to_six_and_a_fixed_course_only_its_number():
    murrough, shiroma = catalogue.find("murrough_2013").schedule, catalogue.find("shiroma_2014").schedule
    assert (murrough.fewest, murrough.most) == (1, 6)
    assert (shiroma.fewest, shiroma.most) == (6, 6)


def test_no_shipped_schedule_carries_a_tolerance():
    for entry in catalogue.published():
        settings = first_settings(entry, catalogue.pairings().values())
        assert settings.minus_days is None
        assert settings.plus_days is None
        assert settings.observation_minutes is None
        assert settings.preparation.count is None


def test_a_fresh_protocol_names_all_that_the_clinic_must_set():
    entry = catalogue.find("murrough_2013")
    missing = missing_settings(entry, first_settings(entry, catalogue.pairings().values()))
    assert [one.setting for one in missing] == [
        "minus_days", "plus_days", "observation_minutes", "visit_types.infusion", "preparation.count",
    ]  # fmt: skip
    assert missing[0].sentence == (
        "Set how many days early an infusion may be given. No source states it; the clinic decides."
    )


def test_observation_that_the_label_states_need_not_be_set_but_cannot_be_shortened():
    entry = catalogue.find("spravato_trd")
    assert "observation_minutes" not in {one.setting for one in missing_settings(entry, ProtocolSettings())}
    assert observation_minutes(AdoptedProtocol(entry)) == 120
    wrong = wrong_settings(adopted("spravato_trd", observation_minutes=90))
    assert [one.sentence for one in wrong] == ["The source asks for at least 120 minutes of observation."]


def test_therapy_published_with_the_schedule_is_proposed_with_its_days_unset():
    entry = catalogue.find("wilkinson_2017")
    settings = first_settings(entry, catalogue.pairings().values())
    assert (settings.course.rule, settings.course.sessions, settings.course.weeks) == ("cbt_wilkinson_2017", 12, 10)
    assert [one.setting for one in missing_settings(entry, settings)][-5:] == [
        "visit_types.course", "course.first_min_days", "course.first_max_days",
        "course.apart_min_days", "course.apart_max_days",
    ]  # fmt: skip


def test_second_hand_therapy_is_an_example_and_off():
    pairings = catalogue.pairings()
    assert pairings["integ_24_72"].grade == Grade.SECOND_HAND
    assert "example" in pairings["integ_24_72"].title
    for entry in catalogue.published():
        settings = first_settings(entry, pairings.values())
        assert settings.integration is None
        assert (settings.course is not None) == (entry.id == "wilkinson_2017")


def test_sessions_after_doses_1_and_2_then_every_two_are_after_1_2_4_6():
    yermus = catalogue.pairings()["integ_yermus"]
    assert integration_from(yermus, 6) == Integration("integ_yermus", (1, 2, 4, 6), None, None)
    assert integration_from(yermus, 8).after == (1, 2, 4, 6, 8)


def test_the_24_to_72_hours_example_follows_every_infusion():
    assert integration_from(catalogue.pairings()["integ_24_72"], 6) == Integration("integ_24_72", None, 24, 72)


def test_a_window_without_a_source_must_be_set():
    settings = replace(COMPLETE, integration=integration_from(catalogue.pairings()["integ_yermus"], 6))
    missing = missing_settings(catalogue.find("murrough_2013"), settings)
    assert [one.setting for one in missing] == ["integration.opens_hours", "integration.closes_hours"]


def test_preparation_needs_its_lead_only_where_there_are_sessions():
    entry = catalogue.find("murrough_2013")
    assert missing_settings(entry, replace(COMPLETE, preparation=Preparation(count=0))) == ()
    one = missing_settings(entry, replace(COMPLETE, preparation=Preparation(count=1)))
    assert [m.setting for m in one] == ["preparation.lead_min_days", "preparation.lead_max_days"]
    two = missing_settings(entry, replace(COMPLETE, preparation=Preparation(count=2)))
    assert [m.setting for m in two][-1] == "preparation.apart_min_days"


def test_settings_that_are_complete_miss_nothing_and_are_not_wrong():
    assert missing_settings(catalogue.find("murrough_2013"), COMPLETE) == ()
    assert wrong_settings(adopted()) == ()


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"plus_days": -1}, "plus_days"),
        ({"minus_days": 2}, "minus_days"),
        ({"most": 7}, "most"),
        ({"fewest": 0}, "fewest"),
        ({"preparation": Preparation(1, 7, 3)}, "preparation.lead_max_days"),
        ({"preparation": Preparation(3, 1, 7, 4)}, "preparation.lead_max_days"),
        ({"integration": Integration("own", None, 72, 24)}, "integration.closes_hours"),
        ({"integration": Integration("own", (7,), 24, 72)}, "integration.after"),
        ({"integration": Integration("own", (2, 1), 24, 72)}, "integration.after"),
        ({"integration": Integration("own", (), 24, 72)}, "integration.after"),
        ({"integration": Integration("own", None, 120, 130)}, "integration.opens_hours"),
    ],
)
def test_settings_that_cannot_be_meant_are_named(settings, setting):
    assert [wrong.setting for wrong in wrong_settings(adopted(**settings))] == [setting]


def test_a_late_window_is_fine_after_the_last_infusion():
    assert wrong_settings(adopted(integration=Integration("own", (6,), 120, 130))) == ()


def test_therapy_that_does_not_fit_its_weeks_is_named():
    cbt = course_from(catalogue.pairings()["cbt_wilkinson_2017"])
    crowded = replace(cbt, first_min_days=0, first_max_days=6, apart_min_days=7, apart_max_days=6)
    assert [wrong.setting for wrong in wrong_settings(adopted(course=crowded))] == [
        "course.apart_max_days", "course.apart_min_days",
    ]  # fmt: skip


def test_the_page_of_sources_says_what_the_data_files_say():
    written = Path(__file__).resolve().parents[2] / "docs" / "clinical-sources.md"
    assert written.read_text(encoding="utf-8") == sources_page.page()
