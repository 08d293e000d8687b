"""The languages in which patients are spoken to."""

from __future__ import annotations

LANGUAGES = {"en": "English", "es": "Español"}
"""What patients' pages, letters and texts speak, each by its own name; anybody else reads the clinic's language."""


def language_of(tag: str) -> str:
    """The language of a tag or locale (`es-MX`, `es_US`) as the code of `LANGUAGES`; empty if we do not speak it."""
    spoken = tag.replace("_", "-").partition("-")[0].lower()
    return spoken if spoken in LANGUAGES else ""
