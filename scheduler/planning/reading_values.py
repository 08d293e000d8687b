"""Single values of a scenario, each read with the JSON path it stands at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scheduler.planning.scenario import WEEKDAYS

LARGEST = 10**9
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Fault(Exception):
    """What is wrong with a scenario, and where; turned into a value before it leaves `reading`."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}")
        self.path, self.sentence = path, sentence


class NotANumber:
    """Stands for NaN and Infinity, which Python's reader lets through though JSON has no such words."""


def shown(value: Any) -> str:
    """A value in at most some forty characters, for a message."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    for kind, name in ((dict, "an object"), (list, "a list"), (NotANumber, "NaN or Infinity")):
        if isinstance(value, kind):
            return name
    text = ascii(value)
    return text if len(text) <= 40 else text[:37] + "..."


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value and the path that leads to it."""

    value: Any
    path: str = ""

    def wrong(self, sentence: str) -> Fault:
        """A fault at this place."""
        return Fault(self.path or "scenario", sentence)

    def at(self, key: str) -> str:
        """The path of a key of this object."""
        if not _PLAIN.fullmatch(key):
            return f"{self.path}[{ascii(key)}]"
        return f"{self.path}.{key}" if self.path else key

    def entries(self) -> dict[str, Node]:
        """The object's keys, each with its node."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"must be an object, not {shown(self.value)}")
        return {key: Node(value, self.at(key)) for key, value in self.value.items()}

    def key(self, name: str) -> Node:
        """The node of a key that must be there."""
        node = self.maybe(name)
        if node is None:
            raise Fault(self.at(name), "is missing")
        return node

    def maybe(self, name: str) -> Node | None:
        """The node of an optional key."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"must be an object, not {shown(self.value)}")
        return Node(self.value[name], self.at(name)) if name in self.value else None

    def items(self) -> Iterator[Node]:
        """The nodes of a list."""
        if not isinstance(self.value, list):
            raise self.wrong(f"must be a list, not {shown(self.value)}")
        return (Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.value))

    def some(self) -> Iterator[Node]:
        """The nodes of a list that must not be empty."""
        items = self.items()
        if not self.value:
            raise self.wrong("must not be empty")
        return items

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            raise self.wrong(f"must be a string, not {shown(self.value)}")
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.wrong(f"must be true or false, not {shown(self.value)}")
        return self.value

    def number(self) -> int | float:
        """A number from 0 to a thousand million, decimals allowed."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.wrong(f"must be a number, not {shown(self.value)}")
        if self.value < 0:
            raise self.wrong(f"must not be negative, but is {shown(self.value)}")
        if not self.value <= LARGEST:
            raise self.wrong(f"must not be above 1000000000, but is {shown(self.value)}")
        return self.value

    def whole(self, least: int = 0, most: int = LARGEST) -> int:
        """A whole number between two bounds, both inclusive."""
        value = self.number()
        if value != int(value):
            raise self.wrong(f"must be a whole number, not {shown(value)}")
        if not least <= value <= most:
            raise self.wrong(f"must be {least} to {most}, but is {shown(value)}")
        return int(value)

    def moment(self) -> datetime:
        """A wall time, YYYY-MM-DDTHH:MM."""
        text = self.text()
        if not _MOMENT.fullmatch(text):
            raise self.wrong(f"must be a time written YYYY-MM-DDTHH:MM, not {shown(text)}")
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise self.wrong(f"there is no such day: {shown(text)}") from None

    def date(self) -> date:
        """A date, YYYY-MM-DD."""
        text = self.text()
        if not _DATE.fullmatch(text):
            raise self.wrong(f"must be a date written YYYY-MM-DD, not {shown(text)}")
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.wrong(f"there is no such day: {shown(text)}") from None

    def clock(self) -> int:
        """A time of day, HH:MM, as minutes past midnight."""
        text = self.text()
        if not _CLOCK.fullmatch(text):
            raise self.wrong(f"must be a time of day written HH:MM, 00:00 to 24:00, not {shown(text)}")
        return int(text[:2]) * 60 + int(text[3:])

    def pair(self) -> tuple[Node, Node]:
        """The begin and end of an interval."""
        items = list(self.items())
        if len(items) != 2:
            raise self.wrong("must be a list of a begin and an end")
        return items[0], items[1]

    def span(self) -> tuple[int, int]:
        """Two times of day."""
        begin, end = (node.clock() for node in self.pair())
        if end <= begin:
            raise self.wrong("must end after it begins")
        return begin, end

    def away(self) -> tuple[datetime, datetime]:
        """Two wall times."""
        begin, end = (node.moment() for node in self.pair())
        if end <= begin:
            raise self.wrong("must end after it begins")
        return begin, end

    def week(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Spans by weekday, Monday first."""
        spans: list[tuple[tuple[int, int], ...]] = [()] * 7
        for name, node in self.entries().items():
            if name not in WEEKDAYS:
                raise node.wrong(f"is no weekday (they are {', '.join(WEEKDAYS)})")
            spans[WEEKDAYS.index(name)] = tuple(item.span() for item in node.items())
        return tuple(spans)

    def weekday(self) -> int:
        """A weekday's number, Monday 0."""
        name = self.text()
        if name not in WEEKDAYS:
            raise self.wrong(f"is no weekday (they are {', '.join(WEEKDAYS)}): {shown(name)}")
        return WEEKDAYS.index(name)

