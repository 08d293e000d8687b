"""The protocols that a clinic has adopted, and their newest versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Protocol, ProtocolVersion, Series
from scheduler.planning.lifecycle import RUNNING
from scheduler.planning.protocol_settings import Missing, missing_settings
from scheduler.planning.protocols import AdoptedProtocol


@dataclass(frozen=True)
class ProtocolRow:
    """One protocol with its newest version; `missing` is what must be set before it can be booked."""

    id: int
    name: str
    catalogue_id: str | None
    active: bool
    version: int
    published_at: datetime
    adopted: AdoptedProtocol
    missing: tuple[Missing, ...]
    running: int


def protocol_list(session: Session, clinic_id: int, protocol_id: int | None = None) -> tuple[ProtocolRow, ...]:
    """The clinic's protocols (or that one), those on offer first, by name: three queries."""
    newest = (select(ProtocolVersion.protocol_id, func.max(ProtocolVersion.version).label("version"))
              .where(ProtocolVersion.clinic_id == clinic_id).group_by(ProtocolVersion.protocol_id).subquery())
    running = dict(session.execute(
        select(ProtocolVersion.protocol_id, func.count()).join(Series, Series.protocol_version_id == ProtocolVersion.id)
        .where(Series.clinic_id == clinic_id, Series.status.in_(RUNNING)).group_by(ProtocolVersion.protocol_id)).all())
    rows = session.execute(
        select(Protocol, ProtocolVersion).join(newest, newest.c.protocol_id == Protocol.id)
        .join(ProtocolVersion, (ProtocolVersion.protocol_id == Protocol.id)
              & (ProtocolVersion.version == newest.c.version))
        .where(Protocol.clinic_id == clinic_id, *([Protocol.id == protocol_id] if protocol_id is not None else []))
        .order_by(Protocol.active.desc(), Protocol.name)).all()
    return tuple(_row(one, version, running.get(one.id, 0)) for one, version in rows)


def protocol(session: Session, clinic_id: int, protocol_id: int) -> ProtocolRow | None:
    """One protocol of the clinic; None for anybody else's."""
    found = protocol_list(session, clinic_id, protocol_id)
    return found[0] if found else None


def _row(one: Protocol, version: ProtocolVersion, running: int) -> ProtocolRow:
    adopted = AdoptedProtocol.from_document(version.document)
    return ProtocolRow(one.id, one.name, one.catalogue_id, one.active, version.version, version.published_at, adopted,
                       missing_settings(adopted.published, adopted.settings), running)
