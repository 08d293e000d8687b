"""Translations, and the templates of letters and texts in the reader's language.

A catalogue is read from its .po file as it is: nothing is compiled, so nothing can be stale or missing. That takes some
ten milliseconds, once a process.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scheduler.planning.languages import language_of

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TRANSLATIONS = Path(__file__).resolve().parent / "locale"
DOMAIN = "letters"


@cache
def sentences(folder: Path, domain: str, language: str) -> NullTranslations:
    """The sentences of `folder/LANGUAGE/LC_MESSAGES/DOMAIN.po`; those of the source where there is no such file.

    What is marked fuzzy is not used.
    """
    path = folder / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled, domain)


@cache
def environment(folder: str, locale: str, *, marked: bool) -> Environment:
    """The templates of one folder in one language; a name that a template does not know is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES / folder), undefined=StrictUndefined, autoescape=marked,
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"])
    words = sentences(TRANSLATIONS, DOMAIN, Locale.parse(locale).language)
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    return made


def sentence(locale: str, written: str) -> str:
    """One sentence of the letters' catalogue, which stands in no template."""
    return sentences(TRANSLATIONS, DOMAIN, Locale.parse(locale).language).gettext(written)


@cache
def locale_for(language: str, fallback: str) -> str:
    """The locale to write in: the reader's language with the clinic's region, or the clinic's own locale.

    `language` is as a patient's record has it ("es", "es-MX"); `fallback` is the clinic's locale.
    """
    clinic, wanted = Locale.parse(fallback.replace("-", "_")), language_of(language)
    if not wanted or wanted == clinic.language:
        return fallback
    try:
        return str(Locale.parse(f"{wanted}_{clinic.territory}"))
    except (ValueError, UnknownLocaleError):
        return wanted
