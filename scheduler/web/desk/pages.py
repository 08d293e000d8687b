"""Every module of the desk's pages; importing this one hangs their views on the blueprint."""

from scheduler.web.desk import patients

__all__ = ["patients"]
