"""Names and ages: how names are folded for searching and comparing, and who is a minor."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from difflib import SequenceMatcher

# Letters that Unicode does not take apart into a base letter and an accent.
WHOLE_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
SIMILAR = 0.85
LONGEST_SEARCH_NAME = 260
ADULT = 18


def folded(text: str) -> str:
    """Lower-case letters and digits without accents, words divided by one space: for comparing, never for showing."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(WHOLE_LETTERS)
    joined = re.sub(r"[.'’‘`´]", "", bare)
    return " ".join(re.findall(r"[^\W_]+", joined))


def search_name(family_name: str, given_name: str) -> str:
    """What a patient is found by: family and given name folded, no longer than the column that keeps it."""
    return folded(f"{family_name} {given_name}")[:LONGEST_SEARCH_NAME].rstrip()


def same_name(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two names (family, given) are the same but for accents, case, hyphens and spaces."""
    return [folded(part) for part in one] == [folded(part) for part in other]


def similar_name(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two names (family, given) could be one person's: a slip of the pen, parts exchanged, another family
    name (marriage). Meant for people born on one day; brothers and sisters, twins too, are not similar.
    """
    family, given = (folded(part) for part in one)
    other_family, other_given = (folded(part) for part in other)
    if sorted(f"{family} {given}".split()) == sorted(f"{other_family} {other_given}".split()):
        return True
    first, other_first = given.partition(" ")[0], other_given.partition(" ")[0]
    if first and first == other_first:
        return True
    return _alike(family, other_family) and _alike(given, other_given)


def is_minor(born: date, on: date) -> bool:
    """Whether somebody is under 18 on a day; one born on 29 February comes of age on 1 March in a common year."""
    return (on.year - born.year, on.month, on.day) < (ADULT, born.month, born.day)


def _alike(one: str, other: str) -> bool:
    if not one or not other:
        return one == other
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= SIMILAR
