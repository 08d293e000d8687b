"""Everything said with one patient, on one page, with a box to write and the way to start texts again."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField

from scheduler.access import Permission
from scheduler.planning.words import Channel
from scheduler.queries.conversation import Conversation
from scheduler.queries.conversation import conversation as read_conversation
from scheduler.services.messages.stop_texts import ResumeTexts, resume_texts, take_back_resumed
from scheduler.services.messages.write_by_hand import (
    AsItReads,
    WriteByHand,
    preview_by_hand,
    take_back_by_hand,
    write_by_hand,
)
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.way_back import then_or
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.formats import when
from scheduler.web.looks import current_reading
from scheduler.web.options import options
from scheduler.web.said import say


class WriteForm(FlaskForm):
    """Words to one patient."""

    channel = RadioField("How", choices=options([(Channel.TEXT, "Text"), (Channel.EMAIL, "E-mail")]),
                         default=Channel.EMAIL)
    words = TextAreaField("What it says")
    answers = HiddenField()

    def to_command(self, patient_id: int) -> WriteByHand:
        """The command; what is no text is an e-mail."""
        answers = self.answers.data or ""
        channel = Channel.TEXT if self.channel.data == Channel.TEXT else Channel.EMAIL
        return WriteByHand(patient_id, channel, (self.words.data or "").replace("\r\n", "\n"),
                           int(answers) if answers.isascii() and answers.isdigit() else None)


def the_conversation(patient_id: int) -> Conversation:
    """The conversation of this page; 404 for another clinic's patient."""
    with database().reading() as session:
        found = read_conversation(session, current_viewer().clinic_id, patient_id, now=now())
    return found or abort(404)


@desk.get("/patients/<int:patient_id>/conversation")
@needs(Permission.SEE_MESSAGES)
def conversation(patient_id: int) -> ResponseReturnValue:
    """What was said, in its order; `answers` is the text that one is about to answer."""
    found = the_conversation(patient_id)
    form = WriteForm(formdata=None)
    reached = found.ways_to_write
    waiting = found.waiting
    form.channel.data = Channel.TEXT if Channel.TEXT in reached and (waiting or len(reached) == 1) else Channel.EMAIL
    asked = request.args.get("answers", type=int)
    form.answers.data = next((str(text.id) for text in waiting if text.id == asked), "")
    return _page(found, form)


@desk.post("/patients/<int:patient_id>/conversation/write")
@needs(Permission.SEND_MESSAGES)
def conversation_write(patient_id: int) -> ResponseReturnValue:
    """Look at it (`act` preview), or send it: into the outbox, from which it can be taken back at first."""
    found, form = the_conversation(patient_id), WriteForm()
    command = form.to_command(patient_id)
    if request.form.get("act") == "preview":
        return _page(found, form, _preview(command))
    with database().writing() as session:
        result = write_by_hand(session, command, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return _page(found, form, _preview(command), 422)
    held = f"It goes out {when(result.goes_at, current_reading())}: {result.why}" if result.why else (
        "It goes out within a minute.")
    say(f"To {result.initials}: {held}", undo=url_for("desk.message_take_back", message_id=result.message_id))
    return redirect(url_for("desk.conversation", patient_id=patient_id), 303)


@desk.post("/patients/<int:patient_id>/conversation/preview")
@needs(Permission.SEND_MESSAGES)
def conversation_preview(patient_id: int) -> str:
    """How it would read, as one types."""
    return render_template("desk/_by_hand_preview.html", reads=_preview(WriteForm().to_command(patient_id)))


@desk.post("/messages/<int:message_id>/take-back")
@needs(Permission.SEND_MESSAGES)
def message_take_back(message_id: int) -> ResponseReturnValue:
    """What was written by hand stays in the house, if no clock has taken it yet."""
    with database().writing() as session:
        result = take_back_by_hand(session, message_id, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
        return redirect(then_or(url_for("desk.worklists")), 303)
    say("It is taken back. Nothing went out.")
    return redirect(url_for("desk.conversation", patient_id=result), 303)


@desk.post("/patients/<int:patient_id>/texts-again")
@needs(Permission.EDIT_PATIENTS)
def texts_again(patient_id: int) -> ResponseReturnValue:
    """The patient wants texts again; `note` says how they said so."""
    with database().writing() as session:
        command = ResumeTexts(patient_id, request.form.get("note", ""))
        result = resume_texts(session, command, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    else:
        say("This patient gets texts again.", undo=url_for("desk.texts_again_undo", patient_id=patient_id))
    return redirect(url_for("desk.conversation", patient_id=patient_id), 303)


@desk.post("/patients/<int:patient_id>/texts-again/undo")
@needs(Permission.EDIT_PATIENTS)
def texts_again_undo(patient_id: int) -> ResponseReturnValue:
    """It was a slip: no texts."""
    with database().writing() as session:
        if isinstance(take_back_resumed(session, patient_id, by=current_viewer(), now=now()), NotFound):
            abort(404)
    say("Texts have stopped again.")
    return redirect(url_for("desk.conversation", patient_id=patient_id), 303)


def _preview(command: WriteByHand) -> AsItReads:
    with database().reading() as session:
        reads = preview_by_hand(session, command, by=current_viewer(), now=now())
    return abort(404) if isinstance(reads, NotFound) else reads


def _page(found: Conversation, form: WriteForm, reads: AsItReads | None = None, status: int = 200) -> Response:
    form.channel.choices = [one for one in form.channel.choices if one.value in found.ways_to_write]
    return Response(render_template("desk/conversation.html", conversation=found, form=form, reads=reads), status)
