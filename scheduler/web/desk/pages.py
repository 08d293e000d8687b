"""Every module of the desk's pages; importing this one hangs their views on the blueprint."""

from scheduler.web.desk import (
    appointments,
    calendar,
    import_pages,
    import_upload,
    messages,
    patients,
    series,
    visit_actions,
)

__all__ = [
    "appointments", "calendar", "import_pages", "import_upload", "messages", "patients", "series", "visit_actions",
]
