"""The form of a single visit: what kind, on which order if it needs one, with whom, from when. Its shape only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import DateField, RadioField, SelectField
from wtforms.validators import InputRequired, StopValidation

from scheduler.queries.visit_choices import VisitChoices
from scheduler.services.booking.free_times import FreeTime
from scheduler.services.booking.promises import VisitPlace
from scheduler.web.desk.book_series_form import FAR
from scheduler.web.desk.order_fields import OrderFields
from scheduler.web.desk.start_days import read_start
from scheduler.web.options import options
from scheduler.web.row_numbers import LARGEST

ANYONE = 0


@dataclass(frozen=True)
class VisitWish:
    """What is looked for: a visit type, perhaps an order and somebody asked for, from a day on."""

    visit_type_id: int
    earliest_on: date
    order_id: int | None = None
    resource_id: int | None = None

    @property
    def address(self) -> dict[str, Any]:
        """The arguments for `url_for`."""
        named = {"type": self.visit_type_id, "earliest": self.earliest_on, "order": self.order_id,
                 "with": self.resource_id}
        return {name: value for name, value in named.items() if value is not None}

    @classmethod
    def read(cls, args: MultiDict[str, str], today: date) -> VisitWish:
        """Read what `address` wrote; raises ValueError where it does not fit. A day that has passed is today."""
        earliest = date.fromisoformat(args["earliest"])
        if earliest > FAR:
            raise ValueError("too far away")
        return cls(_id(args["type"]), max(earliest, today), _id(args["order"]) if args.get("order") else None,
                   _id(args["with"]) if args.get("with") else None)


class VisitForm(OrderFields):
    """A single visit; only an infusion is booked on an order."""

    visit_type = RadioField("Visit", validate_choice=False, validators=[InputRequired("Choose what kind of visit.")])
    with_whom = SelectField("With", coerce=int, validate_choice=False)
    earliest = DateField("Earliest day", validators=[InputRequired("Enter the earliest day.")])

    today: date
    """Set by whoever makes the form: the clinic-local date."""

    def offer(self, choices: VisitChoices, today: date, may_record: bool) -> None:
        """Set the choices."""
        self.today = today
        self.offer_orders(choices.open_orders, choices.clinicians, may_record)
        self.visit_type.choices = options((str(shape.id), shape.name) for shape in choices.types)
        self.with_whom.choices = options([
            (ANYONE, "Anyone"), *((id_, f"{name} ({kind})") for id_, kind, name in choices.resources)])
        chosen = str(self.visit_type.data or "")
        self.wants_order = chosen.isdecimal() and choices.needs_order(int(chosen[:10]))

    def validate_visit_type(self, field: RadioField) -> None:
        """A kind of visit that the clinic offers."""
        if field.data not in [value for value, *_ in field.choices]:
            raise StopValidation("This kind of visit is no longer offered. Choose another one.")

    def validate_earliest(self, field: DateField) -> None:
        """Nothing is booked in the past, nor in another century."""
        if field.data and not self.today <= field.data <= FAR:
            raise StopValidation("Choose today or a later day.")

    def to_wish(self, order_id: int | None = None) -> VisitWish:
        """What this form looks for, on an order that was just recorded or the one that was chosen."""
        chosen = int(self.order.data) if self.wants_order and not self.records_order else None
        return VisitWish(int(self.visit_type.data), self.earliest.data, order_id or chosen,
                         self.with_whom.data or None)


def start_value(found: FreeTime) -> str:
    """A time with what it takes, for a button."""
    return json.dumps([f"{found.wall_start:%Y-%m-%dT%H:%M}", dict(found.chosen)], separators=(",", ":"))


def place_of(text: str, visit_type_id: int) -> VisitPlace:
    """Read what `start_value` wrote; raises ValueError where it does not fit. The services check what it says."""
    told = json.loads(text)
    if not (isinstance(told, list) and len(told) == 2 and isinstance(told[0], str) and isinstance(told[1], dict)):
        raise ValueError("a time and what it takes")
    start: datetime = read_start(told[0])
    return VisitPlace(visit_type_id, start, {str(kind)[:40]: _id(id_) for kind, id_ in told[1].items()})


def _id(told: Any) -> int:
    number = int(told)
    if isinstance(told, bool | float) or not 0 < number <= LARGEST:
        raise ValueError(f"{told!r} is no number of a row")
    return number
