"""The demo's public page, and a few people who have asked for an appointment on it."""

from __future__ import annotations

from datetime import datetime, timedelta

from models import Patient
from scheduler.commands.demo_clinic.clinic import NAME, Made
from scheduler.commands.demo_clinic.done import done
from scheduler.database import Database
from scheduler.planning.requests import ContactReason, DayPart, HeardFrom
from scheduler.planning.words import CallResult, Channel, Role
from scheduler.queries.request_page import RequestPageSettings
from scheduler.services.patients.ask import AskForAppointment, ask_for_appointment
from scheduler.services.patients.request_page import change_request_page, slug_of
from scheduler.services.patients.see_to_request import CallRequest, CloseRequest, call_request, close_request

PAGE = RequestPageSettings(slug=slug_of(NAME), is_open=True, answer_days=2)
CALL, EMAIL = f"{NAME} may call me at this telephone number.", f"{NAME} may e-mail me at this address."
BOTH = {Channel.CALL: CALL, Channel.EMAIL: EMAIL}
ASKING = (
    (100, "Odalys", "Prado", "es", "+13015550171", "odalys@example.com", BOTH, {0, 2, 4}, {DayPart.MORNING}),
    (75, "Wendell", "Marsh", "en", "+13015550172", None, {Channel.CALL: CALL}, set(), {DayPart.EVENING}),
    (26, "Tove", "Lindqvist", "en", None, "tove@example.com", {Channel.EMAIL: EMAIL}, {1, 3}, set()),
    (20, "Odalys", "Prado", "es", "+13015550171", None, {Channel.CALL: CALL}, {0}, set()),
    (4, "Buy", "Followers", "en", None, "offers@example.com", {Channel.EMAIL: EMAIL}, set(), set()),
)
"""Hours ago, name, language, telephone, e-mail, what was agreed to, the days and the times that suit."""


def let_people_ask(database: Database, made: Made, patients: list[int], now: datetime) -> None:
    """Open the page; some wait, one was called, one is spam, one is on file already, one asks twice."""
    desk = made.viewer("desk@example.com", Role.FRONT_DESK)
    administrator = made.viewer("admin@example.com", Role.ADMINISTRATOR)
    asked = []
    with database.writing() as session:
        done(change_request_page(session, PAGE, by=administrator, now=now - timedelta(days=30)))
        for number, (hours, given, family, language, telephone, email, words, days, parts) in enumerate(ASKING):
            command = AskForAppointment(
                made.clinic_id, f"demo {number}", given, family, language, words, email, telephone,
                reasons=frozenset({ContactReason.TALK_FIRST}), heard=HeardFrom.CLINICIAN,
                weekdays=frozenset(days), day_parts=frozenset(parts))
            asked.append(done(ask_for_appointment(session, command, now=now - timedelta(hours=hours))).request_id)
        known = session.get_one(Patient, patients[-1])
        command = AskForAppointment(
            made.clinic_id, "demo known", known.given_name, known.family_name, known.language, {Channel.CALL: CALL},
            telephone="+13015550176", birth_date=known.birth_date,
            reasons=frozenset({ContactReason.ALREADY_PATIENT}))
        done(ask_for_appointment(session, command, now=now - timedelta(hours=2)))
        done(call_request(session, CallRequest(asked[1], CallResult.NO_ANSWER), by=desk, now=now - timedelta(hours=50)))
        done(close_request(session, CloseRequest(asked[4], "spam"), by=desk, now=now - timedelta(hours=1)))
