"""What the public page says that is chosen or agreed to, in the reader's language.

Consents (47 CFR 64.1200; A2P 10DLC): a box of its own a channel, unticked; texts with how many, what they may cost, and
HELP and STOP. The words that somebody ticked are kept as they were shown.
"""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from flask_babel import gettext

from scheduler.planning.requests import ContactReason, DayPart, HeardFrom
from scheduler.planning.words import Channel
from scheduler.queries.request_page import PublicPage
from scheduler.web.formats import locale_of
from scheduler.web.looks import current_reading

MONDAY = date(2027, 1, 4)


def consents(page: PublicPage) -> dict[Channel, str]:
    """By channel what somebody agrees to; texts only where the clinic sends any."""
    name = page.clinic.name
    said = {
        Channel.CALL: gettext("%(clinic)s may call me at this telephone number about my request.", clinic=name),
        Channel.EMAIL: gettext("%(clinic)s may e-mail me at this address about my request and my visits. E-mail is "
                               "not encrypted. I can stop it at any time.", clinic=name)}
    if page.texts is not None:
        said[Channel.TEXT] = gettext(
            "%(clinic)s may text me at this telephone number about my request and my visits. How often: up to "
            "%(a_day)s a day, up to %(a_week)s a week. Msg & data rates may apply. Reply HELP for help, STOP to stop. "
            "Texts are not encrypted. I can ask for an appointment without agreeing to this.",
            clinic=name, a_day=page.texts[0], a_week=page.texts[1])
    return said


def agreed_words(clinic: str, texts: tuple[int, int]) -> dict[Channel, str]:
    """By channel what a patient's agreement allows, where its very words were not kept; `texts`: a day, a week."""
    return {
        Channel.EMAIL: gettext("%(clinic)s may e-mail you about your visits: what is booked, what changes, and how to "
                               "get ready. E-mail is not encrypted.", clinic=clinic),
        Channel.TEXT: gettext("%(clinic)s may text you about your visits. How often: up to %(a_day)s a day, up to "
                              "%(a_week)s a week. Msg & data rates may apply. Reply HELP for help, STOP to stop. "
                              "Texts are not encrypted.", clinic=clinic, a_day=texts[0], a_week=texts[1]),
        Channel.CALL: gettext("%(clinic)s may call you about your visits.", clinic=clinic)}


def consent_labels() -> dict[Channel, str]:
    """The channels in one word, for the head of each box."""
    return {Channel.CALL: gettext("Call me"), Channel.EMAIL: gettext("E-mail me"), Channel.TEXT: gettext("Text me")}


def reasons() -> dict[ContactReason, str]:
    """Why somebody writes."""
    return {
        ContactReason.REFERRED: gettext("I have a referral"),
        ContactReason.TALK_FIRST: gettext("I would like to talk with someone first"),
        ContactReason.ALREADY_PATIENT: gettext("I am already a patient here"),
        ContactReason.FOR_SOMEBODY: gettext("I am asking for somebody else"),
        ContactReason.OTHER: gettext("Something else")}


def heard() -> dict[HeardFrom, str]:
    """How somebody heard of the clinic."""
    return {HeardFrom.CLINICIAN: gettext("From a doctor or another clinic"),
            HeardFrom.PERSON: gettext("From somebody I know"), HeardFrom.WEB: gettext("On the internet"),
            HeardFrom.OTHER: gettext("In another way")}


def day_parts() -> dict[DayPart, str]:
    """Parts of a day."""
    return {DayPart.MORNING: gettext("Morning"), DayPart.AFTERNOON: gettext("Afternoon"),
            DayPart.EVENING: gettext("Evening")}


def weekdays(page: PublicPage) -> dict[int, str]:
    """The days on which the clinic is open, by their names."""
    locale = locale_of(current_reading().locale)
    return {day: format_date(MONDAY.replace(day=MONDAY.day + day), "EEEE", locale=locale).capitalize()
            for day in page.weekdays}


def wrong(what: str) -> str:
    """What is to be put right, by the word that the service has for it."""
    return {
        "no number": gettext("No telephone has this number. Please check it."),
        "no birth date": gettext("Please check the date of birth."),
        "no consent": gettext("Please tick at least one way, so that we may answer you. Or call us."),
        "no address": gettext("Please write your e-mail address, or take the tick from “E-mail me” below."),
        "no telephone": gettext("Please write your telephone number, or take the tick from its box below."),
        "no texts": gettext("This number cannot get texts. Please tick another way."),
    }[what]
