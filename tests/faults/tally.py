"""What became of a rush: successes, conflicts by name, everything else, and how long people waited."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape

from tests.faults.crowd import Answer, Rush

TAG = re.compile(r"<[^>]*>")
NAMES = (
    (re.compile(r"(\S+) is no longer free on "), "{} taken"),
    (re.compile(r"The patient already has a visit that overlaps "), "patient elsewhere"),
    (re.compile(r"(?:is|are) taken or away"), "nobody free"),
    (re.compile(r"the patient has another visit\."), "patient elsewhere"),
    (re.compile(r"The visit is at this time already"), "there already"),
    (re.compile(r"infusions are ordered and \d+ of them are booked"), "more than ordered"),
    (re.compile(r"The plan was no longer held"), "hold gone"),
    (re.compile(r"This appointment is (already|\w+ and cannot become)"), "not from its state"),
    (re.compile(r"Somebody else has changed this visit"), "stale"),
)
"""The conflicts by the words of their sentences, as they stand on the pages."""
HEADS = ("race", "attempts", "successes", "conflicts by name", "others", "seconds", "p50", "p95", "p99", "slowest")


@dataclass(frozen=True)
class Tally:
    """A rush, counted. Latencies are in seconds."""

    attempts: int
    successes: int
    conflicts: Counter[str]
    others: Counter[str]
    seconds: float
    latencies: tuple[float, ...]

    def at(self, share: float) -> float:
        """The latency within which this share of the attempts was answered."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]

    def row(self, name: str) -> tuple[str, ...]:
        """The line of the table."""
        def counted(what: Counter[str]) -> str:
            return ", ".join(f"{number} {word}" for word, number in what.most_common()) or "0"
        return (name, str(self.attempts), str(self.successes), counted(self.conflicts), counted(self.others),
                f"{self.seconds:.1f}", *(f"{self.at(share):.2f}" for share in (.5, .95, .99)),
                f"{self.latencies[-1]:.2f}")


def tally(race: Rush) -> Tally:
    """Count: a redirect is a success, a 409 whose page says a conflict's sentence is one by that name."""
    successes, conflicts, others = 0, Counter[str](), Counter[str]()
    for answer in race.answers:
        if answer.status in (302, 303):
            successes += 1
        elif answer.status == 409 and (named := conflict_of(answer)):
            conflicts[named] += 1
        else:
            others[f"{answer.status} {'' if answer.status else answer.text}".strip()] += 1
    return Tally(len(race.answers), successes, conflicts, others, race.seconds,
                 tuple(sorted(answer.seconds for answer in race.answers)))


def conflict_of(answer: Answer) -> str:
    """The names of the conflicts that the page tells; empty where it names none."""
    text = unescape(TAG.sub(" ", answer.text))
    names = {name.format(*found.groups()) for pattern, name in NAMES for found in pattern.finditer(text)}
    return " and ".join(sorted(names))


def table(rows: list[tuple[str, ...]]) -> str:
    """The rows as a Markdown table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in (HEADS, ("---",) * len(HEADS), *rows))
