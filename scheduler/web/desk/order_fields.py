"""The part of a form that says on which order something is booked, or what a new order says. Its shape only."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import DateField, Form, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation

from scheduler.queries.orders_of_patient import OrderRow
from scheduler.services.booking.record_order import FEWEST, MOST, RecordOrder
from scheduler.web.options import options

NEW_ORDER = "new"


class NeededForOrder(InputRequired):
    """Needed where a new order is recorded; else whatever stands there is passed over."""

    def __call__(self, form: Form, field) -> None:
        """Stop where no new order is asked for, or nothing was entered."""
        if not form.records_order:
            field.errors[:] = []
            raise StopValidation
        super().__call__(form, field)


class OrderFields(FlaskForm):
    """An order to book on, or a new one as the clinician signed it."""

    order = RadioField("Order", validate_choice=False)
    ordered_by = SelectField("Ordered by", coerce=int, validate_choice=False, validators=[
        NeededForOrder("Choose the clinician who ordered.")])
    ordered = IntegerField("Infusions ordered", validators=[
        NeededForOrder(f"Enter how many infusions are ordered, {FEWEST} to {MOST}."),
        NumberRange(FEWEST, MOST, f"Enter a number from {FEWEST} to {MOST}.")])
    ordered_on = DateField("Ordered on", validators=[NeededForOrder("Enter the day of the order.")])
    note = StringField("Note on the order", validators=[Optional(), Length(max=500, message="At most 500 letters.")])

    wants_order = True
    """Whether what this form asks for needs an order at all."""

    @property
    def records_order(self) -> bool:
        """Whether a new order is to be recorded."""
        return bool(self.wants_order and self.order.data == NEW_ORDER)

    def offer_orders(self, orders: tuple[OrderRow, ...], clinicians: tuple[tuple[int, str], ...],
                     may_record: bool) -> None:
        """Set the choices: the orders with something left, and a new one for those who may record it."""
        self.order.choices = options((str(order.id), f"{order.left} of {order.infusions} left") for order in orders)
        if may_record:
            self.order.choices += options([(NEW_ORDER, "Record a new order")])
        self.ordered_by.choices = options(clinicians)

    def validate_order(self, field: RadioField) -> None:
        """An order is chosen, and it still has something left."""
        if not self.wants_order:
            return
        if not field.data:
            raise StopValidation("Choose an order, or record a new one.")
        if field.data not in [value for value, *_ in field.choices]:
            raise StopValidation("Nothing is left on this order. Choose another one, or record a new one.")

    def to_order(self, patient_id: int) -> RecordOrder:
        """The new order that this form says."""
        return RecordOrder(patient_id, self.ordered_by.data, self.ordered.data, self.ordered_on.data,
                           self.note.data or "")
