"""A clinic's own letters and texts, and every version of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import LetterVersion, StaffMember
from scheduler.planning.own_words import LetterKey, OwnWords


@dataclass(frozen=True)
class VersionRow:
    """One version: `words` None is the shipped letter again."""

    version: int
    words: OwnWords | None
    made_at: datetime
    made_by: str | None = field(repr=False)


def own_letters(session: Session, clinic_id: int) -> Mapping[LetterKey, OwnWords]:
    """The newest words of every letter that the clinic has changed. One query."""
    newest = select(func.max(LetterVersion.id)).where(LetterVersion.clinic_id == clinic_id).group_by(
        LetterVersion.kind, LetterVersion.several, LetterVersion.language, LetterVersion.channel)
    return {_key(row): OwnWords(row.subject, row.body, row.button)
            for row in session.scalars(select(LetterVersion).where(LetterVersion.id.in_(newest)))
            if row.body is not None}


def versions_of(session: Session, clinic_id: int, key: LetterKey) -> tuple[VersionRow, ...]:
    """Every version of one letter, the newest first; none where it is as shipped and always was. One query."""
    rows = session.execute(
        select(LetterVersion, StaffMember.name).outerjoin(StaffMember, StaffMember.id == LetterVersion.made_by)
        .where(LetterVersion.clinic_id == clinic_id, LetterVersion.kind == key.kind,
               LetterVersion.several == key.several, LetterVersion.language == key.language,
               LetterVersion.channel == key.channel).order_by(LetterVersion.version.desc()))
    return tuple(
        VersionRow(row.version, None if row.body is None else OwnWords(row.subject, row.body, row.button), row.made_at,
                   name) for row, name in rows)


def _key(row: LetterVersion) -> LetterKey:
    return LetterKey(row.kind, row.several, row.language, row.channel)
