"""Open a clinic: a name, a time zone and a telephone; everything else is set on its own pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic
from scheduler.access import Viewer
from scheduler.interop.telephones import TelephoneUse, read_telephone
from scheduler.services import audit
from scheduler.services.refusal import Conflict, Refused

COMMAND_LINE = "command line"
SHORT_NAME_LENGTH = 40
FEWEST_DIGITS = 7


@dataclass(frozen=True)
class NewClinic:
    """What a clinic cannot be without; `short_name` is what texts say (default: the name's beginning)."""

    name: str
    timezone: str
    telephone: str
    short_name: str = ""
    region: str = "US"


@dataclass(frozen=True)
class NameTaken:
    """There is a clinic of this name."""

    sentence: str = "There is already a clinic with this name."


@dataclass(frozen=True)
class UnknownTimeZone:
    """The zone is not in the tz database."""

    sentence: str = "There is no such time zone. Write it as America/New_York."


@dataclass(frozen=True)
class BadTelephone:
    """Patients could not reach the clinic there."""

    sentence: str = "This is not a telephone number. Write it with its area code."


def open_clinic(session: Session, new: NewClinic, *, now: datetime) -> int | Refused:
    """Write the clinic and give its id."""
    number = read_telephone(new.telephone, use=TelephoneUse.WORK, region=new.region).number
    conflicts: list[Conflict] = []
    if session.scalar(select(Clinic.id).where(Clinic.name == new.name)) is not None:
        conflicts.append(NameTaken())
    if not _is_zone(new.timezone):
        conflicts.append(UnknownTimeZone())
    if sum(character.isdigit() for character in number) < FEWEST_DIGITS:
        conflicts.append(BadTelephone())
    if conflicts:
        return Refused(tuple(conflicts))
    short = (new.short_name or new.name)[:SHORT_NAME_LENGTH].strip()
    clinic = Clinic(name=new.name, short_name=short, timezone=new.timezone, telephone=number, region=new.region)
    session.add(clinic)
    session.flush()
    by = Viewer(clinic_id=clinic.id, actor=COMMAND_LINE)
    audit.record(session, by=by, verb="open", subject="clinic", subject_id=clinic.id, now=now)
    return clinic.id


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
