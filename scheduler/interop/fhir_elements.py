"""Choosing among a Patient's repeating elements: which name, which telephones, which email, which language.

Every list may hold None where an element did not validate. An old or ended element is never chosen.
"""

from __future__ import annotations

from datetime import date

from email_validator import EmailNotValidError, validate_email

from scheduler.interop.identity import PrivateNumbers
from scheduler.interop.languages import read_language
from scheduler.interop.records import Note
from scheduler.interop.telephones import Telephone, TelephoneUse, read_telephone
from scheduler.interop.texts import clean_text
from scheduler.planning.persons import folded

NAME_USES = ("official", "usual", None, "temp")
LONGEST_NAME = 120
MOST_TELEPHONES = 4
WRITE_IT = "Give a family name and first names in the sending system and import the file again."
BCP47 = "urn:ietf:bcp:47"


def chosen_name(
    names: list[dict | None], private: PrivateNumbers, notes: tuple[Note, ...]
) -> tuple[tuple[str, str, tuple[Note, ...]], tuple[Note, ...]]:
    """((family, given, notes), complaints): the official name, else the usual one; complaints when none serves."""
    fit = [(place, name) for place, name in enumerate(names) if name and name.get("use") in NAME_USES]
    complaints = []
    for place, name in sorted(fit, key=lambda pair: NAME_USES.index(pair[1].get("use"))):
        read = _read_name(name, f"Patient.name[{place}]", private)
        if not isinstance(read, Note):
            return read, ()
        complaints.append(read)
    invalid = f"The name does not have the shape that FHIR gives it. {WRITE_IT}"
    earlier = tuple(Note(note.path, invalid) for note in notes if note.path.startswith("Patient.name"))
    missing = Note("Patient.name", f"There is no official or usual name. {WRITE_IT}")
    return ("", "", ()), tuple(complaints) or earlier or (missing,)


def _read_name(name: dict, path: str, private: PrivateNumbers) -> tuple[str, str, tuple[Note, ...]] | Note:
    written_given = name.get("given")
    given = clean_text(" ".join(one for one in written_given or [] if one))
    family = clean_text(name.get("family") or "")
    notes: tuple[Note, ...] = ()
    if not given and not family and name.get("text"):
        family = clean_text(name["text"])
        notes = (Note(path, "The name came in one piece and stands as the family name: divide it on the patient."),)
    return read_names(family, given, path, private, notes)


def read_names(
    family: str | None, given: str | None, path: str, private: PrivateNumbers, notes: tuple[Note, ...] = ()
) -> tuple[str, str, tuple[Note, ...]] | Note:
    """A name that can be kept, or what is wrong with it. One part may be empty: some people have a single name."""
    if family is None or given is None:
        return Note(path, f"The name holds characters that are not text. {WRITE_IT}")
    if not folded(family + given):
        return Note(path, f"The name is empty. {WRITE_IT}")
    if max(len(family), len(given)) > LONGEST_NAME:
        return Note(path, f"The name is longer than {LONGEST_NAME} characters. {WRITE_IT}")
    if private.taint(family) or private.taint(given):
        return Note(path, f"The name holds an identity number, which is never taken. {WRITE_IT}")
    return family, given, notes


def chosen_telephones(
    telecoms: list[dict | None], private: PrivateNumbers, today: date, region: str
) -> tuple[tuple[Telephone, ...], tuple[Note, ...]]:
    """The telephones in use, best rank first, none twice; notes on what is no telephone number."""
    telephones: dict[str, Telephone] = {}
    notes = []
    for place, telecom in _in_use(telecoms, ("phone", "sms"), today):
        path = f"Patient.telecom[{place}]"
        telephone = take_telephone(telecom["value"], _use(telecom), path, private, region)
        if isinstance(telephone, Note):
            notes.append(telephone)
        elif telephone.number not in telephones and len(telephones) < MOST_TELEPHONES:
            telephones[telephone.number] = telephone
    return tuple(telephones.values()), tuple(notes)


def take_telephone(
    written: str, use: TelephoneUse, path: str, private: PrivateNumbers, region: str
) -> Telephone | Note:
    """One telephone, or a note saying why it is left out."""
    text = clean_text(written)
    if not text or len(text) > 40 or not any(letter.isdigit() for letter in text):
        return Note(path, "This is not a telephone number and was left out.")
    if private.taint(text):
        return Note(path, "An identity number stands where a telephone should: left out.")
    return read_telephone(text, use=use, region=region)


def chosen_email(
    telecoms: list[dict | None], private: PrivateNumbers, today: date
) -> tuple[str | None, tuple[Note, ...]]:
    """The first email in use that can be written to; notes on those that cannot."""
    notes: list[Note] = []
    for place, telecom in _in_use(telecoms, ("email",), today):
        email = take_email(telecom["value"], f"Patient.telecom[{place}]", private)
        if not isinstance(email, Note):
            return email, tuple(notes)
        notes.append(email)
    return None, tuple(notes)


def take_email(written: str, path: str, private: PrivateNumbers) -> str | Note:
    """One email address in its usual form (its domain is not asked), or a note saying why it is left out."""
    try:
        email = validate_email(written.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        return Note(path, "This is not an email address that mail can be sent to: left out.")
    return Note(path, "An identity number stands in the email: left out.") if private.taint(email) else email


def chosen_language(communications: list[dict | None]) -> tuple[str | None, tuple[Note, ...]]:
    """The preferred language as a BCP 47 tag, else the first that is one; a note when none is understood."""
    spoken = sorted((one for one in communications if one), key=lambda one: one.get("preferred") is not True)
    for communication in spoken:
        language = communication.get("language") or {}
        codings = sorted(language.get("coding") or [], key=lambda coding: coding.get("system") != BCP47)
        written = [coding.get("code") for coding in codings]
        written += [language.get("text"), *(coding.get("display") for coding in codings)]
        tags = (read_language(one) for one in written if one)
        if tag := next((tag for tag in tags if tag), None):
            return tag, ()
    if not spoken:
        return None, ()
    return None, (Note("Patient.communication", "The language was not understood: choose it on the patient."),)


def _in_use(telecoms: list[dict | None], systems: tuple[str, ...], today: date) -> list[tuple[int, dict]]:
    fit = [
        (place, one)
        for place, one in enumerate(telecoms)
        if one and one.get("system") in systems and one.get("value") and not _past(one, today)
    ]
    return sorted(fit, key=lambda pair: pair[1].get("rank") or len(telecoms) + 1)


def _past(element: dict, today: date) -> bool:
    end = (element.get("period") or {}).get("end")
    return element.get("use") == "old" or (bool(end) and str(end)[:10] < today.isoformat())


def _use(telecom: dict) -> TelephoneUse:
    use = telecom.get("use")
    if telecom.get("system") == "sms":
        return TelephoneUse.MOBILE
    return TelephoneUse(use) if use in set(TelephoneUse) else TelephoneUse.OTHER
