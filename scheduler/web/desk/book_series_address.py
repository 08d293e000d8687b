"""A wished-for series as the query of an address and back, so that back, refresh and a bookmark lose nothing.

Days and times alone stand there, and ids: nothing that tells who anybody is.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask import abort
from werkzeug.datastructures import MultiDict

from scheduler.services.booking.offers import ByHand, PlanSeries
from scheduler.services.booking.wishes import Away, Wishes
from scheduler.web.row_numbers import LARGEST

MOST_ROWS = 40
FIRST_YEAR, LAST_YEAR = 2000, 2199


def address_of(command: PlanSeries) -> dict[str, Any]:
    """The arguments for `url_for`; what is not wished for is left out."""
    wishes = command.wishes
    named = {
        "order": command.order_id, "protocol": command.protocol_id, "infusions": wishes.infusions,
        "earliest": wishes.earliest_on, "latest": wishes.latest_on, "day": list(wishes.weekdays),
        "from": _hour(wishes.from_time), "to": _hour(wishes.to_time), "never": list(wishes.not_weekdays),
        "away": [f"{_minute(away.begins)}/{_minute(away.ends)}" for away in wishes.away],
        "therapist": wishes.therapist_id, "mixed": None if wishes.one_therapist else 1,
        "hand": [f"{one.step}@{_minute(one.wall_start)}" for one in command.by_hand],
        "instead": command.instead_of}
    return {name: value for name, value in named.items() if value not in (None, [])}


def command_in(args: MultiDict[str, str], patient_id: int) -> PlanSeries:
    """Read what `address_of` wrote; raises ValueError where it does not fit."""
    wishes = Wishes(
        earliest_on=_day(args["earliest"]), infusions=_whole(args["infusions"], 1000),
        latest_on=_day(args["latest"]) if args.get("latest") else None, weekdays=_weekdays(args, "day"),
        from_time=_time(args.get("from")), to_time=_time(args.get("to")), not_weekdays=_weekdays(args, "never"),
        away=tuple(_away(text) for text in _rows(args, "away")), therapist_id=_optional_id(args.get("therapist")),
        one_therapist=not args.get("mixed"))
    return PlanSeries(patient_id, _whole(args["order"]), _whole(args["protocol"]), wishes,
                      by_hand=tuple(_by_hand(text) for text in _rows(args, "hand")),
                      instead_of=_optional_id(args.get("instead")))


def command_or_400(args: MultiDict[str, str], patient_id: int) -> PlanSeries:
    """The series in an address; an address that somebody has bent is answered with 400."""
    try:
        return command_in(args, patient_id)
    except ValueError:
        abort(400)


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


def _hour(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"


def _whole(text: str, largest: int = LARGEST) -> int:
    number = int(text)
    if not 0 <= number <= largest:
        raise ValueError(f"{number} is out of range")
    return number


def _optional_id(text: str | None) -> int | None:
    return _whole(text) if text else None


def _day(text: str) -> date:
    return _near(date.fromisoformat(text))


def _near(day: Any) -> Any:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year {day.year} is out of range")
    return day


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text).replace(tzinfo=None) if text else None


def _moment(text: str) -> datetime:
    return _near(datetime.fromisoformat(text).replace(tzinfo=None, second=0, microsecond=0))


def _rows(args: MultiDict[str, str], name: str) -> list[str]:
    rows = args.getlist(name)
    if len(rows) > MOST_ROWS:
        raise ValueError(f"too many of {name}")
    return rows


def _weekdays(args: MultiDict[str, str], name: str) -> tuple[int, ...]:
    return tuple(sorted({_whole(text, 6) for text in _rows(args, name)}))


def _away(text: str) -> Away:
    begins, _, ends = text.partition("/")
    return Away(_moment(begins), _moment(ends))


def _by_hand(text: str) -> ByHand:
    step, _, start = text.partition("@")
    return ByHand(step[:40], _moment(start))
