"""Many patients accept one freed time at once, over HTTP: one has it, everybody else is told politely."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from urllib.parse import urlencode

from sqlalchemy import func, select

from models import Appointment, Clinic, Message, Offer, Opening
from scheduler.clock import utc_now
from scheduler.planning.waitlist import OfferState
from scheduler.queries.patient_links import OFFER
from scheduler.services.changing.cancel import CancelVisit, cancel_visit
from scheduler.services.messages.make_link import make_link
from scheduler.services.waiting.offer_times import OffersMade, OfferTime, offer_time
from scheduler.services.waiting.wait import WaitForEarlier, wait_for_earlier
from tests.builders import Kit
from tests.faults.conftest import Arena, deadlocks
from tests.faults.crowd import PATIENCE
from tests.faults.scene import at, people
from tests.faults.test_move_races import booked, hours
from tests.faults.whole_book import faults_of

FIELD = re.compile(r'name="(csrf_token|link|shown)" value="([^"]*)"')
HEADING = re.compile(r"<h1>(.*?)</h1>", re.S)
YOURS, GONE = "Thank you, this time is yours", "This time is no longer free"


@dataclass(frozen=True)
class Reader:
    """A patient with the page of an offer open."""

    port: int
    cookies: str
    fields: dict[str, str]

    def ask(self, method: str, path: str) -> tuple[int, str]:
        """Send one request on a connection of its own; gives status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, urlencode(self.fields) if method == "POST" else None, {
                "Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookies, "Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


def offered_to_all(arena: Arena, kit: Kit, number: int) -> list[str]:
    """A freed hour of one therapist, offered to so many patients at once; gives the tokens of their letters' links."""
    database, now, by = arena.database, utc_now(), kit.viewer()
    freed, = booked(database, kit, people(database, kit, 1), [at(9)], "th-1")
    waiting = booked(database, kit, people(database, kit, number), hours(1 + number // 10)[:number], "th-1")
    with database.writing() as session:
        for id_ in waiting:
            wait_for_earlier(session, WaitForEarlier((id_,)), by=by, now=now)
        cancel_visit(session, CancelVisit(freed, "a cold"), by=by, now=now)
        opening = session.scalars(select(Opening.id).where(Opening.clinic_id == kit.clinic_id)).one()
        made = offer_time(session, OfferTime(opening, to_all=True), by=by, now=now)
        assert isinstance(made, OffersMade) and len(made.offer_ids) == number
        messages = session.scalars(select(Message).join(Offer, Offer.message_id == Message.id)
                                   .where(Offer.opening_id == opening).order_by(Offer.id)).all()
        return [make_link(session, message, purpose=OFFER, expires_at=now + timedelta(days=1), now=now)
                for message in messages]


def readers(arena: Arena, tokens: list[str]) -> list[Reader]:
    """Everybody has opened their letter's link and looks at the page."""
    found = []
    for one, token in enumerate(tokens):
        client = arena.app.test_client()
        client.get(f"/v/{token}")
        page = client.get("/visit/offer").get_data(as_text=True)
        assert "Would you like this time?" in page
        cookies = "; ".join(f"{name}={cookie.value}" for name in ("leafout", "leafout_link")
                            for cookie in (client.get_cookie(name, path="/visit" if "link" in name else "/"),)
                            if cookie is not None)
        found.append(Reader(arena.servers.ports[one % len(arena.servers.ports)], cookies,
                            dict(FIELD.findall(page))))
    return found


def all_accept(crowd: list[Reader]) -> list[int]:
    """Everybody presses the button at the same moment; gives the statuses, and prints how long they waited."""
    statuses, waited, start = [0] * len(crowd), [0.0] * len(crowd), threading.Barrier(len(crowd))

    def press(one: int) -> None:
        start.wait()
        began = time.perf_counter()
        statuses[one] = crowd[one].ask("POST", "/visit/offer/accept")[0]
        waited[one] = time.perf_counter() - began

    threads = [threading.Thread(target=press, args=(one,), daemon=True) for one in range(len(crowd))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{len(crowd)} accepts: median {median(waited):.1f} s, slowest {max(waited):.1f} s")
    return statuses


def test_of_all_who_accept_one_time_at_once_one_has_it(arena: Arena, kit: Kit, attempts) -> None:
    number = min(attempts(20), 100)
    crowd = readers(arena, offered_to_all(arena, kit, number))
    assert Counter(all_accept(crowd)) == {303: number}
    heads = Counter(HEADING.search(one.ask("GET", "/visit/offer")[1]).group(1).strip() for one in crowd)
    assert heads == {YOURS: 1, GONE: number - 1}
    with arena.database.reading() as session:
        states = Counter(session.scalars(select(Offer.state).where(Offer.clinic_id == kit.clinic_id)))
        moved = session.scalar(select(func.sum(Appointment.version - 1)).where(
            Appointment.clinic_id == kit.clinic_id, Appointment.status == "booked"))
        there = session.scalar(select(func.count()).select_from(Appointment).where(
            Appointment.clinic_id == kit.clinic_id, Appointment.wall_start == at(9), Appointment.status == "booked"))
        assert session.get(Clinic, kit.clinic_id) is not None
    assert states == {OfferState.ACCEPTED: 1, OfferState.GONE: number - 1}
    assert (moved, there) == (1, 1)
    assert arena.servers.troubles() == [] and deadlocks(arena.database) == 0 and faults_of(arena.database) == []


def test_one_letter_opened_on_many_telephones_is_accepted_once(arena: Arena, kit: Kit, attempts) -> None:
    token = offered_to_all(arena, kit, 1)[0]
    number = min(attempts(10), 100)
    crowd = readers(arena, [token] * number)
    assert Counter(all_accept(crowd)) == {303: number}
    assert {HEADING.search(one.ask("GET", "/visit/offer")[1]).group(1).strip() for one in crowd} == {YOURS}
    with arena.database.reading() as session:
        assert session.scalar(select(func.sum(Appointment.version - 1)).where(
            Appointment.clinic_id == kit.clinic_id, Appointment.status == "booked")) == 1
    assert arena.servers.troubles() == [] and faults_of(arena.database) == []
