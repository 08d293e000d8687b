"""Close on the public holidays of a state and a year: a list with ticks, one act, one undo."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from scheduler.access import Permission
from scheduler.interop.public_holidays import public_holidays, subdivisions
from scheduler.queries.holiday_choices import HolidayRow, holiday_choices, place_of
from scheduler.services.clinic.close_holidays import CloseHolidays, close_holidays, reopen_together
from scheduler.services.refusal import NotFound
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import Attempt, attempt, shown
from scheduler.web.door import current_clinic, current_viewer, database, needs, now
from scheduler.web.formats import day as spoken_day
from scheduler.web.listed_rows import listed, unlisted
from scheduler.web.looks import current_reading
from scheduler.web.options import options
from scheduler.web.said import say

AHEAD = 3
"""How many years are offered, this one included."""


class HolidaysForm(FlaskForm):
    """Which of the days, and whose they are."""

    days = SelectMultipleField("Close on", option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
                               validators=[DataRequired("Choose at least one day.")])
    subdivision = HiddenField()
    year = HiddenField()


@admin.route("/closures/holidays", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def holidays() -> ResponseReturnValue:
    """Choose a state and a year, look at the list, close."""
    today = now().astimezone(ZoneInfo(current_clinic().timezone)).date()
    with database().reading() as session:
        country, kept = place_of(session, current_viewer().clinic_id)
    places, years = subdivisions(country), [today.year + after for after in range(AHEAD)]
    place = request.values.get("subdivision", kept)
    if place not in ("", *dict(places)):
        place = ""
    year = next((year for year in years if request.values.get("year") == str(year)), today.year)
    found = {one.day: one for one in public_holidays(country, place, year)}
    with database().reading() as session:
        rows = holiday_choices(session, current_viewer().clinic_id, tuple(found.values()), since=today)
    form, tried = _form(rows, place, year), Attempt()
    if form.validate_on_submit():
        chosen = tuple(found[date.fromisoformat(text)] for text in form.days.data or ())
        tried = attempt(form, close_holidays, CloseHolidays(place, chosen), asks=True)
        if tried.done is not None:
            _closed(tried)
            return redirect(url_for("admin.closures"))
    return shown("admin/holidays.html", form, tried, rows=rows, places=places, place=place, year=year, years=years)


@admin.post("/closures/holidays/undo")
@needs(Permission.ADMINISTER)
def holidays_undo() -> ResponseReturnValue:
    """Reopen the days that one act has closed."""
    with database().writing() as session:
        count = reopen_together(session, unlisted(request.form.get("closures", "")), by=current_viewer(), now=now())
    if isinstance(count, NotFound):
        abort(404)
    say("The clinic is open again on that day." if count == 1 else f"The clinic is open again on {count} days.")
    return redirect(url_for("admin.closures"))


def _form(rows: tuple[HolidayRow, ...], place: str, year: int) -> HolidaysForm:
    form = HolidaysForm(subdivision=place, year=year)
    form.days.choices = options((row.day.isoformat(), f"{row.name}, {spoken_day(row.day, current_reading())}")
                                for row in rows if not row.closed)
    if not form.is_submitted():
        form.days.data = [row.day.isoformat() for row in rows if row.proposed]
    return form


def _closed(tried: Attempt) -> None:
    count = len(tried.done)
    say(f"The clinic is closed on {'1 day' if count == 1 else f'{count} days'} more.{tried.afterwards}",
        undo=url_for("admin.holidays_undo"), fields={"closures": listed(tried.done)})
