"""Cleaning text that others wrote."""

from __future__ import annotations

import unicodedata

# Marks that turn the reading direction or carry no shape; joiners (U+200C, U+200D) belong to real names and stay.
INVISIBLE = dict.fromkeys([0xFEFF, 0x200B, 0x00AD, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def clean_text(text: str) -> str | None:
    """The text in NFC with single spaces; None when it holds characters that are not text (NUL, lone surrogates)."""
    spaced = " ".join(text.translate(INVISIBLE).split())
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in spaced):
        return None
    return unicodedata.normalize("NFC", spaced)
