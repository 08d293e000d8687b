"""What a clinic's public page says, where it is, and whether it is open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, RequestPage
from scheduler.access import Viewer
from scheduler.planning.persons import folded
from scheduler.planning.quiet_words import revealing
from scheduler.queries.request_page import RequestPageSettings
from scheduler.services.audit import record
from scheduler.services.refusal import Refused
from scheduler.services.wrong_value import WrongValue

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_LENGTH = 60
PRINTED = re.compile(r"[!-~]+")
"""An address as it is printed: no space, nothing but ASCII."""


def slug_of(name: str) -> str:
    """An address made of a clinic's name: lower-case letters and digits, joined by hyphens."""
    bare = folded(name).encode("ascii", "ignore").decode()
    return "-".join(bare.split())[:SLUG_LENGTH].strip("-") or "clinic"


def change_request_page(session: Session, wanted: RequestPageSettings, *, by: Viewer, now: datetime) -> int | Refused:
    """Write the settings and give the page's id; the audit entry names what changed, not to what."""
    clinic = session.scalars(select(Clinic).where(Clinic.id == by.clinic_id).with_for_update()).one()
    page = session.scalar(select(RequestPage).where(RequestPage.clinic_id == clinic.id))
    wrong = tuple(_wrong(session, wanted, clinic))
    if wrong:
        return Refused(wrong)
    if page is None:
        page = RequestPage(clinic_id=clinic.id)
        session.add(page)
    changed = [name for name in RequestPageSettings.__dataclass_fields__
               if getattr(page, name) != getattr(wanted, name)]
    for name in changed:
        setattr(page, name, getattr(wanted, name))
    session.flush()
    if changed:
        record(session, by=by, verb="change settings", subject="request page", subject_id=page.id, now=now,
               detail={"changed": changed} | ({"open": wanted.is_open} if "is_open" in changed else {}))
    return page.id


def _is_web_address(written: str) -> bool:
    parts = urlsplit(written) if PRINTED.fullmatch(written) else urlsplit("")
    return parts.scheme == "https" and "." in (parts.hostname or "")


def _wrong(session: Session, wanted: RequestPageSettings, clinic: Clinic) -> Iterator[WrongValue]:
    if len(wanted.slug) > SLUG_LENGTH or not SLUG.fullmatch(wanted.slug):
        yield WrongValue("slug", "Write small letters a to z and digits, joined by hyphens: alder-clinic.")
    elif session.scalar(select(RequestPage.id).where(
            RequestPage.slug == wanted.slug, RequestPage.clinic_id != clinic.id)) is not None:
        yield WrongValue("slug", "Another clinic of this house has this address already.")
    if wanted.privacy_link and not _is_web_address(wanted.privacy_link):
        yield WrongValue("privacy_link", "Give the whole address of a page, beginning with https://.")
    for name in ("slug", "headline", "headline_es", "privacy_words", "privacy_words_es"):
        said = revealing(getattr(wanted, name).replace("-", " "))
        if said:
            yield WrongValue(name, f"“{said[0]}” tells whoever sees the page what people come for. Leave it out.")
    if wanted.answer_days is not None and not 1 <= wanted.answer_days <= 30:
        yield WrongValue("answer_days", "Give a whole number from 1 to 30, or nothing: then nothing is promised.")
    if not 1 <= wanted.keep_days <= 3650:
        yield WrongValue("keep_days", "Give a whole number of days from 1 to 3650.")
