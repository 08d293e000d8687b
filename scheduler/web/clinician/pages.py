"""Every module of the clinicians' pages; importing this one hangs their views on the blueprint."""

from scheduler.web.clinician import decide, my_day, record

__all__ = ["decide", "my_day", "record"]
