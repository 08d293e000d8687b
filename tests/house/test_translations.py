"""Everything that a patient reads is marked for translation, and translated: none is missing, fuzzy, or left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from scheduler.messaging import catalogue
from scheduler.planning.languages import LANGUAGES
from scheduler.web import translations
from tests.house import sentences

CATALOGUES = {"patient": (translations.FOLDER, sentences.PAGES), "letters": (catalogue.TRANSLATIONS, sentences.LETTERS)}
OTHERS = [language for language in LANGUAGES if language != "en"]
PLACE = re.compile(r"%\((\w+)\)[sd]")
NAMES = {"English", "Español"}


def _file(domain: str, language: str) -> Path:
    return CATALOGUES[domain][0] / language / "LC_MESSAGES" / f"{domain}.po"


def _catalogue(domain: str, language: str):
    with _file(domain, language).open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("domain", CATALOGUES)
def test_every_sentence_is_translated_and_none_is_left_over(domain, language):
    wanted = sentences.marked(*CATALOGUES[domain][1])
    for words in [words for words in wanted if isinstance(words, tuple)]:
        wanted.pop(words[0], None)  # a catalogue holds a sentence once: alone it is the singular of the two
    has = {message.id: message for message in _catalogue(domain, language) if message.id}
    assert {words: places for words, places in wanted.items() if words not in has} == {}, (
        f"translate these in {_file(domain, language)} (msgid and msgstr, by hand or with an editor for .po files)")
    assert [message for message in has if message not in wanted] == [], "nobody says these any more"
    for message in has.values():
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not message.fuzzy, f"{message.id!r} is fuzzy"
        assert all(said), f"{message.id!r} is not translated"


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("domain", CATALOGUES)
def test_a_translation_names_the_same_things_as_its_sentence(domain, language):
    for message in _catalogue(domain, language):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        names = {name for words in ids for name in PLACE.findall(words)}
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        for words in said:
            assert set(PLACE.findall(words)) <= names, message.id
        assert set(PLACE.findall(said[-1])) >= set(PLACE.findall(ids[-1])) - {"num"}, message.id


@pytest.mark.parametrize("path", sentences.found("templates/patient/*.html", *sentences.LETTERS),
                         ids=lambda path: path.name)
def test_a_template_for_patients_says_nothing_unmarked(path):
    assert set(sentences.unmarked(path)) - NAMES == set()


def test_what_is_not_marked_is_found(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<p title="Your time">{{ _("Hello") }} dear {% trans %}you{% endtrans %}</p>'
                    '{{ button("Press here") }}')
    assert sentences.unmarked(page) == ["Your time", "dear", "Press here"]
