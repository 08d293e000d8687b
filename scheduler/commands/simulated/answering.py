"""What patients do in a simulated year with what they get: confirm, move, cancel, wait, take offers, text back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from itertools import count
from typing import NamedTuple

from sqlalchemy import select

from models import Appointment, Clinic, Consent, InboundText, Message, Offer, Patient, PatientLink
from scheduler.commands.demo_clinic.answers import answer_by
from scheduler.commands.demo_clinic.clinic import ZONE
from scheduler.commands.simulated.ports import Sent, Wished
from scheduler.commands.simulated.visiting import Visiting
from scheduler.commands.simulated.world import DESK, World
from scheduler.planning.instants import wall
from scheduler.planning.waitlist import OfferState, Suits
from scheduler.planning.words import Channel, Discretion, InboundMeaning, InboundState, MessageKind
from scheduler.queries.patient_links import VISIT
from scheduler.queries.patient_offer import mark_of_offer
from scheduler.services.by_link.answer_asked import AskedAnswered, AskedByLink, answer_by_link
from scheduler.services.by_link.answer_link import Answer
from scheduler.services.by_link.answer_offer import OFFERED as QUESTION
from scheduler.services.by_link.patient_changes import (
    OwnCancel,
    OwnMove,
    OwnVisit,
    own_cancel,
    own_move,
    own_times,
    own_wait,
)
from scheduler.services.by_link.patient_wishes import SetWishes, WishesSet, set_wishes
from scheduler.services.changing.cancel import Cancelled
from scheduler.services.changing.reschedule import Moved
from scheduler.services.clean_book import booking
from scheduler.services.messages.see_to_text import finish_text
from scheduler.services.messages.take_text import TextIn, take_text
from scheduler.services.waiting.wait import Waits

SAID = ((0.30, "C"), (0.06, "Yes please"), (0.04, "R"), (0.02, "help"), (0.010, "STOP"),
        (0.005, "please stop texting me"), (0.02, "I do not want to live"), (0.06, "Running late, is that ok?"))
"""What is texted back, and how often; the rest says nothing."""
BY_LINK = ((0.50, "confirm"), (0.03, "cannot"), (0.05, "move"), (0.02, "cancel"), (0.08, "wait"), (0.03, "wishes"))
OFFERED = ((0.45, "accept"), (0.20, "decline"))
"""The rest lets the offer lapse."""


class Heard(NamedTuple):
    """A message that reached somebody, and the link in it."""

    kind: MessageKind
    channel: Channel
    patient_id: int
    visit_id: int | None
    link_id: int | None
    purpose: str | None


class Answering:
    """The patients, once something has reached them."""

    def __init__(self, world: World, visiting: Visiting) -> None:
        self._world, self._visiting, self._number = world, visiting, count(1)
        self._acts: dict[str, Callable[[Heard], bool]] = {
            "confirm": self._confirm, "cannot": self._cannot, "move": self._move, "cancel": self._cancel,
            "wait": self._wait, "wishes": self._wishes}

    def reached(self, sent: Sequence[Sent]) -> None:
        """Let everybody think about what to do with what they just got."""
        world = self._world
        if not sent:
            return
        with world.database.reading() as session:
            rows = session.execute(
                select(Message.kind, Message.channel, Message.patient_id, Message.appointment_id, PatientLink.id,
                       PatientLink.purpose).outerjoin(PatientLink, PatientLink.message_id == Message.id)
                .where(Message.key.in_([one.key for one in sent])).order_by(Message.id)).all()
        for heard in (Heard(*row) for row in rows):
            if heard.kind == MessageKind.OFFER:
                if does := self._one_of(OFFERED):
                    self._later(5, 40, lambda heard=heard, does=does: self._offered(heard, does == "accept"))
            elif heard.channel == Channel.TEXT and (words := self._one_of(SAID)):
                self._later(1, 240, lambda heard=heard, words=words: self._texts(heard.patient_id, words))
            elif heard.purpose == VISIT and (does := self._one_of(BY_LINK)):
                self._later(10, 1200, lambda heard=heard, does=does: self._by_link(heard, does))

    def _by_link(self, heard: Heard, does: str) -> bool:
        if self._acts[does](heard):
            self._world.done[f"by link: {does}"] += 1
            return True
        return False

    def _confirm(self, heard: Heard) -> bool:
        return self._answer(heard, Answer.CONFIRM)

    def _cannot(self, heard: Heard) -> bool:
        return self._answer(heard, Answer.CANNOT_COME)

    def _answer(self, heard: Heard, answer: Answer) -> bool:
        with self._world.database.writing() as session:
            return answer_by(session, heard.link_id or 0, answer, now=self._world.clock)

    def _move(self, heard: Heard) -> bool:
        world, visit_id, link_id = self._world, heard.visit_id or 0, heard.link_id or 0
        with booking(world.database, now=world.clock) as session:
            row = session.get_one(Appointment, visit_id)
            times = own_times(session, OwnVisit(link_id, visit_id, row.version), now=world.clock,
                              first_on=wall(world.clock, ZONE).date(), last_on=row.starts_on + timedelta(days=4))
            if not isinstance(times, tuple) or not times:
                return False
            length, wanted = row.patient_leaves_at - row.starts_at, world.random.choice(times).wall_start
            done = own_move(session, OwnMove(link_id, visit_id, row.version, wanted), now=world.clock)
        return isinstance(done, Moved) and self._visiting.moved(done, length)

    def _cancel(self, heard: Heard) -> bool:
        world, visit_id = self._world, heard.visit_id or 0
        with booking(world.database, now=world.clock) as session:
            row = session.get_one(Appointment, visit_id)
            done = own_cancel(session, OwnCancel(heard.link_id or 0, visit_id, row.version, "Something came up"),
                              now=world.clock)
        self._visiting.freed()
        return isinstance(done, Cancelled)

    def _wait(self, heard: Heard) -> bool:
        with self._world.database.writing() as session:
            return isinstance(own_wait(session, OwnVisit(heard.link_id or 0, heard.visit_id or 0), suits=Suits(),
                                       now=self._world.clock), Waits)

    def _wishes(self, heard: Heard) -> bool:
        """Other quiet hours, another language, less said."""
        world = self._world
        since, until = world.random.choice(((None, None), (time(11), time(15)), (time(16, 30), time(9, 30))))
        discretion = world.random.choice(list(Discretion))
        with world.database.writing() as session:
            patient = session.get_one(Patient, heard.patient_id)
            before = Wished(world.at(world.begins, time()), patient.quiet_from, patient.quiet_until, patient.discretion)
            done = set_wishes(session, SetWishes(
                heard.link_id or 0, world.random.choice((Channel.EMAIL, Channel.TEXT)),
                world.random.choice(("en", "es")), since, until, discretion), now=world.clock)
        if not isinstance(done, WishesSet):
            return False
        world.wished.setdefault(heard.patient_id, [before]).append(Wished(world.clock, since, until, discretion))
        return True

    def _offered(self, heard: Heard, accept: bool) -> bool:
        world = self._world
        with booking(world.database, now=world.clock) as session:
            offer = session.scalar(select(Offer).join(PatientLink, PatientLink.message_id == Offer.message_id)
                                   .where(PatientLink.id == heard.link_id))
            if offer is None or offer.state != OfferState.OPEN:
                return False
            visit_id = offer.appointment_id
            row = session.get_one(Appointment, visit_id)
            length = row.patient_leaves_at - row.starts_at
            done = answer_by_link(session, QUESTION, AskedByLink(heard.link_id or 0, mark_of_offer(offer), accept),
                                  now=world.clock)
            starts_at = row.starts_at
        if isinstance(done, AskedAnswered) and done.state == OfferState.ACCEPTED:
            self._visiting.expect(visit_id, starts_at, starts_at + length)
        self._visiting.freed()
        return isinstance(done, AskedAnswered)

    def _texts(self, patient_id: int, words: str) -> bool:
        world = self._world
        with world.database.writing() as session:
            patient, clinic = session.get_one(Patient, patient_id), session.get_one(Clinic, world.made.clinic_id)
            taken = take_text(session, TextIn(f"in-{next(self._number)}", patient.telephone or "",
                                              clinic.text_number or "", words), now=world.clock)
        if taken is None:
            return False
        world.done[f"texts in: {taken.meaning.value}"] += 1
        for text_id in taken.inbound_ids:
            self._later(3, 45, lambda text_id=text_id: self._seen_to(text_id))
        if taken.meaning == InboundMeaning.STOP and world.share(0.5):
            self._later(15 * 1440, 40 * 1440, lambda: self._agrees_again(patient_id))
        return True

    def _seen_to(self, text_id: int) -> bool:
        with self._world.database.writing() as session:
            if session.get_one(InboundText, text_id).state in (InboundState.ANSWERED, InboundState.DONE):
                return False
            finish_text(session, text_id, "Called back", by=self._world.by(DESK), now=self._world.clock)
        self._world.done["texts seen to by a person"] += 1
        return False

    def _agrees_again(self, patient_id: int) -> bool:
        """The desk records a new consent; nothing else brings texts back."""
        with self._world.database.writing() as session:
            session.add(Consent(clinic_id=self._world.made.clinic_id, patient_id=patient_id, channel=Channel.TEXT,
                                granted_at=self._world.clock, how="by telephone",
                                recorded_by=self._world.made.staff[DESK]))
        self._world.done["agreed to texts again"] += 1
        return False

    def _one_of(self, choices: Sequence[tuple[float, str]]) -> str:
        fate = self._world.random.random()
        for share, what in choices:
            if fate < share:
                return what
            fate -= share
        return ""

    def _later(self, least: int, most: int, act: Callable[[], object]) -> None:
        """In so many minutes."""
        at: datetime = self._world.clock + timedelta(minutes=self._world.random.uniform(least, most))
        self._world.then(at, act)
