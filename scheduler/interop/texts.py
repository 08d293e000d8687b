"""Cleaning text that others wrote, and keys for comparing names."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

# Marks that turn the reading direction or carry no shape; joiners (U+200C, U+200D) belong to real names and stay.
INVISIBLE = dict.fromkeys([0xFEFF, 0x200B, 0x00AD, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# Letters that Unicode does not take apart into a base letter and an accent.
WHOLE_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
SIMILAR = 0.85


def clean_text(text: str) -> str | None:
    """The text in NFC with single spaces; None when it holds characters that are not text (NUL, lone surrogates)."""
    spaced = " ".join(text.translate(INVISIBLE).split())
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in spaced):
        return None
    return unicodedata.normalize("NFC", spaced)


def folded(text: str) -> str:
    """Lower-case letters and digits without accents, words divided by one space: for comparing, never for showing."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(WHOLE_LETTERS)
    joined = re.sub(r"[.'’‘`´]", "", bare)
    return " ".join(re.findall(r"[^\W_]+", joined))


def name_key(family_name: str, given_names: str) -> str:
    """One key for a name, the same whatever the accents, case, hyphens and spaces."""
    return f"{folded(family_name)}|{folded(given_names)}"


def similar_names(one: str, other: str) -> bool:
    """Whether two different name keys could be one person: a slip of the pen, parts exchanged, another family name.

    Brothers and sisters (one family name, different first names) are not similar: twins share a birth date.
    """
    (family, given), (other_family, other_given) = one.split("|", 1), other.split("|", 1)
    if sorted(f"{family} {given}".split()) == sorted(f"{other_family} {other_given}".split()):
        return True
    first, other_first = given.partition(" ")[0], other_given.partition(" ")[0]
    if first and first == other_first:
        return True
    return _alike(family, other_family) and _alike(given, other_given)


def _alike(one: str, other: str) -> bool:
    if not one or not other:
        return one == other
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= SIMILAR
