"""The audit trail, filtered and by pages."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for

from scheduler.access import Permission
from scheduler.queries.audit_trail import TrailFilter, audit_trail
from scheduler.queries.staff_list import staff_list
from scheduler.web.admin import admin
from scheduler.web.door import current_clinic, current_viewer, database, needs

FILTERS = ("staff_id", "verb", "subject", "patient_id", "since", "until")


@admin.get("/audit", endpoint="audit_trail")
@needs(Permission.SEE_AUDIT)
def audit_trail_page() -> str:
    """Who did what to which, when."""
    clinic_id = current_viewer().clinic_id
    with database().reading() as session:
        page = audit_trail(session, clinic_id, _wanted(), before=request.args.get("before", type=int))
        people = staff_list(session, clinic_id)
    kept = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    older = url_for("admin.audit_trail", before=page.older, **kept) if page.older else None
    newest = url_for("admin.audit_trail", **kept) if request.args.get("before") else None
    return render_template("admin/audit_trail.html", page=page, people=people, kept=kept, older=older, newest=newest)


def _wanted() -> TrailFilter:
    since, until = _midnight("since"), _midnight("until")
    return TrailFilter(
        request.args.get("staff_id", type=int), request.args.get("verb") or None, request.args.get("subject") or None,
        request.args.get("patient_id", type=int), since, until + timedelta(days=1) if until else None)


def _midnight(name: str) -> datetime | None:
    """The start of a day at the clinic; None for what is no day."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return datetime.combine(day, time(), ZoneInfo(current_clinic().timezone)).astimezone(UTC)
