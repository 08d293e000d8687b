"""One FHIR R4 Patient resource to the minimum necessary record of a person.

What is taken is copied out first and only that is validated (fhir.resources, R4B), so an unknown extension or
a strange address never fails a row. An element that does not validate is left out with a note; a row is broken
only when no usable name or birth date is left.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from fhir.resources.R4B.patient import Patient
from pydantic import ValidationError

from scheduler.interop.fhir_elements import chosen_email, chosen_language, chosen_name, chosen_telephones
from scheduler.interop.identity import logical_id, private_numbers, record_number
from scheduler.interop.persons import read_birth_date
from scheduler.interop.records import Broken, Deceased, Gender, Inactive, Note, Outcome, PatientRecord

PERIOD = {"start": None, "end": None}
CODED = {"coding": {"system": None, "code": None, "display": None}, "text": None}
TAKEN: dict[str, Any] = {
    "name": {"use": None, "text": None, "family": None, "given": None, "period": PERIOD},
    "telecom": {"system": None, "value": None, "use": None, "rank": None, "period": PERIOD},
    "communication": {"language": CODED, "preferred": None},
    "gender": None,
    "birthDate": None,
}
LEFT_OUT = "Left out, for it is not valid FHIR: {what}. Correct it in the sending system if it matters here."
YES = (True, "true", "True")


def read_patient(resource: dict, *, today: date, region: str, full_url: object = None) -> Outcome:
    """The record in one Patient resource, or why there is none. `region` is for telephones without a country code."""
    identifiers = [one for one in _list(resource.get("identifier")) if isinstance(one, dict)]
    private = private_numbers(identifiers)
    source = record_number(identifiers, private) or logical_id(resource.get("id"), full_url, private)
    if resource.get("deceasedBoolean") in YES or resource.get("deceasedDateTime"):
        return Deceased(source)
    if resource.get("active") is False:
        return Inactive()
    elements, notes = _valid(_kept(resource, TAKEN))
    name, complaints = chosen_name(elements.get("name") or [], private, notes)
    born = read_birth_date(elements.get("birthDate"), "Patient.birthDate", today, notes)
    if isinstance(born, Note):
        complaints = (*complaints, born)
    if complaints:
        return Broken(complaints)
    family_name, given_names, name_notes = name
    gender, gender_notes = _gender(elements.get("gender"))
    telephones, telephone_notes = chosen_telephones(elements.get("telecom") or [], private, today, region)
    email, email_notes = chosen_email(elements.get("telecom") or [], private, today)
    language, language_notes = chosen_language(elements.get("communication") or [])
    return PatientRecord(
        family_name=family_name,
        given_names=given_names,
        birth_date=born,
        gender=gender,
        telephones=telephones,
        email=email,
        language=language,
        source=source,
        notes=(*notes, *name_notes, *gender_notes, *telephone_notes, *email_notes, *language_notes),
    )


def _gender(written: Any) -> tuple[Gender, tuple[Note, ...]]:
    if written is None:
        return Gender.UNKNOWN, ()
    if written in set(Gender):
        return Gender(written), ()
    sentence = "This is none of FHIR's words for gender (male, female, other, unknown): taken as unknown."
    return Gender.UNKNOWN, (Note("Patient.gender", sentence),)


def _kept(source: Any, tree: dict[str, Any]) -> dict[str, Any]:
    """The parts of a resource that the tree names, lists in their places, everything else gone."""
    kept = {}
    for key, branch in tree.items():
        if source.get(key) is not None:
            kept[key] = _kept_part(source[key], branch)
    return kept


def _kept_part(part: Any, branch: dict[str, Any] | None) -> Any:
    if branch is None:
        return part
    if isinstance(part, list):
        return [_kept_part(one, branch) for one in part]
    return _kept(part, branch) if isinstance(part, dict) else part


def _valid(elements: dict[str, Any]) -> tuple[dict[str, Any], tuple[Note, ...]]:
    """The elements that validate (an invalid list item becomes None, keeping places), and notes on the others."""
    if _fault(elements) is None and not any(None in part for part in elements.values() if isinstance(part, list)):
        return elements, ()
    kept: dict[str, Any] = {}
    notes: list[Note] = []
    for key, part in elements.items():
        if not isinstance(part, list) or TAKEN[key] is None:
            if note := _note_on({key: part}, (key,)):
                notes.append(note)
            else:
                kept[key] = part
            continue
        found = [_note_on({key: [item]}, (key, place)) for place, item in enumerate(part)]
        kept[key] = [None if note else item for item, note in zip(part, found, strict=True)]
        notes.extend(note for note in found if note)
    return kept, tuple(notes)


def _note_on(element: dict[str, Any], place: tuple) -> Note | None:
    """What is wrong with one element that stands at `place`; None when it is valid."""
    error = _fault(element)
    if error is None and element.get(place[0]) != [None]:
        return None
    inner = tuple(error["loc"][len(place) :]) if error else ()
    return Note(_path(place + inner), LEFT_OUT.format(what=_plainly(error["type"] if error else "")))


def _fault(elements: dict[str, Any]) -> Any:
    """The first thing that FHIR does not allow in these elements, as pydantic tells it; None when all is well."""
    try:
        Patient.model_validate({"resourceType": "Patient", **elements})
    except ValidationError as refused:
        return refused.errors(include_url=False, include_input=False, include_context=False)[0]
    return None


def _path(place: tuple) -> str:
    return "Patient" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)


def _plainly(kind: str) -> str:
    known = {
        "string_type": "it should be text",
        "list_type": "it should be a list",
        "missing": "a required field is missing",
        "bool_type": "it should be true or false",
        "string_pattern_mismatch": "it is empty or holds characters that FHIR does not allow",
    }
    return known.get(kind, "it does not have the shape that FHIR gives it")


def _list(part: Any) -> list:
    return part if isinstance(part, list) else []
