"""A clinic's own words for a letter or text: plain placeholders, and what they must and must not say.

Never a template language: a name in braces is replaced, and nothing else is understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduler.planning.quiet_words import revealing
from scheduler.planning.words import Channel, MessageKind

PLACEHOLDERS: Mapping[str, str] = {
    "visit": "the day and hour of the visit, of both where two are told together; in a letter set large",
    "day": "the day of the visit",
    "time": "the hour of the visit",
    "link": "the patient's own link; alone in a paragraph of a letter it is a button",
    "clinic": "the clinic's name, in a text its short name",
    "telephone": "the clinic's telephone",
    "until": "until when an offer is kept",
    "count": "how many visits it is about",
}
IN_SUBJECT = ("day", "time", "count")
SEVERAL = frozenset({MessageKind.CONFIRMATION, MessageKind.CHANGE, MessageKind.CANCELLATION, MessageKind.NEW_TIMES})
"""Kinds that have words of their own where they are about several visits."""
TIMELESS = frozenset({MessageKind.AFTER_VISIT, MessageKind.NEW_TIMES, MessageKind.NEW_LINK, MessageKind.BY_HAND})
"""Kinds that name no time."""
WITHOUT_TIME = TIMELESS | {MessageKind.CANCELLATION}
WITHOUT_LINK = frozenset({MessageKind.AFTER_VISIT, MessageKind.CANCELLATION})
LONGEST_SUBJECT, LONGEST_BODY, LONGEST_BUTTON = 120, 4000, 40
_NAME = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class LetterKey:
    """Which letter it is; `several`: the one about several visits. `language` is a language alone, as in "es"."""

    kind: MessageKind
    several: bool
    language: str
    channel: Channel


@dataclass(frozen=True)
class OwnWords:
    """What a clinic wrote; a text has neither subject nor button."""

    subject: str
    body: str
    button: str = ""


@dataclass(frozen=True)
class WrongWords:
    """What keeps words from going out, and in which field they stand."""

    field: str
    sentence: str


def every_letter(languages: tuple[str, ...]) -> tuple[LetterKey, ...]:
    """Every letter and text that there is, in these languages."""
    return tuple(
        LetterKey(kind, several, language, channel) for kind in MessageKind
        if kind != MessageKind.BY_HAND
        for several in ((False, True) if kind in SEVERAL else (False,)) for language in languages
        for channel in (Channel.EMAIL, Channel.TEXT))


def filled(words: str, said: Mapping[str, str]) -> str:
    """The words with every placeholder replaced; one that nobody knows stays as it stands."""
    return _NAME.sub(lambda found: said.get(found.group(1), found.group(0)), words)


def wrong_words(key: LetterKey, words: OwnWords) -> Iterator[WrongWords]:
    """Everything that is wrong with them, each in a sentence that says what to do."""
    fields = {"subject": words.subject, "body": words.body, "button": words.button}
    if key.channel == Channel.TEXT:
        del fields["subject"], fields["button"]
    for field, text in fields.items():
        yield from _wrong_names(field, text)
        for word in revealing(text)[:1]:
            yield WrongWords(field, f"“{word}” says too much: whoever sees it learns what somebody is treated for. "
                                    "Take it out, or say “visit”.")
    yield from _wrong_lengths(key, words)
    yield from _missing(key, words)


def _wrong_names(field: str, text: str) -> Iterator[WrongWords]:
    allowed = IN_SUBJECT if field == "subject" else () if field == "button" else tuple(PLACEHOLDERS)
    for name in dict.fromkeys(_NAME.findall(text)):
        if name not in allowed:
            known = ", ".join(f"{{{one}}}" for one in allowed) or "none"
            yield WrongWords(field, f"“{{{name}}}” is no placeholder here. There are: {known}.")
    if set("{}") & set(_NAME.sub("", text)):
        yield WrongWords(field, "A brace stands alone. Placeholders are written {like_this}, other braces not at all.")


def _wrong_lengths(key: LetterKey, words: OwnWords) -> Iterator[WrongWords]:
    if not words.body.strip():
        yield WrongWords("body", "Write what it says.")
    if len(words.body) > LONGEST_BODY:
        yield WrongWords("body", f"At most {LONGEST_BODY:,} characters.")
    if key.channel == Channel.TEXT:
        return
    for field, text, most in (("subject", words.subject, LONGEST_SUBJECT), ("button", words.button, LONGEST_BUTTON)):
        if len(text) > most or "\n" in text:
            yield WrongWords(field, f"One line of at most {most} characters.")
    if not words.subject.strip():
        yield WrongWords("subject", "A letter has a subject.")
    if "{link}" in words.body and not words.button.strip():
        yield WrongWords("button", "Say what the button of {link} does.")


def _missing(key: LetterKey, words: OwnWords) -> Iterator[WrongWords]:
    names = set(_NAME.findall(words.body))
    if key.kind not in WITHOUT_TIME and not key.several and not names & {"visit", "day"}:
        yield WrongWords("body", "It must say when: put {visit} where the day and hour belong.")
    if key.channel == Channel.EMAIL:
        if key.kind not in WITHOUT_LINK and "link" not in names:
            yield WrongWords("body", "It needs {link}: without it the patient cannot answer.")
        return
    if "clinic" not in names:
        yield WrongWords("body", "A text must say who writes (47 CFR 64.1200): put {clinic} into it.")
    if not names & {"telephone", "link"}:
        yield WrongWords("body", "A text must say how to reach you (47 CFR 64.1200): put {telephone} or "
                                 "{link} into it.")
    if key.kind in (MessageKind.OFFER, MessageKind.NEW_TIMES) and "link" not in names:
        yield WrongWords("body", "It needs {link}: without it the patient cannot answer.")
