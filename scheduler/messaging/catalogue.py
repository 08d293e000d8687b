"""The words of letters and texts in the reader's language: templates, and gettext's catalogues beside this file."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TRANSLATIONS = Path(__file__).resolve().parent / "locale"
DOMAIN = "letters"
WRITTEN_IN = "en"
"""The language that the templates themselves are in."""


@cache
def environment(folder: str, locale: str, *, marked: bool) -> Environment:
    """The templates of one folder in one language; a name that a template does not know is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES / folder), undefined=StrictUndefined, autoescape=marked,
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"])
    words = gettext.translation(DOMAIN, str(TRANSLATIONS), [locale], fallback=True)
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    return made


@cache
def locale_for(language: str, fallback: str) -> str:
    """The locale to write in: the reader's language with the clinic's region, or the clinic's own locale.

    `language` is as a patient's record has it ("es", "es-MX"); one that there is no catalogue for is not tried.
    """
    clinic = Locale.parse(fallback)
    try:
        wanted = Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return fallback
    if wanted.language == clinic.language or not speaks(wanted.language):
        return fallback
    regional = f"{wanted.language}_{clinic.territory}"
    try:
        return str(Locale.parse(regional))
    except (ValueError, UnknownLocaleError):
        return wanted.language


def speaks(language: str) -> bool:
    """Whether letters and texts can be written in a language."""
    return language == WRITTEN_IN or gettext.find(DOMAIN, str(TRANSLATIONS), [language]) is not None
