"""Rows of a CSV table to the minimum necessary record of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scheduler.interop.csv_tables import Table
from scheduler.interop.fhir_elements import read_names, take_email, take_telephone
from scheduler.interop.identity import LONGEST_SYSTEM, NO_SYSTEM, PrivateNumbers, may_be_kept
from scheduler.interop.languages import read_language
from scheduler.interop.persons import possible_birth_date, read_birth_date
from scheduler.interop.records import (
    Broken,
    Deceased,
    Gender,
    Note,
    Outcome,
    PatientRecord,
    SourceIdentifier,
    SourceRow,
)
from scheduler.interop.telephones import Telephone, TelephoneUse
from scheduler.interop.texts import clean_text

SLASHED = re.compile(r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$")
DOTTED = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")
WRITE_ISO = "Write it as year-month-day, for example 1980-05-31."
GENDERS = {"f": Gender.FEMALE, "w": Gender.FEMALE, "woman": Gender.FEMALE, "m": Gender.MALE, "man": Gender.MALE}
GENDERS |= {"o": Gender.OTHER, "x": Gender.OTHER, "u": Gender.UNKNOWN, "": Gender.UNKNOWN}
NOT_DECEASED = {"", "no", "n", "false", "0", "f", "alive", "living", "null", "none", "n/a", "na", "-", "unknown"}
TELEPHONES = {
    "mobile_telephone": TelephoneUse.MOBILE,
    "home_telephone": TelephoneUse.HOME,
    "work_telephone": TelephoneUse.WORK,
    "telephone": TelephoneUse.OTHER,
}
NOTHING_PRIVATE = PrivateNumbers(frozenset())


@dataclass(frozen=True)
class _List:
    """What holds for a whole list: the clinic's day, its telephone region, and whether days may come before months."""

    today: date
    region: str
    day_first_seen: bool


def rows_of_table(table: Table, *, today: date, region: str) -> Iterator[SourceRow]:
    """One row for each line of a table. If any line's date can only be day/month/year, no 03/04/1980 is guessed at."""
    written = (line.cells.get("birth_date", "") for line in table.lines if isinstance(line.cells, dict))
    context = _List(today, region, any(_is_day_first(one) for one in written))
    for number, line in enumerate(table.lines, start=1):
        place = f"line {line.line}"
        if isinstance(line.cells, Note):
            yield SourceRow(number, place, Broken((Note(place, line.cells.sentence),)))
        else:
            yield SourceRow(number, place, _read(line.cells, context))


def _read(cells: dict[str, str], context: _List) -> Outcome:
    if cells.get("deceased", "").casefold() not in NOT_DECEASED:
        return Deceased(_source(cells)[0])
    family, given = clean_text(cells.get("family_name", "")), clean_text(cells.get("given_names", ""))
    name = read_names(family, given, "family_name", NOTHING_PRIVATE)
    born = _birth_date(cells.get("birth_date", ""), context)
    complaints = tuple(one for one in (name, born) if isinstance(one, Note))
    if complaints:
        return Broken(complaints)
    gender, gender_notes = _gender(cells.get("gender", ""))
    telephones, telephone_notes = _telephones(cells, context.region)
    email, email_notes = _email(cells.get("email", ""))
    language, language_notes = _language(cells.get("language", ""))
    source, source_notes = _source(cells)
    return PatientRecord(
        family_name=name[0],
        given_names=name[1],
        birth_date=born,
        gender=gender,
        telephones=telephones,
        email=email,
        language=language,
        source=source,
        notes=(*gender_notes, *telephone_notes, *email_notes, *language_notes, *source_notes),
    )


def _is_day_first(written: str) -> bool:
    shape = SLASHED.match(written)
    return bool(shape) and int(shape[1]) > 12 and int(shape[2]) <= 12


def _birth_date(written: str, context: _List) -> date | Note:
    """A birth date in one of the documented forms, or a note saying how to write it."""
    slashed, dotted = SLASHED.match(written), DOTTED.match(written)
    if not slashed and not dotted:
        read = read_birth_date(written.partition("T")[0].partition(" ")[0], "birth_date", context.today)
        return Note(read.path, f"{read.sentence.split('. ')[0]}. {WRITE_ISO}") if isinstance(read, Note) else read
    if slashed and context.day_first_seen and int(slashed[1]) <= 12:
        sentence = "Some dates of this list put the day first, so day and month cannot be told apart here."
        return Note("birth_date", f"{sentence} {WRITE_ISO}")
    month, day = (slashed[1], slashed[2]) if slashed and not _is_day_first(written) else _swapped(slashed or dotted)
    try:
        born = date(int((slashed or dotted)[3]), int(month), int(day))
    except ValueError:
        return Note("birth_date", f"There is no such day in the calendar. {WRITE_ISO}")
    return possible_birth_date(born, "birth_date", context.today)


def _swapped(shape: re.Match[str]) -> tuple[str, str]:
    return shape[2], shape[1]


def _gender(written: str) -> tuple[Gender, tuple[Note, ...]]:
    plain = written.strip().casefold()
    if plain in set(Gender):
        return Gender(plain), ()
    if plain in GENDERS:
        return GENDERS[plain], ()
    return Gender.UNKNOWN, (Note("gender", "Write female, male, other or unknown: taken as unknown."),)


def _telephones(cells: dict[str, str], region: str) -> tuple[tuple[Telephone, ...], tuple[Note, ...]]:
    telephones: dict[str, Telephone] = {}
    notes: list[Note] = []
    for column, use in TELEPHONES.items():
        if not cells.get(column):
            continue
        telephone = take_telephone(cells[column], use, column, NOTHING_PRIVATE, region)
        if isinstance(telephone, Note):
            notes.append(telephone)
        elif telephone.number not in telephones:
            telephones[telephone.number] = telephone
    return tuple(telephones.values()), tuple(notes)


def _email(written: str) -> tuple[str | None, tuple[Note, ...]]:
    email = take_email(written, "email", NOTHING_PRIVATE) if written else None
    return (None, (email,)) if isinstance(email, Note) else (email, ())


def _language(written: str) -> tuple[str | None, tuple[Note, ...]]:
    language = read_language(written) if written else None
    if written and not language:
        return None, (Note("language", "The language was not understood: choose it on the patient."),)
    return language, ()


def _source(cells: dict[str, str]) -> tuple[SourceIdentifier | None, tuple[Note, ...]]:
    number, system = clean_text(cells.get("record_number", "")), clean_text(cells.get("record_system", ""))
    if not number:
        return None, ()
    if not may_be_kept(number, NOTHING_PRIVATE):
        return None, (Note("record_number", "This looks like a social security number, which is never taken."),)
    return SourceIdentifier((system or NO_SYSTEM)[:LONGEST_SYSTEM], number), ()
