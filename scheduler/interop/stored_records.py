"""A patient's minimal record as plain JSON, for the time between the dry run and the import."""

from __future__ import annotations

from datetime import date
from typing import Any

from scheduler.interop.records import Gender, PatientRecord, SourceIdentifier
from scheduler.interop.telephones import Telephone, TelephoneUse


def to_json(record: PatientRecord) -> dict[str, Any]:
    """Every field but the notes, which are stored beside it."""
    return {
        "family_name": record.family_name,
        "given_names": record.given_names,
        "birth_date": record.birth_date.isoformat(),
        "gender": record.gender.value,
        "telephones": [[one.written, one.e164, one.use.value, one.can_be_texted] for one in record.telephones],
        "email": record.email,
        "language": record.language,
        "source": [record.source.system, record.source.value] if record.source else None,
    }


def from_json(stored: dict[str, Any]) -> PatientRecord:
    """The record again."""
    return PatientRecord(
        family_name=stored["family_name"],
        given_names=stored["given_names"],
        birth_date=date.fromisoformat(stored["birth_date"]),
        gender=Gender(stored["gender"]),
        telephones=tuple(
            Telephone(written, e164, TelephoneUse(use), texted) for written, e164, use, texted in stored["telephones"]
        ),
        email=stored["email"],
        language=stored["language"],
        source=SourceIdentifier(*stored["source"]) if stored["source"] else None,
    )
