"""Asking for a new link where the old one is over. The answer is the same whether or not there was ever one."""

from __future__ import annotations

from flask import abort, render_template, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from scheduler.queries.patient_links import clinics_to_call
from scheduler.services.by_link.send_new_link import send_new_link
from scheduler.web import door
from scheduler.web.patient import keyring, patient
from scheduler.web.patient.opened import Shown

ASKS = parse("10 per 10 minutes")
_asked = FixedWindowRateLimiter(MemoryStorage())

door.open_to_all("patient.new_link")


@patient.post("/visit/new-link")
def new_link() -> Shown:
    """Send one, if the one that was tried here was ever real, and say that it may be on its way."""
    if not _asked.hit(ASKS, request.remote_addr or ""):
        abort(429)
    token_hash, link_id = keyring.asked_for()
    if token_hash or link_id:
        with door.database().writing() as session:
            send_new_link(session, token_hash=token_hash, link_id=link_id, now=door.now())
    with door.database().reading() as session:
        clinics = clinics_to_call(session)
    return render_template("patient/link_sent.html", clinics=clinics)
