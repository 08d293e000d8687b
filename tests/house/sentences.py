"""The sentences that patients read, taken from the source: marked ones for the catalogues, and ones not marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file
from jinja2 import Environment

from tests.house.source import ROOT

JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "lazy_ngettext": (1, 2)}
PAGES = ("templates/patient/*.html", "templates/macros/said.html", "templates/macros/strip.html",
         "scheduler/web/patient/*.py")
LETTERS = ("templates/letters/*", "templates/texts/*")
Sentence = str | tuple[str, ...]
READ_ALOUD = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"{}]*)"')
BETWEEN_WORDS = re.compile(r"[^\W\d_]{2,}")


def found(*patterns: str) -> list[Path]:
    """The files of some patterns under the root, in order."""
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file())


def marked(*patterns: str) -> dict[Sentence, list[str]]:
    """Every sentence that is marked for translation, with the places where it stands."""
    sentences: dict[Sentence, list[str]] = {}
    for path in found(*patterns):
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        options = None if method == "python" else JINJA
        for line, words, *_ in extract_from_file(method, path, KEYWORDS, options=options):
            words = tuple(words[:2]) if isinstance(words, tuple) else words
            sentences.setdefault(words, []).append(f"{path.relative_to(ROOT)}:{line}")
    return sentences


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    """The text outside `{% trans %}`, an expression as one sign; and the string literals not in a call of _."""
    inside_trans, calls = False, []
    environment = Environment(extensions=["jinja2.ext.i18n"])
    tokens = [token for token in environment.lex(source) if token[1] not in ("whitespace", "comment")]
    for at, (_, kind, value) in enumerate(tokens):
        if kind == "block_begin":
            word = tokens[at + 1][2]
            inside_trans = word == "trans" or (inside_trans and word != "endtrans")
        if kind == "data" and not inside_trans:
            yield "text", value
        elif kind in ("variable_begin", "block_begin"):
            yield "text", "\N{OBJECT REPLACEMENT CHARACTER}"
        elif kind == "operator" and value == "(":
            calls.append(tokens[at - 1][2])
        elif kind == "operator" and value == ")" and calls:
            calls.pop()
        elif kind == "string" and not inside_trans and not {"_", "ngettext"} & set(calls):
            yield "literal", value[1:-1]


def unmarked(path: Path) -> list[str]:
    """What a template says without a mark: words between tags, in attributes that are read aloud, and in literals."""
    pieces = list(_pieces(path.read_text(encoding="utf-8")))
    page = "".join(value for kind, value in pieces if kind == "text")
    page = re.sub(r"<!--.*?-->|<(style|script)\b.*?</\1>", "", page, flags=re.S)
    said = READ_ALOUD.findall(page)
    said += re.sub(r"<[^>]*>", "\n", page, flags=re.S).replace("\N{OBJECT REPLACEMENT CHARACTER}", "\n").splitlines()
    said += [value for kind, value in pieces if kind == "literal" and " " in value.strip() and value[:1].isupper()]
    return [words.strip() for words in said if BETWEEN_WORDS.search(re.sub(r"&\w+;", "", words))]
