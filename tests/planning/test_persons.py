"""Names folded and compared, and who is a minor."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.planning.persons import folded, is_minor, same_name, search_name, similar_name


@pytest.mark.parametrize(("written", "plain"), [
    ("Núñez", "nunez"), ("O'Brien-Smith", "obrien smith"), ("  Łukasz   STRAßE ", "lukasz strasse"),
    ("Smith123", "smith123"), ("李小龍", "李小龍"), ("!!", "")])
def test_folding_takes_accents_case_and_marks_away(written, plain):
    assert folded(written) == plain


def test_a_search_name_fits_its_column():
    assert search_name("Núñez", "Ana María") == "nunez ana maria"
    assert len(search_name("ß" * 120, "æ" * 120)) == 260


@pytest.mark.parametrize(("one", "other", "same", "similar"), [
    (("Núñez", "Ana"), ("NUNEZ", "ana"), True, True), (("Nunez", "Ana"), ("Ana", "Nunez"), False, True),
    (("Smith", "Alden"), ("Smyth", "Alden"), False, True), (("Wunsch", "Twyla"), ("Moen", "Twyla"), False, True),
    (("Smith", "Alden"), ("Smith", "Bryan"), False, False),
    (("Considine", "Eva"), ("Considene", "Eve"), False, False), (("Quill", "Ada"), ("Stone", "Eve"), False, False),
    (("Li", ""), ("Li", "Wei"), False, False)])
def test_names_are_the_same_similar_or_neither(one, other, same, similar):
    assert (same_name(one, other), similar_name(one, other)) == (same, similar)


@pytest.mark.parametrize(("born", "on", "minor"), [
    (date(2008, 11, 23), date(2026, 11, 23), False), (date(2008, 11, 24), date(2026, 11, 23), True),
    (date(2008, 2, 29), date(2026, 2, 28), True), (date(2008, 2, 29), date(2026, 3, 1), False)])
def test_one_is_a_minor_until_the_eighteenth_birthday(born, on, minor):
    assert is_minor(born, on) is minor
