"""A clinic's year in about a minute: people book, move, cancel, answer and come, and the clock sends what is due.

Nothing waits: the clock hops from one instant at which something happens or is due to the next. All is done by the
services of the product; only the ways out lead into memory.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from config import Settings
from jobs import texts, waitlist
from jobs.messages import deliver
from jobs.ticks import Round
from models import InboundText, Message, Notice, Offer
from scheduler.commands.simulated.answering import Answering
from scheduler.commands.simulated.rules import Rules
from scheduler.commands.simulated.visiting import Visiting
from scheduler.commands.simulated.world import BASE, World
from scheduler.messaging.ports import Ports
from scheduler.planning.lifecycle import OUTGOING
from scheduler.planning.waitlist import OfferState
from scheduler.planning.words import Channel, InboundState
from scheduler.services.messages.tidy_messages import expire_messages

STEP = timedelta(minutes=10)
"""The clock ticks every ten seconds; here it looks that often at most, which only makes it later."""
DUE = select(
    *(select(func.min(table.due_at)).where(table.state.in_(OUTGOING), table.channel == channel).scalar_subquery()
      for channel in (Channel.EMAIL, Channel.TEXT) for table in (Message, Notice)),
    select(func.min(Message.expires_at)).where(Message.state.in_(OUTGOING)).scalar_subquery(),
    select(func.min(InboundText.alert_again_at)).where(InboundText.state == InboundState.OPEN).scalar_subquery(),
    select(func.min(Offer.expires_at)).where(Offer.state == OfferState.OPEN).scalar_subquery())
"""When the next letter, text, answer, end of a message, alert and end of an offer is due."""


class Year:
    """One simulated year of one clinic."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._visiting = Visiting(world, self._offer_on)
        self._answering, self._rules = Answering(world, self._visiting), Rules(world)
        self._ports, self._heard = world.ways.ports(), 0
        self._settings = Settings(secret_key="k" * 40, smtp_url="smtp://memory.example.com", base_url=BASE)

    def live(self, days: int, series: int, told: Callable[[int], None] = lambda day: None) -> None:
        """Go through so many days, in which so many courses and single visits are booked; `told` hears of each day."""
        world = self.world
        begins, ends = world.clock, world.clock + timedelta(days=days)
        self._visiting.begin(days, series)
        rules = self._rules
        for share, act in ((0.15, rules.text_ahead), (0.25, rules.early_instructions), (0.35, rules.week_before),
                           (0.5, rules.remove), (0.55, rules.evening), (0.65, rules.bring_back),
                           (0.75, rules.as_shipped)):
            world.then(world.clock + timedelta(days=int(days * share)), act)
        while world.clock < ends:
            happens = world.next_at() or ends
            due = min((at for at in self._due() if at is not None), default=ends)
            world.clock = min(max(min(happens, due), world.clock + STEP), ends)
            if world.happen() or due <= world.clock:
                self._tick()
            told((world.clock - begins).days)

    def _due(self) -> tuple[datetime | None, ...]:
        with self.world.database.reading() as session:
            return tuple(session.execute(DUE).one())

    def _tick(self) -> None:
        """One round of the clock, of those jobs that have something to do."""
        world, now = self.world, self.world.clock
        mail, answer, text, notice, ends, alert, offer = (at is not None and at <= now for at in self._due())
        around = Round(world.database, self._settings, now)
        if alert:
            texts.run(around)
            mail = True
        if offer:
            waitlist.run(around)
            mail = True
        if ends:
            with world.database.writing() as session:
                world.done["too late"] += expire_messages(session, now=now)
        if mail or answer or text or notice:
            deliver(world.database, Ports(mail=self._ports.mail if mail or answer else None,
                                          text=self._ports.text if text or notice else None),
                    base_url=BASE, now=now)
            world.done["rounds"] += 1
        sent, self._heard = world.ways.sent[self._heard:], len(world.ways.sent)
        self._answering.reached(sent)

    def _offer_on(self) -> bool:
        """The waiting list's round, after a time has become free."""
        told = waitlist.run(Round(self.world.database, self._settings, self.world.clock))
        self.world.done["offers made"] += int(told.split()[-2]) if told and told.endswith("offered") else 0
        return told is not None
