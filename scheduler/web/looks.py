"""Everything templates can lean on: filters, the top bar, badges, what was said, error pages, asset addresses.

Pages of staff are written for the clinic they look at; a page behind a patient's link says for which clinic, and in
which language, with `read_at(clinic, locale)`; anything else reads in US English and UTC.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g

from scheduler.messaging.catalogue import locale_for
from scheduler.queries.viewers import ViewerClinic
from scheduler.web import assets, door, errors, formats, translations
from scheduler.web.formats import Reading
from scheduler.web.navigation import navigation
from scheduler.web.phases import PHASES, phase_key
from scheduler.web.said import what_was_said
from scheduler.web.statuses import status_look
from scheduler.web.strip_layout import SCALE, draw
from scheduler.web.strip_parts import hatch

READ_FOR_SOMEONE = {
    "when": formats.when,
    "day": formats.day,
    "long_day": formats.long_day,
    "plain_date": formats.plain_date,
    "spoken_day": formats.spoken_day,
    "iso_day": formats.iso_day,
    "iso_time": formats.iso_time,
    "language_name": formats.language_name,
    "clock_time": formats.clock_time,
    "away": formats.away,
    "weekday_letter": formats.weekday_letter,
    "month_name": formats.month_name,
    "telephone": formats.telephone,
    "telephone_link": formats.telephone_link,
}


def read_at(clinic: ViewerClinic, locale: str = "") -> None:
    """Write this page for a clinic: its zone and region, in `locale` or else the clinic's own."""
    g.reading = Reading(zone=ZoneInfo(clinic.timezone), now=door.now(), locale=locale or clinic.locale,
                        region=clinic.region)


def current_reading() -> Reading:
    """For whom this page is written."""
    if "reading" not in g:
        if g.get("viewer"):
            read_at(door.current_clinic())
        else:
            g.reading = Reading(zone=ZoneInfo("UTC"), now=door.now(), locale=locale_for(translations.spoken(), "en_US"))
    return g.reading


def filtered(write: Any, value: Any) -> str:
    """One of the formats for the reader of this page; None is written as an empty string."""
    return "" if value is None else write(value, current_reading())


def hang(app: Flask) -> None:
    """Give an app's templates their filters, globals, error pages and assets."""
    app.jinja_env.filters.update({name: partial(filtered, write) for name, write in READ_FOR_SOMEONE.items()})
    app.jinja_env.filters["duration"] = formats.duration
    app.jinja_env.globals.update(
        time_span=lambda start, end: formats.time_span(start, end, current_reading()),
        navigation=navigation, what_was_said=what_was_said, status_look=status_look,
        draw_strip=draw, strip_hatch=hatch, STRIP_SCALE=SCALE,
        phases=PHASES, phase_key=phase_key, reading=current_reading)
    translations.hang(app)
    assets.hang(app)
    errors.hang(app)
