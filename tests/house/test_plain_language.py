"""What patients read in English is plain: at most grade 8 by Flesch and Kincaid, page by page, no sentence hard.

Kincaid et al. 1975: 0.39 words a sentence + 11.8 syllables a word - 15.59. Syllables are counted by groups of vowels,
which errs towards more.
"""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from tests.house import sentences

GRADE = 8.0
"""The most that a page may ask of a reader."""
SENTENCE = 14.0
"""The most that one sentence of six words or more may; short ones swing too far to be measured."""
SHORT = 6
PLACE = re.compile(r"%\((\w+)\)[sd]")
SPOKEN = {"day": "Friday", "when": "Friday", "until": "Friday", "length": "one hour", "number": "three", "of": "six",
          "num": "two", "count": "two", "visits": "two", "time": "nine", "start": "eight", "end": "nine",
          "telephone": "us", "call": "call us", "text": "text us", "now": "us", "name": "Bo", "link": "here"}


def syllables(word: str) -> int:
    """Groups of vowels, a silent e at the end left out; at least one."""
    word = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and groups > 1:
        groups -= 1
    return max(groups, 1)


def grade(text: str) -> float:
    """The school grade that a text asks for."""
    said = [part for part in re.split(r"(?<=[.!?:])\s+", text) if re.search(r"[a-zA-Z]", part)]
    words = [word for part in said for word in re.findall(r"[A-Za-z’']+", part)]
    return 0.39 * len(words) / len(said) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def spoken(sentence: sentences.Sentence) -> list[str]:
    """A marked sentence (and its plural) as it is read, with something in every place."""
    both = sentence if isinstance(sentence, tuple) else (sentence,)
    return [PLACE.sub(lambda place: SPOKEN.get(place[1], "that"), one) for one in both]


def by_place(*patterns: str) -> dict[str, list[str]]:
    """Everything that is said, by the file that says it."""
    said = defaultdict(list)
    for sentence, places in sentences.marked(*patterns).items():
        for place in places:
            said[place.rpartition(":")[0]].extend(spoken(sentence))
    return said


def test_the_measure_measures():
    assert grade("The cat sat on the mat.") < 1
    assert grade("Notwithstanding considerable administrative difficulties, appointments remain available.") > 11
    assert [syllables(word) for word in ("time", "visit", "cancelled", "telephone", "free")] == [1, 2, 2, 3, 1]


@pytest.mark.parametrize("patterns", [sentences.PAGES, sentences.LETTERS], ids=["pages", "letters"])
def test_every_page_and_letter_reads_at_grade_eight_or_below(patterns):
    hard = {place: round(grade(". ".join(said)), 1) for place, said in by_place(*patterns).items()
            if sum(len(one.split()) for one in said) >= 20}
    assert {place: found for place, found in hard.items() if found > GRADE} == {}


@pytest.mark.parametrize("patterns", [sentences.PAGES, sentences.LETTERS], ids=["pages", "letters"])
def test_no_single_sentence_is_hard(patterns):
    hard = {}
    for said in by_place(*patterns).values():
        for text in said:
            for one in re.split(r"(?<=[.!?:])\s+", text):
                if len(one.split()) >= SHORT and grade(one) > SENTENCE:
                    hard[one] = round(grade(one), 1)
    assert hard == {}
