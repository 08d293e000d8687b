"""Recognising a person who is already here."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.planning.imports import DOUBTS, Doubt, MaybeSame, Person, SamePerson, recognise

DAY, OTHER_DAY = date(1980, 5, 31), date(1981, 6, 1)
HERE = Person(7, "Núñez", "Ana", DAY, "+13015550142", frozenset({("ehr", "1")}))


def person(family="Núñez", given="Ana", born=DAY, telephone=None, sources=()):
    return Person(0, family, given, born, telephone, frozenset(sources))


@pytest.mark.parametrize(("row", "outcome"), [
    (person(sources={("ehr", "1")}), SamePerson(7)),
    (person("Wells", "Ana", sources={("ehr", "1")}), SamePerson(7)),
    (person(born=OTHER_DAY, sources={("ehr", "1")}), SamePerson(7)),
    (person("Wells", "Eve", OTHER_DAY, sources={("ehr", "1")}), MaybeSame(7, Doubt.NUMBER_REUSED)),
    (person("NUNEZ", "ana"), SamePerson(7)),
    (person(sources={("lab", "9")}), SamePerson(7)),
    (person(sources={("ehr", "2")}), MaybeSame(7, Doubt.OTHER_NUMBER)),
    (person("Nunes"), MaybeSame(7, Doubt.SIMILAR_NAME)),
    (person("Wells", "Eve", telephone="+13015550142"), MaybeSame(7, Doubt.SAME_TELEPHONE)),
    (person("Wells", "Eve"), None),
    (person(born=OTHER_DAY, telephone="+13015550142"), None)])
def test_a_row_is_the_same_person_perhaps_the_same_or_new(row, outcome):
    assert recognise(row, [HERE]) == outcome


def test_two_namesakes_born_on_one_day_are_for_a_person_to_tell_apart():
    twin = Person(8, "Nunez", "Ana", DAY)
    assert recognise(person(), [HERE, twin]) == MaybeSame(7, Doubt.SEVERAL)


def test_every_doubt_has_its_sentence():
    assert set(DOUBTS) == set(Doubt)
