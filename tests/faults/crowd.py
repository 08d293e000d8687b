"""A crowd at the desk: signed-in clients of the web processes, each with a session and a form token of its own."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask

from scheduler.planning.words import Role
from tests.builders import Kit
from tests.web.client import sign_in

PATIENCE = 300


@dataclass(frozen=True)
class Attempt:
    """One form that is sent."""

    path: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What came back, after how many seconds. Status 0: nothing came; the text says why."""

    status: int
    text: str
    location: str
    seconds: float


@dataclass(frozen=True)
class Visitor:
    """One browser of somebody who is signed in."""

    port: int
    cookie: str
    token: str

    def send(self, attempt: Attempt) -> Answer:
        """Send a form on a connection of its own."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", attempt.path, urlencode({**attempt.fields, "csrf_token": self.token}), {
                "Content-Type": "application/x-www-form-urlencoded", "Cookie": f"leafout={self.cookie}",
                "Connection": "close"})
            got = connection.getresponse()
            text = got.read().decode()
            return Answer(got.status, text, got.getheader("Location") or "", time.perf_counter() - began)
        except (OSError, http.client.HTTPException) as wrong:
            return Answer(0, repr(wrong), "", time.perf_counter() - began)
        finally:
            connection.close()


def crowd(app: Flask, kit: Kit, ports: Sequence[int], number: int) -> list[Visitor]:
    """`number` clients of the front desk, spread over the processes."""
    found = []
    for at in range(number):
        client = app.test_client()
        sign_in(client, kit.staff[Role.FRONT_DESK], kit.clinic_id)
        token = client.token()
        cookie = client.get_cookie("leafout")
        assert cookie is not None
        found.append(Visitor(ports[at % len(ports)], cookie.value, token))
    return found


@dataclass(frozen=True)
class Rush:
    """All the answers in the order of the attempts, and how long it took from the first to the last."""

    answers: list[Answer]
    seconds: float


def rush(visitors: Sequence[Visitor], attempts: Sequence[Attempt]) -> Rush:
    """Every visitor takes the next attempt as soon as the last is answered; they all begin at the same moment."""
    answers: list[Answer | None] = [None] * len(attempts)
    waiting = iter(enumerate(attempts))
    next_one, start = threading.Lock(), threading.Barrier(len(visitors) + 1)

    def visit(visitor: Visitor) -> None:
        start.wait()
        while True:
            with next_one:
                at, attempt = next(waiting, (None, None))
            if attempt is None or at is None:
                return
            answers[at] = visitor.send(attempt)

    threads = [threading.Thread(target=visit, args=(visitor,), daemon=True) for visitor in visitors]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    done = [answer for answer in answers if answer is not None]
    assert len(done) == len(attempts)
    return Rush(done, time.perf_counter() - began)
