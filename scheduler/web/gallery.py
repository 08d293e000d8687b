"""A living gallery of what the pages are made of, with made-up content: for signed-in people of a demo clinic."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from scheduler.access import Permission
from scheduler.planning.broken_rules import BrokenRule, Rule
from scheduler.planning.lifecycle import AppointmentStatus, MessageState, SeriesStatus
from scheduler.planning.reminder_rules import DEFAULT_RULES
from scheduler.web.door import current_clinic, needs
from scheduler.web.gallery_samples import SampleForm, load, strips
from scheduler.web.load_picture import load_picture
from scheduler.web.looks import current_reading
from scheduler.web.message_line import in_order, marks_of
from scheduler.web.said import Said

gallery = Blueprint("gallery", __name__)

SAID = (
    Said("K. M. is booked for Thu 7 Jan, 9:00 AM.", undo="/gallery"),
    Said("The clinic is closed on Mon 18 Jan.", "waiting"),
    Said("Two visits have no nurse yet.", "attention"),
    Said("This could not be sent: there is no mail server.", "stop"),
)

BROKEN = (BrokenRule(Rule.GAP, "infusion-3", "Infusion 3 comes 5 days after infusion 2; at most 4 are allowed."),)


@gallery.get("/gallery")
@needs(Permission.SIGNED_IN)
def show() -> str:
    """Every macro, status and state of the strip on one page; 404 outside a demo clinic."""
    if not current_clinic().is_demo:
        abort(404)
    filled = SampleForm(formdata=None, family_name="Müller", weekdays=["mon", "wed"], channels=["email"],
                        protocol="six", agreed=True)
    wrong = SampleForm(formdata=None, therapist="")
    wrong.validate()
    return render_template(
        "gallery.html", strips=strips(), load=load_picture(load(), current_reading()), sayings=SAID, filled=filled,
        wrong=wrong, marks=marks_of(in_order(DEFAULT_RULES)), broken_rules=BROKEN, vocabularies=(
            ("Visits", tuple(AppointmentStatus)), ("Series", tuple(SeriesStatus)), ("Messages", tuple(MessageState))))
