"""What if: a week as it is booked beside the same week level-loaded. It changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import render_template

from scheduler.access import Permission
from scheduler.services.clinic.level_week import DayBeside, WeekBeside, level_week
from scheduler.web.admin import admin
from scheduler.web.asked_day import asked_day
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.load_picture import LoadPicture, load_picture
from scheduler.web.looks import current_reading


@dataclass(frozen=True)
class DayDrawn:
    """One day with its two strips, drawn to one scale."""

    day: DayBeside
    booked: LoadPicture
    level: LoadPicture


@admin.get("/what-if")
@needs(Permission.ADMINISTER)
def what_if() -> str:
    """The week of the day in the address, both ways."""
    on = asked_day()
    monday = on - timedelta(days=on.weekday())
    with database().reading() as session:
        week = level_week(session, monday, by=current_viewer(), now=now())
    return render_template("admin/what_if.html", week=week, days=_drawn(week), today=current_reading().today,
                           before=monday - timedelta(days=7), after=monday + timedelta(days=7))


def _drawn(week: WeekBeside) -> tuple[DayDrawn, ...]:
    """Every day that has infusions, all to one scale."""
    reading = current_reading()
    top = max((max(load.peak, load.most_offered) for day in week.days
               for load in (day.booked.nurses, day.level.nurses)), default=1) or 1
    return tuple(DayDrawn(day, load_picture(day.booked.nurses, reading, top),
                          load_picture(day.level.nurses, reading, top)) for day in week.days if day.infusions)
