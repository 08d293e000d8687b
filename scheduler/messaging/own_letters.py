"""Letters and texts in a clinic's own words; and the shipped ones as such words, to begin from.

The frame stays the house's: the greeting, the telephone, the clinic's name and the way out are in every letter, the
way to stop in every text.
"""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.messaging.catalogue import environment
from scheduler.planning.own_words import TIMELESS, LetterKey, OwnWords, filled
from scheduler.planning.words import Channel, MessageKind

BY_REPLY = frozenset({MessageKind.CONFIRMATION, MessageKind.CHANGE, MessageKind.WEEK_BEFORE, MessageKind.THREE_DAYS,
                      MessageKind.ONE_DAY, MessageKind.NO_ANSWER})
"""Kinds whose texts are answered by C or R: where not everything fits, the link is what they can do without."""
LETTER_NAMES = {kind: f"{kind.replace(' ', '_')}.jinja" for kind in MessageKind}
PARTS = ("lead", "ask", "after")


class _Count(int):
    """A number that grammar counts with and that reads as its placeholder."""

    def __str__(self) -> str:
        """The placeholder."""
        return "{count}"


def shipped_words(key: LetterKey, locale: str) -> OwnWords:
    """The shipped words of a letter or text, with placeholders where its facts go."""
    visits = _Count(6) if key.several else 1
    if key.channel == Channel.TEXT:
        return OwnWords("", _shipped_text(key, locale, visits))
    template = environment("letters", locale, marked=False).get_template(LETTER_NAMES[key.kind])
    timed = key.kind not in TIMELESS
    said = {"day": "{day}", "time": "{time}", "visits": visits, "until": "{until}", "clinic": "{clinic}",
            "telephone": "{telephone}", "link": "{link}", "times": [("{day}", "{time}")] if timed else []}
    context = template.new_context(said)
    block = {name: " ".join("".join(write(context)).split()) for name, write in template.blocks.items()}
    paragraphs = [block.get("lead", ""), "{visit}" if timed else "", block.get("ask", ""), "{link}",
                  block.get("after", "")]
    return OwnWords(block["subject"], "\n\n".join(one for one in paragraphs if one), block.get("button", ""))


def ending_of_texts(locale: str) -> str:
    """How every text ends."""
    return environment("texts", locale, marked=False).from_string(
        "{% trans %}STOP to opt out{% endtrans %}").render().strip()


def _shipped_text(key: LetterKey, locale: str, visits: int) -> str:
    template = environment("texts", locale, marked=False).get_template(LETTER_NAMES[key.kind])
    asks = key.kind in BY_REPLY and not key.several
    written = " ".join(template.render(
        brand="{clinic}", telephone="{telephone}" if key.kind in BY_REPLY else "", discretion="clinic and time",
        when="{visit}", visits=visits, asks=asks, link="" if key.kind in BY_REPLY else "{link}", until="{until}",
        own="").split())
    return written.removesuffix(ending_of_texts(locale)).strip()


def own_text(words: OwnWords, said: Mapping[str, str], locale: str) -> str:
    """A text in the clinic's words."""
    return f"{' '.join(filled(words.body, said).split())} {ending_of_texts(locale)}"


def own_letter(words: OwnWords, said: Mapping[str, object], locale: str) -> tuple[str, str, str]:
    """Subject, plain text and HTML of a letter in the clinic's words; `said` is what its frame wants to know."""
    plain = {name: str(said.get(name) or "") for name in ("day", "time", "clinic", "telephone", "until", "link")}
    plain["count"] = str(said["visits"])
    plain["visit"] = ", ".join(f"{day}, {time}" for day, time in said["times"])  # type: ignore[attr-defined]
    parts = []
    for paragraph in words.body.replace("\r\n", "\n").split("\n\n"):
        bare = paragraph.strip()
        if bare == "{visit}":
            parts.append(("times", ""))
        elif bare == "{link}" or ("{link}" in bare and not said.get("link")):
            parts += [("link", "")] if bare == "{link}" and said.get("link") else []
        elif bare:
            parts.append(("words", filled(bare, plain)))
    subject = " ".join(filled(words.subject, plain).split())
    more = {**said, "parts": parts, "button": words.button, "subject": subject}
    text = environment("letters", locale, marked=False).get_template("_own.txt").render(more)
    html = environment("letters", locale, marked=True).get_template("_own.html").render(more)
    return subject, text, html
