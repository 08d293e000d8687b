"""A wished-for series as an address: whatever can be wished for goes there and comes back."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time

from flask import Flask, request, url_for

from scheduler.services.booking.offers import ByHand, PlanSeries
from scheduler.services.booking.wishes import Away, Wishes
from scheduler.web.desk.book_series_address import address_of, command_in

WISHES = Wishes(
    earliest_on=date(2027, 4, 5), infusions=4, latest_on=date(2027, 6, 1), weekdays=(0, 2), from_time=time(9, 30),
    to_time=time(12), not_weekdays=(3, 4), therapist_id=7, one_therapist=False,
    away=(Away(datetime(2027, 4, 12), datetime(2027, 4, 14)), Away(datetime(2027, 4, 20, 13), datetime(2027, 4, 21))))
EVERYTHING = PlanSeries(3, 5, 8, WISHES, (ByHand("inf-2", datetime(2027, 4, 9, 14, 30)),), instead_of=11)
LEAST = PlanSeries(3, 5, 8, Wishes(date(2027, 4, 5), 6))


def there_and_back(command: PlanSeries) -> PlanSeries:
    """Through an address and its query, as a browser sends them."""
    app = Flask("addresses")
    app.add_url_rule("/find", "find")
    with app.test_request_context():
        address = url_for("find", **address_of(command))
    with app.test_request_context(address):
        return command_in(request.args, command.patient_id)


def test_everything_that_can_be_wished_for_survives_an_address() -> None:
    assert there_and_back(EVERYTHING) == EVERYTHING
    assert there_and_back(LEAST) == LEAST


def test_the_case_above_says_everything_there_is_to_say() -> None:
    """A field that is added to the wishes and left out here would be lost on the way, silently."""
    for full, least in ((EVERYTHING, LEAST), (EVERYTHING.wishes, LEAST.wishes)):
        same = {one.name for one in fields(full) if getattr(full, one.name) == getattr(least, one.name)}
        assert same <= {"patient_id", "order_id", "protocol_id", "earliest_on"}
