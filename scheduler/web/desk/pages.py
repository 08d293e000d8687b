"""Every module of the desk's pages; importing this one hangs their views on the blueprint."""

from scheduler.web.desk import appointments, calendar, patients, series, visit_actions

__all__ = ["appointments", "calendar", "patients", "series", "visit_actions"]
