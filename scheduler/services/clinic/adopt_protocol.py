"""Adopt a published schedule with the clinic's own settings, as a new version: running series keep theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Clinic, Protocol, ProtocolVersion, VisitType
from scheduler.access import Viewer
from scheduler.planning.protocol_checks import wrong_settings
from scheduler.planning.protocols import AdoptedProtocol, ProtocolSettings
from scheduler.protocols import catalogue
from scheduler.services.audit import record
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wrong_value import WrongValue


@dataclass(frozen=True)
class Adoption:
    """A schedule of the catalogue under the clinic's name for it, with the clinic's settings."""

    catalogue_id: str
    name: str
    settings: ProtocolSettings


def adopt_protocol(session: Session, wanted: Adoption, *, protocol_id: int | None = None, by: Viewer,
                   now: datetime) -> int | Refused | NotFound:
    """Publish the first version of a protocol, or the next of `protocol_id`; gives the protocol's id.

    The same document as the newest version is no new version.
    """
    published = catalogue.find(wanted.catalogue_id)
    if published is None:
        return NotFound("published schedule")
    session.scalars(select(Clinic.id).where(Clinic.id == by.clinic_id).with_for_update()).one()
    protocol = session.scalar(
        select(Protocol).where(Protocol.id == protocol_id, Protocol.clinic_id == by.clinic_id)) if protocol_id else None
    if protocol_id and protocol is None:
        return NotFound("protocol")
    adopted = AdoptedProtocol(published, wanted.settings)
    wrong = (*_wrong(session, wanted, protocol, by),
             *(WrongValue(each.setting, each.sentence) for each in wrong_settings(adopted)))
    if wrong:
        return Refused(wrong)
    if protocol is None:
        protocol = Protocol(clinic_id=by.clinic_id, catalogue_id=published.id)
        session.add(protocol)
    protocol.name = wanted.name
    session.flush()
    _publish(session, protocol, adopted, by, now)
    return protocol.id


def switch_protocol(session: Session, protocol_id: int, active: bool, *, by: Viewer,
                    now: datetime) -> int | NotFound:
    """Offer a protocol for booking, or no longer; running series go on either way."""
    protocol = session.scalar(select(Protocol).where(Protocol.id == protocol_id, Protocol.clinic_id == by.clinic_id))
    if protocol is None:
        return NotFound("protocol")
    if protocol.active != active:
        protocol.active = active
        record(session, by=by, verb="offer" if active else "withdraw", subject="protocol", subject_id=protocol.id,
               now=now)
    return protocol.id


def _publish(session: Session, protocol: Protocol, adopted: AdoptedProtocol, by: Viewer, now: datetime) -> None:
    newest = session.scalar(select(ProtocolVersion).where(ProtocolVersion.protocol_id == protocol.id)
                            .order_by(ProtocolVersion.version.desc()).limit(1))
    document = adopted.to_document()
    if newest is not None and newest.document == document:
        return
    number = 1 + (newest.version if newest else 0)
    session.add(ProtocolVersion(clinic_id=by.clinic_id, protocol_id=protocol.id, version=number, document=document,
                                published_at=now, published_by=by.staff_id))
    record(session, by=by, verb="publish", subject="protocol", subject_id=protocol.id, now=now,
           detail={"version": number})


def _wrong(session: Session, wanted: Adoption, protocol: Protocol | None, by: Viewer) -> Iterator[WrongValue]:
    if not wanted.name.strip():
        yield WrongValue("name", "Give the protocol the name that your clinic uses.")
    elif session.scalar(select(Protocol.id).where(
            Protocol.clinic_id == by.clinic_id, func.lower(Protocol.name) == wanted.name.lower(),
            Protocol.id != (protocol.id if protocol else 0))):
        yield WrongValue("name", "Another protocol of this clinic has this name. Take another one.")
    codes = set(session.scalars(select(VisitType.code).where(
        VisitType.clinic_id == by.clinic_id, VisitType.active)))
    for part, code in vars(wanted.settings.visit_types).items():
        if code is not None and code not in codes:
            yield WrongValue(f"visit_types.{part}", "This kind of visit is not in use any more. Choose another one.")
