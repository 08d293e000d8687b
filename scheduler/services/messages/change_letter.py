"""Change the words of a letter or text, put an earlier version back, or the shipped words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, LetterVersion
from scheduler.access import Viewer
from scheduler.messaging.own_letters import shipped_words
from scheduler.planning.own_words import LetterKey, OwnWords
from scheduler.queries.letter_versions import versions_of
from scheduler.services.audit import record
from scheduler.services.messages.own_words import KNOWN, faults_of, locale_of
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wrong_value import WrongValue


@dataclass(frozen=True)
class ChangeLetter:
    """A letter's words as they are to be, None: as shipped; `version` is the newest one that the page showed."""

    key: LetterKey
    words: OwnWords | None
    version: int


@dataclass(frozen=True)
class LetterChanged:
    """The letter's new version."""

    version: int


@dataclass(frozen=True)
class WrittenMeanwhile:
    """Somebody else was quicker."""

    sentence: str = "Somebody has changed this letter meanwhile. Look at it as it is now; what you typed stays below."


def change_letter(session: Session, command: ChangeLetter, *, base_url: str, by: Viewer,
                  now: datetime) -> LetterChanged | Refused:
    """Write the next version; refused with a sentence for each thing that is wrong, naming what says too much."""
    clinic = session.scalars(select(Clinic).where(Clinic.id == by.clinic_id).with_for_update()).one()
    key, words = command.key, command.words
    if words is not None:
        wrong = tuple(faults_of(clinic, key, words, base_url))
        if wrong:
            return Refused(tuple(WrongValue(one.field, one.sentence) for one in wrong))
        if words == shipped_words(key, locale_of(clinic, key)):
            words = None
    versions = versions_of(session, by.clinic_id, key)
    newest = versions[0].version if versions else 0
    if newest != command.version:
        return Refused((WrittenMeanwhile(),))
    if words == (versions[0].words if versions else None):
        return LetterChanged(newest)
    row = LetterVersion(
        clinic_id=by.clinic_id, kind=key.kind, several=key.several, language=key.language, channel=key.channel,
        version=newest + 1, subject=words.subject if words else "", body=words.body if words else None,
        button=words.button if words else "", made_at=now, made_by=by.staff_id)
    session.add(row)
    session.flush()
    session.info.pop(KNOWN, None)
    record(session, by=by, verb="change" if words else "reset", subject="letter", subject_id=row.id, now=now,
           detail={"kind": key.kind, "several": key.several, "language": key.language, "channel": key.channel,
                   "version": row.version})
    return LetterChanged(row.version)


def back_to_version(session: Session, key: LetterKey, version: int, *, base_url: str, by: Viewer,
                    now: datetime) -> LetterChanged | Refused | NotFound:
    """Make an earlier version the newest again; 0 is the shipped letter. What is refused today stays refused."""
    versions = versions_of(session, by.clinic_id, key)
    found = next((one for one in versions if one.version == version), None)
    if found is None and version != 0:
        return NotFound("version")
    newest = versions[0].version if versions else 0
    return change_letter(session, ChangeLetter(key, found.words if found else None, newest), base_url=base_url, by=by,
                         now=now)
