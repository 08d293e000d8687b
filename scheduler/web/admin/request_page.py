"""The clinic's public page: switched on and off, its words, its address as a link and as a code to print."""

from __future__ import annotations

from dataclasses import asdict

import segno
from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from scheduler.access import Permission
from scheduler.queries.request_page import KEEP_DAYS, RequestPageSettings, request_page_settings
from scheduler.services.patients.request_page import change_request_page, slug_of
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import attempt, shown
from scheduler.web.door import current_clinic, current_viewer, database, needs, settings
from scheduler.web.said import say

NUMBER = "Give a whole number."
LONG = "At most 200 letters."
LONGER = "At most 600 letters."


class RequestPageForm(FlaskForm):
    """What an administrator sets of the public page."""

    is_open = BooleanField("The page is open", description="Off, its address answers as if it had never been.")
    slug = StringField("Address", validators=[InputRequired("Give an address."), Length(max=60)], description=(
        "The last part of the link. Links and codes that were handed out end with the old one if you change it."))
    headline = StringField("Headline", validators=[Length(max=200, message=LONG)],
                           description="Empty: “Ask for an appointment”. Never what people are treated for.")
    headline_es = StringField("Headline in Spanish", validators=[Length(max=200, message=LONG)],
                              description="Empty: “Pedir una cita”.")
    answer_days = IntegerField("Answer within, open days", validators=[Optional()], description=(
        "Promised on the page and in the letter, and watched in the queue. Empty: nothing is promised."))
    keep_days = IntegerField("Keep what came to nothing, days", validators=[InputRequired(NUMBER)], description=(
        f"Declined, spam or asked twice: name and addresses are deleted after so long. {KEEP_DAYS} is our own policy; "
        "no published rule was found."))

    privacy_link = StringField("Your page about privacy", validators=[Length(max=300, message="At most 300 letters.")],
                               description="An https address. It stands under what this page says about privacy.")
    privacy_words = TextAreaField("Your own words about privacy", validators=[Length(max=600, message=LONGER)],
                                  description="They are added to what the page says by itself. Empty: nothing more.")
    privacy_words_es = TextAreaField("Your own words in Spanish", validators=[Length(max=600, message=LONGER)])

    def to_settings(self) -> RequestPageSettings:
        """What was typed."""
        return RequestPageSettings(
            slug=(self.slug.data or "").strip().lower(), is_open=self.is_open.data,
            headline=" ".join((self.headline.data or "").split()),
            headline_es=" ".join((self.headline_es.data or "").split()),
            answer_days=self.answer_days.data, keep_days=self.keep_days.data or 0,
            privacy_link=(self.privacy_link.data or "").strip(),
            privacy_words=" ".join((self.privacy_words.data or "").split()),
            privacy_words_es=" ".join((self.privacy_words_es.data or "").split()))


@admin.route("/request-page", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def request_page() -> ResponseReturnValue:
    """The settings, and the link to copy."""
    with database().reading() as session:
        present = request_page_settings(session, current_viewer().clinic_id)
    kept = present or RequestPageSettings(slug=slug_of(current_clinic().short_name))
    form = RequestPageForm(data=asdict(kept))
    if form.validate_on_submit() and attempt(form, change_request_page, form.to_settings()).done is not None:
        say("The page is saved and open." if form.is_open.data else "The page is saved. It is not open.")
        return redirect(url_for("admin.request_page"))
    link = f"{settings().base_url}{url_for('patient.ask', slug=kept.slug)}"
    code = segno.make(link, error="m").svg_data_uri(scale=8, border=4) if kept.is_open else ""
    return shown("admin/request_page.html", form, kept=kept, link=link, code=code)
