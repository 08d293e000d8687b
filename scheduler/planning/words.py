"""Closed vocabularies that rows, rules and letters share."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a membership says; `scheduler.access` says what each role may do."""

    FRONT_DESK = "front desk"
    CLINICIAN = "clinician"
    THERAPIST = "therapist"
    ADMINISTRATOR = "administrator"


class Channel(StrEnum):
    """How a message reaches a patient. CALL is work for the desk, not for the clock: a person telephones."""

    EMAIL = "email"
    TEXT = "text"
    CALL = "call"


class MessageKind(StrEnum):
    """What a message is for."""

    CONFIRMATION = "confirmation"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    PREPARATION = "preparation"
    THREE_DAYS = "three days before"
    ONE_DAY = "one day before"
    AFTER_VISIT = "after the visit"
    OFFER = "offer"
    NEW_TIMES = "new times"
    NEW_LINK = "new link"
    """A link that the patient asked for, because the old one had ended."""
    WEEK_BEFORE = "a week before"
    NO_ANSWER = "no answer yet"
    BY_HAND = "by hand"
    """What somebody at the desk wrote to one patient."""


class Condition(StrEnum):
    """What must be true of a visit for a message to be owed and, where it can change, still when it goes out."""

    ALWAYS = "always"
    FIRST = "first"
    """The first infusion of the course."""
    UNCONFIRMED = "unconfirmed"
    """While the patient has not said that they come."""


class Timing(StrEnum):
    """From what a message's moment is counted."""

    DAYS = "days"
    """Days before or after the visit, at a wall time or at the visit's own."""
    HOURS = "hours"
    """Hours before or after the visit."""
    UNANSWERED = "unanswered"
    """Days after the patient was told of the visit."""


class VisitKind(StrEnum):
    """What a visit is for: infusions are numbered and ordered, therapy is paired, the rest stands alone."""

    INFUSION = "infusion"
    THERAPY = "therapy"
    CONSULTATION = "consultation"
    OTHER = "other"


class HoldPurpose(StrEnum):
    """What a hold is for, and so what becomes of its appointments when its time has passed."""

    SERIES = "series"
    """A plan that the desk thinks over: it goes without a trace."""
    GATE = "gate"
    """The visits behind a gate: they lose their times, the steps stay."""
    OFFER = "offer"
    """A freed time that is offered to somebody: the offer ends."""


class CallResult(StrEnum):
    """What came of a telephone call of the desk."""

    REACHED = "reached"
    LEFT_WORD = "left word"
    NO_ANSWER = "no answer"
    WRONG_NUMBER = "wrong number"


class QuestionState(StrEnum):
    """Where something stands that the desk asked a clinician."""

    OPEN = "open"
    YES = "yes"
    NO = "no"
    WITHDRAWN = "withdrawn"


class Discretion(StrEnum):
    """How much a text may say, as the patient chose: a text lies open on a telephone's locked screen."""

    CLINIC_AND_TIME = "clinic and time"
    TIME_ALONE = "time alone"
    LINK_ALONE = "link alone"


class NoticeKind(StrEnum):
    """What is owed outside a patient's visits: the answer to a text or a request, or an alert to the staff."""

    CONFIRMED = "confirmed"
    MOVING = "moving"
    HELP = "help"
    STOPPED = "stopped"
    CRISIS = "crisis"
    ALERT = "alert"
    REQUEST = "request"
    """A request for an appointment has come in."""


class InboundMeaning(StrEnum):
    """What a text that came in was taken to mean. CRISIS is a flag for a person to look, not an assessment."""

    CONFIRM = "confirm"
    MOVE = "move"
    HELP = "help"
    STOP = "stop"
    START = "start"
    CRISIS = "crisis"
    OTHER = "other"


class InboundState(StrEnum):
    """Where a text that came in stands."""

    ANSWERED = "answered"
    """The answer was sent by itself and no person has to do anything."""
    OPEN = "open"
    TAKEN = "taken"
    """Somebody has said that they see to it."""
    DONE = "done"
