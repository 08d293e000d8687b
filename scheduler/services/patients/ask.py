"""Take a request for an appointment from the public page: once a form, acknowledged in the same transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import AppointmentRequest, Clinic, Notice, RequestPage
from scheduler.access import Viewer
from scheduler.interop.telephones import Telephone, TelephoneUse, read_telephone
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.requests import ContactReason, DayPart, HeardFrom, RequestState
from scheduler.planning.words import Channel, NoticeKind
from scheduler.queries.reach import ways_out
from scheduler.queries.request_page import promised_by
from scheduler.services import audit
from scheduler.services.refusal import NotFound, Refused

ACKNOWLEDGED_WITHIN = timedelta(days=2)
"""An acknowledgement that could not be sent so long says nothing new any more."""
LONGEST_LIFE = 130


@dataclass(frozen=True)
class AskForAppointment:
    """What somebody sent. `consents` are the words agreed to, by channel; `form_key` is the form's own."""

    clinic_id: int
    form_key: str
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    language: str
    consents: Mapping[Channel, str]
    email: str | None = field(default=None, repr=False)
    telephone: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)
    reasons: frozenset[ContactReason] = frozenset()
    heard: HeardFrom | None = None
    weekdays: frozenset[int] = frozenset()
    day_parts: frozenset[DayPart] = frozenset()
    call_parts: frozenset[DayPart] = frozenset()


@dataclass(frozen=True)
class AskWrong:
    """One thing to put right: the field of the form, and a word for what is wrong with it."""

    name: str
    what: str
    sentence: str


@dataclass(frozen=True)
class Asked:
    """The request is with the clinic."""

    request_id: int


def ask_for_appointment(session: Session, command: AskForAppointment, *, now: datetime) -> Asked | Refused | NotFound:
    """Write the request and its acknowledgement; the same form sent twice is one request."""
    page = session.scalar(select(RequestPage).where(RequestPage.clinic_id == command.clinic_id, RequestPage.is_open))
    if page is None:
        return NotFound("request page")
    known = _sent_before(session, command)
    if known is not None:
        return Asked(known)
    clinic = session.get_one(Clinic, command.clinic_id)
    telephone = read_telephone(command.telephone, use=TelephoneUse.MOBILE, region=clinic.region) \
        if command.telephone else None
    wrong = tuple(_wrong(command, telephone, now))
    if wrong:
        return Refused(wrong)
    request = _written(command, telephone, now)
    request.answer_by = promised_by(session, page, clinic, now=now)
    try:
        with session.begin_nested():
            session.add(request)
            session.flush()
    except IntegrityError:  # the same form, sent twice at one moment
        known = _sent_before(session, command)
        if known is None:
            raise
        return Asked(known)
    _acknowledge(session, request, clinic, now)
    audit.record(session, by=Viewer(clinic.id, actor="request page"), verb="ask", subject="request",
                 subject_id=request.id, now=now)
    return Asked(request.id)


def _sent_before(session: Session, command: AskForAppointment) -> int | None:
    return session.scalar(select(AppointmentRequest.id).where(
        AppointmentRequest.clinic_id == command.clinic_id, AppointmentRequest.form_key == command.form_key))


def _wrong(command: AskForAppointment, telephone: Telephone | None, now: datetime) -> Iterator[AskWrong]:
    if telephone is not None and telephone.e164 is None:
        yield AskWrong("telephone", "no number", "No carrier has this number. Please check its digits.")
    if command.birth_date is not None and not (
            now.year - LONGEST_LIFE <= command.birth_date.year and command.birth_date <= now.date()):
        yield AskWrong("birth_date", "no birth date", "Please check the date of birth.")
    if not command.consents:
        yield AskWrong("consents", "no consent", "Please tick how the clinic may contact you.")
    if Channel.EMAIL in command.consents and not command.email:
        yield AskWrong("email", "no address", "Please give the e-mail address that you ticked.")
    if {Channel.TEXT, Channel.CALL} & command.consents.keys() and not command.telephone:
        yield AskWrong("telephone", "no telephone", "Please give the telephone number that you ticked.")
    elif Channel.TEXT in command.consents and telephone is not None and telephone.e164 and not telephone.can_be_texted:
        yield AskWrong("consents", "no texts", "This number cannot get texts. Please tick another way.")


def _written(command: AskForAppointment, telephone: Telephone | None, now: datetime) -> AppointmentRequest:
    return AppointmentRequest(
        clinic_id=command.clinic_id, form_key=command.form_key, state=RequestState.NEW,
        given_name=command.given_name, family_name=command.family_name, birth_date=command.birth_date,
        email=command.email, telephone=telephone.e164 if telephone else None,
        can_be_texted=bool(telephone and telephone.can_be_texted), language=command.language,
        reasons=sorted(command.reasons), heard=command.heard, weekdays=sorted(command.weekdays),
        day_parts=sorted(command.day_parts), call_parts=sorted(command.call_parts),
        consents={str(channel): words for channel, words in sorted(command.consents.items())}, received_at=now)


def _acknowledge(session: Session, request: AppointmentRequest, clinic: Clinic, now: datetime) -> None:
    """Owe one letter, or one text where e-mail was not agreed to; nothing where neither was."""
    addresses = {Channel.EMAIL: request.email, Channel.TEXT: request.telephone}
    for channel in (Channel.EMAIL, Channel.TEXT):
        address = addresses[channel]
        if channel in request.consents and channel in ways_out(clinic) and address:
            session.add(Notice(
                clinic_id=clinic.id, request_id=request.id, kind=NoticeKind.REQUEST, channel=channel, address=address,
                state=MessageState.PLANNED, due_at=now, expires_at=now + ACKNOWLEDGED_WITHIN,
                key=secrets.token_hex(16), created_at=now))
            return
