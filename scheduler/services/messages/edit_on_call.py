"""Put people on the list of those who are alerted, change how they are reached, their order, and take them off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, Membership, OnCall, StaffMember
from scheduler.access import Viewer
from scheduler.interop.telephones import Telephone, TelephoneUse, read_telephone
from scheduler.services.audit import record
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wrong_value import WrongValue


@dataclass(frozen=True)
class Ways:
    """How somebody is alerted: by e-mail at their own address, by text to a telephone (as written; empty: none)."""

    by_email: bool
    telephone: str = field(default="", repr=False)


@dataclass(frozen=True)
class PutOnCall:
    """Somebody to be alerted. `place` counts from 1 and is where they stand; None: last."""

    staff_id: int
    ways: Ways
    place: int | None = None


@dataclass(frozen=True)
class OnCallMoved:
    """Who stands at which place (from 1) now, of so many."""

    on_call_id: int
    staff_id: int
    place: int
    of: int
    moved: bool


@dataclass(frozen=True)
class TakenOff:
    """What stood on the list, to be put back."""

    was: PutOnCall


def put_on_call(session: Session, command: PutOnCall, *, by: Viewer, now: datetime) -> int | Refused | NotFound:
    """Put an active staff member of the clinic on the list; twice is refused. Gives the row's id."""
    clinic = _locked(session, by)
    member = session.scalar(select(StaffMember).where(StaffMember.id == command.staff_id, StaffMember.id.in_(
        select(Membership.staff_id).where(Membership.clinic_id == clinic.id))))
    if member is None:
        return NotFound("staff member")
    rows = _rows(session, clinic.id)
    telephone = _read(command.ways, clinic)
    wrong = tuple(_wrong(command.ways, telephone, clinic))
    if not member.active:
        wrong += (WrongValue("staff_id", "This person may not sign in. Make them active first, under Staff."),)
    if any(row.staff_id == member.id for row in rows):
        wrong += (WrongValue("staff_id", "This person is on the list already."),)
    if wrong:
        return Refused(wrong)
    row = OnCall(clinic_id=clinic.id, staff_id=member.id, position=len(rows) + 1, by_email=command.ways.by_email,
                 telephone=telephone.e164 if telephone else None)
    session.add(row)
    at = len(rows) if command.place is None else min(max(command.place - 1, 0), len(rows))
    _number([*rows[:at], row, *rows[at:]])
    session.flush()
    _record(session, row, "put on call", by, now)
    return row.id


def change_ways(session: Session, on_call_id: int, ways: Ways, *, by: Viewer,
                now: datetime) -> int | Refused | NotFound:
    """Change how somebody on the list is alerted."""
    clinic = _locked(session, by)
    row = _row(session, on_call_id, clinic.id)
    if row is None:
        return NotFound("person on call")
    telephone = _read(ways, clinic)
    wrong = tuple(_wrong(ways, telephone, clinic))
    if wrong:
        return Refused(wrong)
    wanted = ways.by_email, telephone.e164 if telephone else None
    if wanted != (row.by_email, row.telephone):
        row.by_email, row.telephone = wanted
        session.flush()
        _record(session, row, "change", by, now)
    return row.id


def move_on_call(session: Session, on_call_id: int, steps: int, *, by: Viewer, now: datetime) -> OnCallMoved | NotFound:
    """Move somebody so many places down the list (up where it is negative); beyond its ends nobody moves."""
    _locked(session, by)
    rows = _rows(session, by.clinic_id)
    at = next((place for place, row in enumerate(rows) if row.id == on_call_id), None)
    if at is None:
        return NotFound("person on call")
    row, to = rows[at], min(max(at + steps, 0), len(rows) - 1)
    if to != at:
        rows.insert(to, rows.pop(at))
        _number(rows)
        session.flush()
        _record(session, row, "move", by, now)
    return OnCallMoved(row.id, row.staff_id, to + 1, len(rows), to != at)


def take_off_call(session: Session, on_call_id: int, *, by: Viewer, now: datetime) -> TakenOff | NotFound:
    """Take somebody off the list. Texts that wait for an answer alert the next on it."""
    _locked(session, by)
    rows = _rows(session, by.clinic_id)
    row = next((one for one in rows if one.id == on_call_id), None)
    if row is None:
        return NotFound("person on call")
    was = PutOnCall(row.staff_id, Ways(row.by_email, row.telephone or ""), rows.index(row) + 1)
    _record(session, row, "take off call", by, now)
    session.delete(row)
    _number([one for one in rows if one is not row])
    session.flush()
    return TakenOff(was)


def _locked(session: Session, by: Viewer) -> Clinic:
    return session.scalars(select(Clinic).where(Clinic.id == by.clinic_id).with_for_update()).one()


def _row(session: Session, on_call_id: int, clinic_id: int) -> OnCall | None:
    return session.scalar(select(OnCall).where(OnCall.id == on_call_id, OnCall.clinic_id == clinic_id))


def _rows(session: Session, clinic_id: int) -> list[OnCall]:
    return list(session.scalars(select(OnCall).where(OnCall.clinic_id == clinic_id)
                                .order_by(OnCall.position, OnCall.id)))


def _number(rows: Sequence[OnCall]) -> None:
    for place, row in enumerate(rows, start=1):
        row.position = place


def _read(ways: Ways, clinic: Clinic) -> Telephone | None:
    written = ways.telephone.strip()
    return read_telephone(written, use=TelephoneUse.MOBILE, region=clinic.region) if written else None


def _wrong(ways: Ways, telephone: Telephone | None, clinic: Clinic) -> Iterator[WrongValue]:
    if telephone is None:
        if not ways.by_email:
            yield WrongValue("by_email", "Tick e-mail, or give a telephone for texts: an alert needs a way.")
    elif telephone.e164 is None:
        yield WrongValue("telephone", "This is not a telephone number. Write it with its area code, or leave it out.")
    elif not telephone.can_be_texted:
        yield WrongValue("telephone", "No text can reach this number. Give a mobile number, without an extension.")
    elif clinic.text_number is None and not ways.by_email:
        yield WrongValue("by_email", (
            "This clinic sends no texts yet. Tick e-mail as well, or first set the number that texts come from in the "
            "clinic settings."))


def _record(session: Session, row: OnCall, verb: str, by: Viewer, now: datetime) -> None:
    record(session, by=by, verb=verb, subject="on call", subject_id=row.id, now=now, detail={
        "staff": row.staff_id, "place": row.position, "by_email": row.by_email, "by_text": row.telephone is not None})
