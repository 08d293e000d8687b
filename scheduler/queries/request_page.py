"""A clinic's public page for requests: what it says to everybody, and what its administrators have set."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, Closure, OpeningHours, RequestPage
from scheduler.planning.requests import LOOKS_AHEAD, answered_by
from scheduler.queries.viewers import ViewerClinic, clinic_of

KEEP_DAYS = 90
"""How long requests that came to nothing are kept where the clinic has not said otherwise (policy P: no source)."""


@dataclass(frozen=True)
class PublicPage:
    """An open page. `texts` is None where the clinic sends none, else how many at most a day and a week."""

    clinic: ViewerClinic
    slug: str
    headlines: dict[str, str]
    answer_days: int | None
    texts: tuple[int, int] | None
    weekdays: tuple[int, ...]
    """The weekdays (0 Monday) on which the clinic is open; all where it has not said."""
    keep_days: int = KEEP_DAYS
    privacy_link: str = ""
    privacy_words: dict[str, str] = field(default_factory=dict)
    """The clinic's own words about privacy, by language."""


@dataclass(frozen=True)
class RequestPageSettings:
    """What an administrator sets of the page; `answer_days` None: no promise."""

    slug: str
    is_open: bool = False
    headline: str = ""
    headline_es: str = ""
    answer_days: int | None = None
    keep_days: int = KEEP_DAYS
    privacy_link: str = ""
    privacy_words: str = ""
    privacy_words_es: str = ""


def public_page(session: Session, slug: str) -> PublicPage | None:
    """The page at an address; None where there is none, or it is switched off: the two are not told apart."""
    page = session.scalar(select(RequestPage).where(RequestPage.slug == slug.lower(), RequestPage.is_open))
    if page is None:
        return None
    clinic = session.get_one(Clinic, page.clinic_id)
    shown = clinic_of(session, clinic.id)
    assert shown is not None
    return PublicPage(
        shown, page.slug, {"en": page.headline, "es": page.headline_es}, page.answer_days,
        (clinic.texts_a_day, clinic.texts_a_week) if clinic.text_number else None,
        tuple(sorted(open_weekdays(session, clinic.id))) or tuple(range(7)),
        page.keep_days, page.privacy_link, {"en": page.privacy_words, "es": page.privacy_words_es})


def request_page_settings(session: Session, clinic_id: int) -> RequestPageSettings | None:
    """What is set; None where nobody has set anything yet."""
    page = session.scalar(select(RequestPage).where(RequestPage.clinic_id == clinic_id))
    if page is None:
        return None
    return RequestPageSettings(**{name: getattr(page, name) for name in RequestPageSettings.__dataclass_fields__})


def open_weekdays(session: Session, clinic_id: int) -> frozenset[int]:
    """The weekdays (0 Monday) on which a clinic has opening hours."""
    return frozenset(session.scalars(
        select(OpeningHours.weekday).where(OpeningHours.clinic_id == clinic_id).distinct()))


def promised_by(session: Session, page: RequestPage, clinic: Clinic, *, now: datetime) -> date | None:
    """By which day a request that comes in now is answered, as the clinic promises; None where it promises nothing."""
    today = now.astimezone(ZoneInfo(clinic.timezone)).date()
    closures = session.execute(select(Closure.starts_on, Closure.last_on).where(
        Closure.clinic_id == clinic.id, Closure.last_on > today, Closure.starts_on <= today + LOOKS_AHEAD)).all()
    return answered_by(today, page.answer_days, open_weekdays(session, clinic.id),
                       [(row.starts_on, row.last_on) for row in closures])
