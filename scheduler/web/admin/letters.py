"""What letters and texts say: each in every language, with a preview, its versions and the ways back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from difflib import ndiff

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from scheduler.access import Permission
from scheduler.planning.languages import LANGUAGES
from scheduler.planning.own_words import IN_SUBJECT, PLACEHOLDERS, LetterKey, OwnWords, every_letter
from scheduler.planning.rule_words import NAMES
from scheduler.planning.words import Channel
from scheduler.queries.letter_versions import VersionRow, own_letters, versions_of
from scheduler.services.messages.change_letter import ChangeLetter, LetterChanged, back_to_version, change_letter
from scheduler.services.messages.own_words import LetterPreview, preview_letter
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import show_faults
from scheduler.web.door import current_viewer, database, needs, now, settings
from scheduler.web.headers import LETTER, WITH_A_LETTER
from scheduler.web.said import say

KEYS = {f"{key.kind.replace(' ', '-')}{'+' if key.several else ''}.{key.language}.{key.channel}": key
        for key in every_letter(tuple(LANGUAGES))}
SLUGS = {key: slug for slug, key in KEYS.items()}


class LetterForm(FlaskForm):
    """A letter's words as somebody types them."""

    subject = StringField("Subject", description="The lock screen shows it. Placeholders: {day}, {time}, {count}.")
    body = TextAreaField("What it says", description="An empty line begins a new paragraph.")
    button = StringField("On the button of {link}")
    version = HiddenField()


@admin.get("/letters")
@needs(Permission.ADMINISTER)
def letters() -> str:
    """Every letter and text, and which of them the clinic has changed."""
    with database().reading() as session:
        own = own_letters(session, current_viewer().clinic_id)
    kinds = dict.fromkeys((key.kind, key.several) for key in KEYS.values())
    return render_template("admin/letters.html", kinds=kinds, languages=LANGUAGES, slugs=SLUGS, own=own, names=NAMES,
                           behind=behind(own),
                           LetterKey=LetterKey, channels=(Channel.EMAIL, Channel.TEXT))


@admin.route("/letters/<letter>", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def letter(letter: str) -> ResponseReturnValue:
    """Look at one and change it."""
    key, (versions, look, own) = _key(letter), _shown(letter, None)
    present = versions[0].words if versions and versions[0].words else look.shipped
    form = LetterForm(data={"subject": present.subject, "body": present.body, "button": present.button,
                            "version": versions[0].version if versions else 0})
    if form.validate_on_submit():
        with database().writing() as session:
            result = change_letter(session, ChangeLetter(key, _typed(form, key), _seen(form)), by=current_viewer(),
                                   base_url=settings().base_url, now=now())
        if isinstance(result, LetterChanged):
            return _told(letter, result)
        show_faults(form, result)
    _, look, _ = _shown(letter, _typed(form, key))
    page = render_template(
        "admin/letter.html", others=_in_other_languages(key, own), typed=_typed(form, key) if form.errors else None,
        form=form, key=key, letter=letter, look=look, name=_name(key), placeholders=PLACEHOLDERS,
        in_subject=IN_SUBJECT, history=_history(versions, look.shipped), language=LANGUAGES[key.language],
        newest=versions[0].version if versions else 0)
    return Response(page, 422 if form.errors or form.form_errors else 200,
                    {"Content-Security-Policy": WITH_A_LETTER})


@admin.post("/letters/<letter>/preview")
@needs(Permission.ADMINISTER)
def letter_preview(letter: str) -> str:
    """What is typed as the patient would read it, with everything that is wrong; part of the page."""
    key, form = _key(letter), LetterForm()
    typed = _typed(form, key)
    _, look, _ = _shown(letter, typed)
    return render_template("admin/_letter_preview.html", look=look, key=key, letter=letter, typed=typed)


@admin.route("/letters/<letter>/look", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def letter_look(letter: str) -> Response:
    """The letter as a mail program shows it, as it stands or as it is typed: nothing but itself, for a frame."""
    key = _key(letter)
    if key.channel == Channel.TEXT:
        abort(404)
    versions, _, _ = _shown(letter, None)
    words = _typed(LetterForm(), key) if request.method == "POST" else versions[0].words if versions else None
    _, look, _ = _shown(letter, words)
    return Response(look.reads.html, headers={"Content-Security-Policy": LETTER})


@admin.post("/letters/<letter>/back")
@needs(Permission.ADMINISTER)
def letter_back(letter: str) -> ResponseReturnValue:
    """An earlier version counts again; 0 is the shipped one."""
    version = request.form.get("version", type=int)
    if version is None:
        abort(400)
    with database().writing() as session:
        result = back_to_version(session, _key(letter), version, base_url=settings().base_url, by=current_viewer(),
                                 now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
        return redirect(url_for("admin.letter", letter=letter), 303)
    return _told(letter, result)


def _key(letter: str) -> LetterKey:
    return KEYS.get(letter) or abort(404)


def _name(key: LetterKey) -> str:
    return f"{NAMES[key.kind]}{', several visits' if key.several else ''}"


def behind(own: Collection[LetterKey]) -> dict[LetterKey, str]:
    """Letters that still say the shipped words although the clinic has written its own in another language."""
    return {key: LANGUAGES[key.language] for key in SLUGS if key not in own
            and any(replace(key, language=other) in own for other in LANGUAGES)}


def _in_other_languages(key: LetterKey, own: Collection[LetterKey]) -> list[tuple[str, str, bool]]:
    """The same letter in the other languages: its name in addresses, the language, whether its words are own."""
    others = [replace(key, language=code) for code in LANGUAGES if code != key.language]
    return [(SLUGS[other], LANGUAGES[other.language], other in own) for other in others]


def _shown(letter: str,
           words: OwnWords | None) -> tuple[tuple[VersionRow, ...], LetterPreview, Collection[LetterKey]]:
    clinic_id, key = current_viewer().clinic_id, _key(letter)
    with database().reading() as session:
        return versions_of(session, clinic_id, key), preview_letter(
            session, clinic_id, key, words, base_url=settings().base_url), own_letters(session, clinic_id).keys()


def _typed(form: LetterForm, key: LetterKey) -> OwnWords:
    body = (form.body.data or "").replace("\r\n", "\n").strip()
    if key.channel == Channel.TEXT:
        return OwnWords("", body)
    return OwnWords((form.subject.data or "").strip(), body, (form.button.data or "").strip())


def _seen(form: LetterForm) -> int:
    return int(form.version.data) if (form.version.data or "").isdigit() else -1


def _told(letter: str, result: LetterChanged) -> ResponseReturnValue:
    undo = url_for("admin.letter_back", letter=letter) if result.version else None
    say(f"“{_name(_key(letter))}” says it so from now on.", undo=undo,
        fields={"version": str(max(result.version - 1, 0))})
    return redirect(url_for("admin.letter", letter=letter), 303)


def _history(versions: tuple[VersionRow, ...], shipped: OwnWords) -> list[tuple[VersionRow, list[tuple[str, str]]]]:
    """Every version with what changed in it: lines with "+", "-" or " " before them."""
    found = []
    for row, before in zip(versions, (*versions[1:], None), strict=False):
        old = before.words if before and before.words else shipped
        lines = ndiff(_lines(old), _lines(row.words or shipped))
        found.append((row, [(line[0], line[2:]) for line in lines if line[0] in "+- " and line[2:].strip()]))
    return found


def _lines(words: OwnWords) -> list[str]:
    return [*([words.subject] if words.subject else []), *words.body.split("\n"),
            *([words.button] if words.button else [])]
