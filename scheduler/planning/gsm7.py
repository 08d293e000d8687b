"""The alphabet of a plain text message (GSM 03.38): what fits one of 160 characters, and what stands in for the rest.

One character outside it turns the whole text into UCS-2, of which only 70 fit.
"""

from __future__ import annotations

import unicodedata

LENGTH = 160
"""Septets in one text."""
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà")
EXTENDED = frozenset("\f^{}\\[~]|€")
"""Characters that take two septets."""
INSTEAD = {"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " ", "\u202f": " ",
           "\u2009": " ", "\u200b": ""}


def plain(words: str) -> str:
    """The words in the alphabet: accents that it lacks fall away (á is a), anything else unknown is a question mark."""
    return "".join(_plain(character) for character in words)


def septets(words: str) -> int | None:
    """How long a text is; None where it leaves the alphabet."""
    if not all(character in BASIC or character in EXTENDED for character in words):
        return None
    return len(words) + sum(character in EXTENDED for character in words)


def fits(words: str) -> bool:
    """Whether it goes out as one text."""
    length = septets(words)
    return length is not None and length <= LENGTH


def _plain(character: str) -> str:
    if character in BASIC or character in EXTENDED:
        return character
    if character in INSTEAD:
        return INSTEAD[character]
    bases = "".join(each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each))
    return bases if bases and BASIC.issuperset(bases) else "?"
