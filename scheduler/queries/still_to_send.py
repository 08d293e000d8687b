"""Whether a message that a clock holds may still go, asked at the last moment: nobody has stopped it meanwhile."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from models import Consent, Message
from models.outgoing import Outgoing
from scheduler.planning.lifecycle import MessageState


def still_to_send(connection: Connection, table: type[Outgoing], row_id: int, claim: str) -> bool:
    """It is still ours, it has not stepped aside, and the patient still agrees to be written to this way. One query.

    A clock decides and writes words some seconds ahead; a STOP that comes in between counts.
    """
    return connection.execute(_still(table), {"row": row_id, "claim": claim}).first() is not None


@cache
def _still(table: type[Outgoing]) -> Select[Any]:
    ours = select(table.id).where(table.id == bindparam("row"), table.claimed_by == bindparam("claim"),
                                  table.state == MessageState.CLAIMED)
    if table is not Message:
        return ours
    agrees = (select(Consent.withdrawn_at.is_(None))
              .where(Consent.patient_id == Message.patient_id, Consent.channel == Message.channel)
              .order_by(Consent.granted_at.desc(), Consent.id.desc()).limit(1))
    return ours.where(agrees.scalar_subquery())
