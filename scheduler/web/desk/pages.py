"""Every module of the desk's pages; importing this one hangs their views on the blueprint."""

from scheduler.web.desk import (
    appointments,
    book_series,
    book_series_done,
    calendar,
    hit_visits,
    hold,
    import_pages,
    import_upload,
    messages,
    move,
    orders,
    patients,
    replan,
    series,
    visit_actions,
)

__all__ = [
    "appointments",
    "book_series",
    "book_series_done",
    "calendar",
    "hit_visits",
    "hold",
    "import_pages",
    "import_upload",
    "messages",
    "move",
    "orders",
    "patients",
    "replan",
    "series",
    "visit_actions",
]
