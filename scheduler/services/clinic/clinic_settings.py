"""What a clinic says of itself and how it plans: names, zone, telephone, weights, message hours and caps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Phase
from scheduler.access import Viewer
from scheduler.interop.telephones import TelephoneUse, read_telephone
from scheduler.planning.gsm7 import fits
from scheduler.planning.lifecycle import OCCUPYING
from scheduler.planning.quiet_words import revealing
from scheduler.queries.clinic_settings import ClinicSettings
from scheduler.services.audit import record
from scheduler.services.messages.follow_hours import follow_hours
from scheduler.services.refusal import Refused
from scheduler.services.wrong_value import WrongValue

HEAVIEST = 100_000
FEWEST_DIGITS = 7
SHORT_NAME_LENGTH = 40


def change_settings(session: Session, wanted: ClinicSettings, *, by: Viewer, now: datetime) -> int | Refused:
    """Write the settings and give the clinic's id; the audit entry names what changed, not to what.

    Planned messages follow other hours for messages.
    """
    clinic = session.scalars(select(Clinic).where(Clinic.id == by.clinic_id).with_for_update()).one()
    number = read_telephone(wanted.telephone, use=TelephoneUse.WORK, region=clinic.region).number
    wrong = (*_wrong_words(session, wanted, clinic), *_wrong_numbers(session, wanted, clinic, number, now))
    if wrong:
        return Refused(wrong)
    values = {name: getattr(wanted, name) for name in ClinicSettings.__dataclass_fields__ if name != "weights"}
    values["text_number"] = _text_number(wanted, clinic)
    values.update(telephone=number, weights=_nested(clinic.weights, wanted.weights))
    changed = sorted(name for name, value in values.items() if getattr(clinic, name) != value)
    for name in changed:
        setattr(clinic, name, values[name])
    if changed:
        record(session, by=by, verb="change settings", subject="clinic", subject_id=clinic.id, now=now,
               detail={"changed": changed})
    if {"messages_from", "messages_until"} & set(changed):
        follow_hours(session, clinic.id, now=now)
    return clinic.id


def _text_number(wanted: ClinicSettings, clinic: Clinic) -> str | None:
    """In E.164 the number that texts come from; None where the clinic sends none, or where it is no number."""
    return read_telephone(wanted.text_number, use=TelephoneUse.WORK, region=clinic.region).e164


def _nested(present: Mapping[str, object], wanted: Mapping[str, int]) -> dict[str, object]:
    nested: dict[str, object] = {name: dict(value) if isinstance(value, Mapping) else value
                                 for name, value in present.items()}
    for name, units in wanted.items():
        outer, _, kind = name.partition(".")
        if kind:
            inner = nested.setdefault(outer, {})
            assert isinstance(inner, dict)
            inner[kind] = units
        else:
            nested[outer] = units
    return nested


def _wrong_words(session: Session, wanted: ClinicSettings, clinic: Clinic) -> Iterator[WrongValue]:
    if not wanted.name.strip():
        yield WrongValue("name", "Give the clinic's name.")
    elif session.scalar(select(Clinic.id).where(Clinic.name == wanted.name, Clinic.id != clinic.id)) is not None:
        yield WrongValue("name", "Another clinic of this house has this name already.")
    for field_name, where in (("name", "a letter"), ("short_name", "a text message")):
        said = revealing(getattr(wanted, field_name))
        if said and getattr(wanted, field_name) != getattr(clinic, field_name):
            yield WrongValue(field_name, (
                f"“{said[0]}” tells whoever sees {where} what somebody is treated for. Take a name that does not, "
                "such as a street, a tree or the doctor's own name."))
    if not wanted.short_name.strip() or len(wanted.short_name) > SHORT_NAME_LENGTH:
        yield WrongValue("short_name", f"Give a short name of at most {SHORT_NAME_LENGTH} letters.")
    if wanted.text_number and _text_number(wanted, clinic) is None:
        yield WrongValue("text_number", "This is not a telephone number. Write it with its area code, or leave it out.")
    if not wanted.crisis_text.strip() or not fits(wanted.crisis_text):
        yield WrongValue("crisis_text", "Say it in one text of at most 160 plain letters, without emoji.")
    if not _is_zone(wanted.timezone):
        yield WrongValue("timezone", "There is no such time zone. Write it as America/New_York.")


def _wrong_numbers(session: Session, wanted: ClinicSettings, clinic: Clinic, number: str,
                   now: datetime) -> Iterator[WrongValue]:
    if sum(character.isdigit() for character in number) < FEWEST_DIGITS:
        yield WrongValue("telephone", "This is not a telephone number. Write it with its area code.")
    if wanted.timezone != clinic.timezone and (count := _booked(session, clinic.id, now)):
        yield WrongValue("timezone", (
            f"{count} visits to come are booked in {clinic.timezone}: the zone can change when there are none."))
    for name, least, most in (("grid_minutes", 1, 60), ("hold_minutes", 1, 240), ("latest_days", 7, 730),
                               ("offer_minutes", 10, 1440), ("offer_lead_hours", 1, 336), ("notice_hours", 0, 336),
                               ("own_change_hours", 0, 336),
                              ("answer_minutes", 5, 1440), ("on_call_minutes", 2, 120),
                              ("texts_a_day", 0, 1), ("texts_a_week", 0, 3)):
        if not least <= getattr(wanted, name) <= most:
            yield WrongValue(name, f"Give a whole number from {least} to {most}.")
    if (wanted.agreed_texts_a_day is None) != (wanted.agreed_texts_a_week is None):
        yield WrongValue("agreed_texts_a_week", "Give both numbers of texts that were agreed to, or neither.")
    odd = session.scalar(select(func.count()).select_from(Phase).where(
        Phase.clinic_id == clinic.id, Phase.minutes % max(wanted.grid_minutes, 1) != 0))
    if odd:
        yield WrongValue("grid_minutes", f"{odd} phases of visit types are no multiple of this. Change them first.")
    if wanted.messages_until <= wanted.messages_from:
        yield WrongValue("messages_until", "The last time for messages must lie after the first.")
    if not all(0 <= units <= HEAVIEST for units in wanted.weights.values()):
        yield WrongValue("weights", f"A weight is a whole number from 0 to {HEAVIEST}.")


def _booked(session: Session, clinic_id: int, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Appointment).where(
        Appointment.clinic_id == clinic_id, Appointment.status.in_(OCCUPYING), Appointment.starts_at > now)) or 0


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
