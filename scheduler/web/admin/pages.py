"""Every module of the administrator's pages; importing this one hangs their views on the blueprint."""

from scheduler.web.admin import (
    audit_trail,
    clinic,
    closures,
    holidays,
    home,
    letters,
    message_rules,
    on_call,
    own_rules,
    protocols,
    request_page,
    resources,
    staff,
    time_off,
    visit_types,
    what_if,
)

__all__ = ["audit_trail", "clinic", "closures", "holidays", "home", "letters", "message_rules", "on_call",
           "own_rules", "protocols", "request_page", "resources", "staff", "time_off", "visit_types", "what_if"]
