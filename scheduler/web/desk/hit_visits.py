"""The worklist of booked visits that the calendar, as it is now, no longer allows."""

from __future__ import annotations

from flask import render_template

from scheduler.access import Permission
from scheduler.queries.hit_visits import hit_visits
from scheduler.web.desk import desk
from scheduler.web.door import current_viewer, database, needs, now


@desk.get("/worklists/no-longer-fit")
@needs(Permission.SEE_MESSAGES)
def worklists_hit() -> str:
    """Booked visits that a change of hours, a closure, time off or a resource has hit."""
    with database().reading() as session:
        found = hit_visits(session, current_viewer().clinic_id, now=now())
    return render_template("desk/hit_visits.html", hits=found)
