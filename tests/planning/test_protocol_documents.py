"""The JSON document that a protocol version stores: there and back, and refused where it does not fit."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scheduler.planning.documents import DocumentError
from scheduler.planning.protocol_settings import course_from, first_settings
from scheduler.planning.protocols import AdoptedProtocol, Integration, Preparation, ProtocolSettings
from scheduler.protocols import catalogue


def adopted(**settings: object) -> AdoptedProtocol:
    return AdoptedProtocol(catalogue.find("murrough_2013"), replace(ProtocolSettings(), **settings))


@pytest.mark.parametrize("protocol", [entry.id for entry in catalogue.published()])
def test_every_entry_survives_the_database_unchanged(protocol):
    entry = catalogue.find(protocol)
    kept = AdoptedProtocol(entry, first_settings(entry, catalogue.pairings().values()))
    assert AdoptedProtocol.from_document(json.loads(json.dumps(kept.to_document()))) == kept


def test_settings_survive_the_database_unchanged():
    kept = adopted(
        integration=Integration("integ_yermus", (1, 2, 4, 6), 24, 72), preparation=Preparation(2, 1, 14, 2),
        course=course_from(catalogue.pairings()["cbt_wilkinson_2021"]), fewest=4, note="Set for the demonstration.",
    )  # fmt: skip
    document = json.loads(json.dumps(kept.to_document()))
    assert document["settings"]["integration"]["after"] == [1, 2, 4, 6]
    assert AdoptedProtocol.from_document(document) == kept


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("format", 2, "document.format: must be 1, not 2"),
        ("settings.plus_days", "two", "document.settings.plus_days: must be a whole number, not 'two'"),
        ("settings.plus_days", True, "document.settings.plus_days: must be a whole number, not True"),
        ("settings.preparation", 3, "document.settings.preparation: must be an object, not 3"),
        ("published.title", None, "document.published.title: must be text, not nothing"),
        ("published.sources", "MURR13", "document.published.sources: must be a list, not 'MURR13'"),
        ("published.schedule.days", [1, "x"],
         "document.published.schedule.days[1]: must be a whole number, not 'x'"),
        ("published.schedule.days", [1, 3, 3],
         "document.published.schedule.days: must rise from infusion to infusion"),
        ("published.schedule.fewest", 9, "document.published.schedule.fewest: must be from 1 to 6"),
        ("published.schedule.days_grade", "A",
         "document.published.schedule.days_grade: must be one of S, S2, D, M, P, not 'A'"),
        ("published.facts", [{"name": "x", "text": "x", "grade": "S", "source": "x", "value": ["half"]}],
         "document.published.facts[0].value[0]: must be a decimal number written as text, not 'half'"),
    ],
)  # fmt: skip
def test_a_broken_document_is_refused_with_the_place_and_the_reason(place, value, message):
    document = adopted().to_document()
    *way, last = place.split(".")
    inner = document
    for key in way:
        inner = inner[key]
    inner[last] = value
    with pytest.raises(DocumentError) as refused:
        AdoptedProtocol.from_document(document)
    assert str(refused.value) == message


def test_what_is_missing_is_named():
    document = adopted().to_document()
    del document["published"]
    with pytest.raises(DocumentError, match="document.published: is missing"):
        AdoptedProtocol.from_document(document)


def test_an_unknown_key_is_refused_by_name():
    document = adopted().to_document()
    document["settings"]["tolerance"] = 1
    with pytest.raises(DocumentError, match=r"document\.settings\.tolerance: is not known here; known are minus_days"):
        AdoptedProtocol.from_document(document)


def test_something_that_is_no_document_is_refused():
    with pytest.raises(DocumentError, match="document: must be an object"):
        AdoptedProtocol.from_document([])
