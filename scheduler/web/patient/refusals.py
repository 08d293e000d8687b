"""What a patient is told where something cannot be done: the services' refusals in the patient's words."""

from __future__ import annotations

from flask_babel import gettext

from scheduler.services.by_link.answer_batch import NewTimesOver
from scheduler.services.by_link.answer_link import LinkOver, VisitMoved, VisitOver
from scheduler.services.by_link.answer_offer import OfferOver
from scheduler.services.by_link.by_link import TooNear
from scheduler.services.by_link.patient_changes import Gone
from scheduler.services.by_link.take_offer_back import CallUs
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.said import say


def _words() -> dict[type, str]:
    return {
        LinkOver: gettext("This link no longer works. Please call us."),
        TooNear: gettext("It is too near to change it here. Please call us: we find a way."),
        Gone: gettext("This time has just gone. Please choose another one, or call us."),
        VisitMoved: gettext("Your visit has just changed. Please look at the new time before you answer."),
        VisitOver: gettext("This visit can no longer be answered here. Please call us."),
        CallUs: gettext("This can no longer be taken back here. Please call us, and we find a time together."),
        NewTimesOver: gettext("These times are no longer kept. Nothing has changed for you; please call us."),
        OfferOver: gettext("This time is no longer free. Thank you for answering. Your own visit stays as it was, and "
                           "we write again when another time becomes free."),
    }


def sentence_of(refused: Refused | NotFound) -> str:
    """The first reason that has words for a patient; any other is the desk's to explain."""
    words = _words()
    for conflict in refused.conflicts if isinstance(refused, Refused) else ():
        if type(conflict) in words:
            return words[type(conflict)]
    return gettext("That did not work, and nothing has changed. Please call us.")


def tell(refused: Refused | NotFound) -> None:
    """Say on the next page why something was not done."""
    say(sentence_of(refused), tone="attention")


def another_letter() -> None:
    """Say on the next page that the form was of another letter than the one that is open."""
    say(gettext("Another letter was opened in the meantime. Please look which visit this is before you answer."),
        tone="attention")
