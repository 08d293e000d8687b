"""Write down that somebody looked at a patient: which page, of which patient, and nothing they saw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, InboundText, Message, Order, Patient, Series
from scheduler.access import Viewer
from scheduler.services.audit import record

SUBJECTS = {"patient_id": Patient, "series_id": Series, "appointment_id": Appointment, "order_id": Order,
            "message_id": Message, "text_id": InboundText}
"""The parameters of an address that lead to one patient, and the table that each numbers."""


def note_view(session: Session, page: str, ids: Mapping[str, object], *, by: Viewer, now: datetime) -> None:
    """One audit entry for the patient that a page was about; none where the ids lead to nobody of the clinic."""
    for name, table in SUBJECTS.items():
        if name not in ids:
            continue
        patient = table.id if table is Patient else table.patient_id
        patient_id = session.scalar(select(patient).where(table.id == ids[name], table.clinic_id == by.clinic_id))
        if patient_id is not None:
            record(session, by=by, verb="view", subject=name.removesuffix("_id"), subject_id=int(str(ids[name])),
                   patient_id=patient_id, detail={"page": page}, now=now)
            return
