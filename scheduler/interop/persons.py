"""Rules for one person's facts that hold whatever the file they come in."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from scheduler.interop.records import Note

FULL_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
OLDEST = 130


def read_birth_date(written: Any, path: str, today: date, notes: tuple[Note, ...] = ()) -> date | Note:
    """A whole, possible birth date ("1980-05-31"), or a note saying what is wrong with it and what to write."""
    if written is None or written == "":
        earlier = next((note for note in notes if note.path.startswith(path)), None)
        sentence = "The birth date is not a date." if earlier else "There is no birth date."
        return Note(path, f"{sentence} Give it as year-month-day, for example 1980-05-31, and import the file again.")
    shape = FULL_DATE.match(str(written))
    if not shape:
        return Note(path, "The birth date is not whole. Give year, month and day, for example 1980-05-31.")
    try:
        born = date(*(int(part) for part in shape.groups()))
    except ValueError:
        return Note(path, "There is no such day in the calendar. Correct the birth date in the sending system.")
    return possible_birth_date(born, path, today)


def possible_birth_date(born: date, path: str, today: date) -> date | Note:
    """The date, or a note when it lies ahead or so far back that nobody alive was born then."""
    if born > today:
        return Note(path, "The birth date is in the future. Correct it in the sending system.")
    if today.year - born.year > OLDEST:
        return Note(path, f"The birth date is more than {OLDEST} years ago. Correct it in the sending system.")
    return born
