"""The day that an address asks for."""

from __future__ import annotations

from datetime import date

from flask import request

from scheduler.web.looks import current_reading

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)


def asked_day() -> date:
    """The day in the address (`?on=2027-04-02`); today where there is none or it cannot be read."""
    try:
        return min(max(date.fromisoformat(request.args.get("on", "")), FIRST_DAY), LAST_DAY)
    except ValueError:
        return current_reading().today
