"""Error pages behind a patient's link: the same calm words whatever went wrong, in the visitor's language."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext

from scheduler.web.errors import Trouble


def trouble_for_patient(code: int) -> Trouble:
    """What to say for a status code: too many tries, busy, our fault, or a page that was open for too long."""
    if code == 429:
        return Trouble(gettext("Too many tries"), gettext("There were many tries from here in a short time."),
                       gettext("Please wait ten minutes and open the link again, or call us."))
    if code == 503:
        return Trouble(gettext("One moment, please"), gettext("The page is busy. Nothing of yours was changed."),
                       gettext("Please try again in a minute, or call us."))
    if code >= 500:
        return Trouble(gettext("Something went wrong on our side"), gettext("Your last step may not have been saved."),
                       gettext("Please open the link in your letter again and look, or call us."))
    return Trouble(gettext("That did not work"), gettext("The page may have been open for too long."),
                   gettext("Please open the link in your letter again, or call us."))


def show_to_patient(code: int) -> str:
    """The page for a status code. It asks no database: that may be what is broken."""
    return render_template("patient/trouble.html", trouble=trouble_for_patient(code), clinic=None)
