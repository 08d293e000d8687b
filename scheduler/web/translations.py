"""The language of a page: English for staff; a page behind a patient's link says it with `speak`.

Where nothing was said (a link that does not open), the language that the visitor chose here counts, then the
browser's.
"""

from __future__ import annotations

from pathlib import Path

from babel.support import NullTranslations
from flask import Flask, g, request
from flask_babel import Babel, Domain, refresh

from scheduler.messaging.catalogue import sentences
from scheduler.planning.languages import LANGUAGES, language_of

FOLDER = Path(__file__).resolve().parent / "locale"
DOMAIN = "patient"
COOKIE = "leafout_language"
PATIENTS_PATHS = ("/v/", "/visit", "/request/")


def of_a_patient() -> bool:
    """Whether this request is for a page that patients see."""
    return request.path.startswith(PATIENTS_PATHS)


def chosen() -> str:
    """The language that was chosen on this telephone; empty where none was."""
    return language_of(request.cookies.get(COOKIE, ""))


def speak(language: str) -> None:
    """Write the rest of this page in a language."""
    g.language = language_of(language) or "en"
    refresh()


def spoken() -> str:
    """The language of this page."""
    if "language" in g:
        return g.language
    if not of_a_patient():
        return "en"
    return chosen() or request.accept_languages.best_match(list(LANGUAGES)) or "en"


class Sentences(Domain):
    """The catalogue of the patients' pages, read from its .po file."""

    def get_translations(self) -> NullTranslations:
        """The sentences in the language of this page."""
        return sentences(FOLDER, DOMAIN, spoken())


def hang(app: Flask) -> None:
    """Give an app `gettext` and its templates `{% trans %}`."""
    babel = Babel(app, locale_selector=spoken, default_domain=DOMAIN)
    babel.domain_instance = Sentences(domain=DOMAIN)
    app.jinja_env.globals.update(LANGUAGES=LANGUAGES, language=spoken)
