"""The columns of a CSV list of patients: their names, what they hold, and the other names they go by."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.planning.persons import folded


@dataclass(frozen=True)
class Column:
    """One documented column: its name in the template, what it holds, an example, and other headings it goes by."""

    name: str
    holds: str
    example: str
    also: tuple[str, ...] = ()
    required: bool = False


COLUMNS: tuple[Column, ...] = (
    Column(
        "record_number",
        "Your number for this patient (never a social security, passport or licence number). "
        "With it, a later import recognises the patient.",
        "MRN-1001",
        ("mrn", "medical record number", "record no", "record", "patient id", "patient number", "chart number"),
    ),
    Column(
        "record_system",
        "The web address or name of the system that gives the number, where you import from several.",
        "https://ehr.example.com/mrn",
        ("mrn system", "system", "source", "source system"),
    ),
    Column("family_name", "Family name.", "Núñez", ("last name", "last", "surname", "family", "lname"), True),
    Column(
        "given_names",
        "First and middle names; may be empty for somebody with a single name.",
        "Ana María",
        ("first name", "first", "given name", "given", "forename", "forenames", "first names", "fname"),
        True,
    ),
    Column(
        "birth_date",
        "Year-month-day. Month/day/year and day.month.year with a four-digit year are understood too.",
        "1980-05-31",
        ("dob", "date of birth", "birthdate", "born", "birthday", "birth day"),
        True,
    ),
    Column("gender", "female, male, other or unknown (F and M will do).", "female", ("sex", "administrative gender")),
    Column(
        "mobile_telephone",
        "With area code. A number from abroad starts with + and its country code.",
        "301-555-0142",
        ("mobile", "cell", "cell phone", "mobile phone", "cellphone", "mobile number", "cell number"),
    ),
    Column("home_telephone", "As above.", "", ("home phone", "home", "landline", "home number")),
    Column("work_telephone", "As above.", "", ("work phone", "work", "office phone", "business phone", "day phone")),
    Column(
        "telephone",
        "As above, where the list does not say which kind it is.",
        "",
        ("phone", "phone number", "telephone number", "tel", "contact number", "primary phone"),
    ),
    Column("email", "One address.", "ana@example.com", ("e mail", "mail", "email address", "e mail address")),
    Column(
        "language",
        "A BCP 47 tag (es, en-US) or the language's English name.",
        "es",
        ("preferred language", "primary language", "spoken language", "lang"),
    ),
    Column(
        "deceased",
        "yes, or the date of death, for somebody who has died: they are skipped.",
        "",
        ("dead", "died", "date of death", "death date", "dod", "deceased date", "is deceased"),
    ),
)
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
BY_HEADING = {
    folded(name.replace("_", " ")): column.name for column in COLUMNS for name in (column.name, *column.also)
}


def column_of(heading: str) -> str | None:
    """The documented column that a heading means, whatever its case, accents, underscores and punctuation."""
    plain = folded(heading.replace("_", " ").replace("#", " number "))
    forms = (plain, plain.removeprefix("patient "), plain.replace(" ", ""))
    return next((BY_HEADING[form] for form in forms if form in BY_HEADING), None)


def template() -> str:
    """The CSV template to download: the headings and one example, in UTF-8 with CRLF as spreadsheets like it."""
    names = ",".join(column.name for column in COLUMNS)
    examples = ",".join(column.example for column in COLUMNS)
    return f"\ufeff{names}\r\n{examples}\r\n"
