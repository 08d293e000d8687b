"""Two clocks on one database, killed again and again: nothing is lost, and nothing comes twice but what must."""

from __future__ import annotations

import random
import re
import time
from collections import Counter

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from models import Message
from scheduler.planning.lifecycle import OUTGOING, MessageState
from scheduler.planning.words import Channel
from tests.faults.clocks import Clocks
from tests.faults.owed import Owed
from tests.messaging.gateway import FakeGateway
from tests.messaging.sink import free_port

KILLS = 8
"""Of an ordinary run; `--kills 500` is the whole of it."""
STOCK = 150
PATIENCE = 15
"""Seconds after which a clock is killed although nothing has gone."""
MESSAGE_ID = re.compile(rb"(?mi)^Message-ID: <([^@]+)@")


class Letters:
    """What the mail server has taken over, by Message-ID."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
        """Keep the Message-ID."""
        self.taken[MESSAGE_ID.search(envelope.content)[1].decode()] += 1
        return "250 kept"


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--kills") or KILLS


def test_killed_clocks_lose_nothing_and_repeat_at_most_one_letter_a_kill(database, kills: int, capsys):
    chance, letters = random.Random(kills), Letters()
    server = Controller(letters, hostname="127.0.0.1", port=free_port())
    with FakeGateway() as gateway:
        server.start()
        with database.writing() as session:
            owed = Owed(session)
            keys = owed.owe(session, 1, Channel.EMAIL, Channel.TEXT)
        clocks = Clocks(database.engine.url.render_as_string(hide_password=False), server.port, gateway.url)
        gateway.now = clocks.now
        running = [clocks.start(), clocks.start()]
        for number in range(kills):
            if number and number % 100 == 0:
                with capsys.disabled():
                    print(f"{number} kills, {letters.taken.total()} letters and {len(gateway.kept)} texts", flush=True)
            _stock_up(database, owed, keys)
            _wait_for_progress(letters, gateway, chance)
            victim = running.pop(chance.randrange(2))
            clocks.kill(victim)
            running.append(clocks.start())
        left = _wait_until_all_are_sent(database)
        for pid in running:
            clocks.kill(pid)
        clocks.close()
        server.stop()
    texts = Counter(kept.reference for kept in gateway.kept)
    taken = letters.taken + texts
    repeated = sum(letters.taken.values()) - len(letters.taken)
    with capsys.disabled():
        lost = len(keys - taken.keys())
        print(f"\n{database.engine.dialect.name}: {kills} kills, {len(keys)} messages, {lost} lost, "
              f"{repeated} letters twice, {sum(texts.values()) - len(texts)} texts twice, {gateway.asked} asked about")
    assert left == {}, "everything is sent in the end"
    assert taken.keys() == keys, "none lost, none invented"
    assert repeated <= kills, "at most one letter a kill comes a second time, under the same Message-ID"
    assert max(texts.values()) == 1, "the gateway is asked before a text is handed over again"
    assert gateway.asked > 0 or kills < 100


def _wait_for_progress(letters: Letters, gateway: FakeGateway, chance: random.Random) -> None:
    """Until some more have gone, a letter and a text at least: a clock is killed at work. Then for a random moment."""
    before, wanted = (letters.taken.total(), len(gateway.kept)), chance.randrange(2, 8)
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        gone = letters.taken.total() - before[0], len(gateway.kept) - before[1]
        if min(gone) > 0 and sum(gone) >= wanted:
            break
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 0.02))


def _stock_up(database, owed: Owed, keys: set[str]) -> None:
    """Keep the clocks busy."""
    with database.reading() as session:
        waiting = session.scalar(select(func.count(Message.id)).where(Message.state == MessageState.PLANNED))
    if waiting < STOCK:
        with database.writing() as session:
            keys |= owed.owe(session, STOCK, Channel.EMAIL, Channel.TEXT)


def _wait_until_all_are_sent(database) -> dict:
    """Until nothing waits; gives what is left in any state but sent, after five minutes at most."""
    for _ in range(1500):
        with database.reading() as session:
            states = dict(session.execute(select(Message.state, func.count()).group_by(Message.state)).all())
        if not (OUTGOING | {MessageState.CLAIMED}) & states.keys():
            break
        time.sleep(0.2)
    return {state: count for state, count in states.items() if state != MessageState.SENT}
