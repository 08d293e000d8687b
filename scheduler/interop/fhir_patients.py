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
from scheduler.interop.identity import PrivateNumbers, logical_id, private_numbers, record_number
from scheduler.interop.persons import read_birth_date
from scheduler.interop.records import Broken, Deceased, Gender, Inactive, Note, Outcome, PatientRecord, SourceIdentifier

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
    if resource.get("deceasedBoolean") in YES or resource.get("deceasedDateTime"):
        return Deceased()
    if resource.get("active") is False:
        return Inactive()
    elements, notes = _valid(_kept(resource, TAKEN))
    identifiers = [one for one in _list(resource.get("identifier")) if isinstance(one, dict)]
    private = private_numbers(identifiers)
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
        source=_source(resource, identifiers, private, full_url),
        notes=(*notes, *name_notes, *gender_notes, *telephone_notes, *email_notes, *language_notes),
    )


def _source(
    resource: dict, identifiers: list[dict], private: PrivateNumbers, full_url: object
) -> SourceIdentifier | None:
    return record_number(identifiers, private) or logical_id(resource.get("id"), full_url, private)


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
    try:
        Patient.model_validate({"resourceType": "Patient", **elements})
    except ValidationError as refused:
        notes = []
        elements = {key: list(part) if isinstance(part, list) else part for key, part in elements.items()}
        for error in refused.errors(include_url=False, include_input=False, include_context=False):
            place = error["loc"]
            notes.append(Note(_path(place), LEFT_OUT.format(what=_plainly(error["type"]))))
            _leave_out(elements, place)
        return elements, tuple(notes)
    return elements, ()


def _leave_out(elements: dict[str, Any], place: tuple) -> None:
    part = elements.get(place[0]) if place else None
    if isinstance(part, list) and len(place) > 1 and isinstance(place[1], int):
        part[place[1]] = None
    elif place:
        elements.pop(place[0], None)


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
