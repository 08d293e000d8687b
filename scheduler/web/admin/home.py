"""Where administration begins."""

from __future__ import annotations

from flask import render_template

from scheduler.access import Permission
from scheduler.queries.hit_visits import hit_visits
from scheduler.queries.protocol_list import protocol_list
from scheduler.queries.resource_list import resource_list
from scheduler.queries.staff_list import staff_list
from scheduler.web.admin import admin
from scheduler.web.door import current_viewer, database, needs, now


@admin.get("/")
@needs(Permission.ADMINISTER)
def home() -> str:
    """The places of administration, with what needs attention."""
    clinic_id = current_viewer().clinic_id
    with database().reading() as session:
        return render_template(
            "admin/home.html", staff=staff_list(session, clinic_id), resources=resource_list(session, clinic_id),
            protocols=protocol_list(session, clinic_id), hits=hit_visits(session, clinic_id, now=now()))
