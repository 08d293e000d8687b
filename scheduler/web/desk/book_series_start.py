"""How the form of a series begins: its choices, and the defaults that make the simplest case two clicks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from scheduler.access import Viewer
from scheduler.queries.booking_choices import BookingChoices
from scheduler.services.booking.offers import PlanSeries
from scheduler.services.booking.record_order import RecordOrder
from scheduler.web.desk.book_series_form import ANY, SEVERAL, WEEKDAYS, SeriesForm, away_row
from scheduler.web.desk.order_fields import NEW_ORDER
from scheduler.web.options import options


@dataclass(frozen=True)
class Starting:
    """What the form starts from: what can be chosen, who books, on which clinic-local day."""

    choices: BookingChoices
    viewer: Viewer
    today: date
    order_id: int | None = None
    protocol_id: int | None = None
    """What a link to the form asks for, such as the order and the protocol of a taper."""

    def form(self, command: PlanSeries | None = None) -> SeriesForm:
        """The form, filled from a plan that was asked for, else from what was posted, else with defaults."""
        form = (SeriesForm(data=self._defaults()) if command is None
                else SeriesForm(formdata=None, data=self._of(command)))
        choices = self.choices
        form.today = self.today
        form.offer_orders(choices.open_orders, choices.clinicians, self.viewer.may("record orders"))
        form.protocol.choices = options((str(card.id), card.name) for card in choices.ready_protocols)
        form.therapist.choices = options([
            (ANY, "Any therapist"), *choices.therapists, (SEVERAL, "Several therapists in turn")])
        form.weekdays.choices = form.not_weekdays.choices = options((day, WEEKDAYS[day]) for day in choices.weekdays)
        return form

    def infusions(self, order_id: int, protocol_id: int, recorded: RecordOrder | None = None) -> int:
        """How many infusions to book where none are named: what is left, as many as the protocol allows."""
        left = recorded.infusions if recorded else next(
            (order.left for order in self.choices.open_orders if order.id == order_id), 1)
        return min([left, *(card.most for card in self.choices.protocols if card.id == protocol_id)])

    def _defaults(self) -> dict[str, Any]:
        orders = sorted(self.choices.open_orders, key=lambda order: order.id != self.order_id)
        ready = sorted(self.choices.ready_protocols, key=lambda card: card.id != self.protocol_id)
        clinicians = [id_ for id_, _ in self.choices.clinicians]
        return {
            "order": str(orders[0].id) if orders else NEW_ORDER,
            "protocol": str(ready[0].id) if ready else None,
            "infusions": self.infusions(orders[0].id, ready[0].id) if orders and ready else None,
            "ordered_by": self.viewer.staff_id if self.viewer.staff_id in clinicians else next(iter(clinicians), None),
            "ordered_on": self.today, "earliest": self._next_open_day(), "therapist": ANY}

    def _of(self, command: PlanSeries) -> dict[str, Any]:
        wishes = command.wishes
        return {
            **self._defaults(), "order": str(command.order_id), "protocol": str(command.protocol_id),
            "infusions": wishes.infusions, "earliest": wishes.earliest_on, "latest": wishes.latest_on,
            "weekdays": list(wishes.weekdays), "from_time": wishes.from_time, "to_time": wishes.to_time,
            "not_weekdays": list(wishes.not_weekdays), "away": [away_row(away) for away in wishes.away],
            "therapist": wishes.therapist_id or (ANY if wishes.one_therapist else SEVERAL),
            "instead": command.instead_of}

    def _next_open_day(self) -> date:
        days = [self.today + timedelta(days=number) for number in range(1, 8)]
        return next((day for day in days if day.weekday() in self.choices.weekdays), days[0])
