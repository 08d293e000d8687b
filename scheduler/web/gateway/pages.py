"""Reports on texts that were sent, and texts that come in. What is not signed is refused and nothing is written."""

from __future__ import annotations

import logging

from flask import abort, request
from flask.typing import ResponseReturnValue

from scheduler.services.messages.note_delivery import DeliveryNews, note_delivery
from scheduler.services.messages.take_text import TextIn, take_text
from scheduler.web.door import database, now, open_to_all, settings
from scheduler.web.gateway import gateway
from scheduler.web.gateway.signature import is_signed

log = logging.getLogger(__name__)
NOTHING_TO_SAY = ("", 204)
LONGEST = 64


def check() -> None:
    """Let in what the gateway of the settings has signed, for the address that it knows us by."""
    known = settings().text_gateway
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    url = f"{settings().base_url}{request.path}{query}"
    given = request.headers.get("X-Twilio-Signature", "")
    if known is None or not is_signed(given, known.token, url, request.form.items(multi=True)):
        abort(403)


gateway.before_request(check)


@gateway.post("/status")
def status() -> ResponseReturnValue:
    """A text was delivered, or could not be."""
    news = DeliveryNews(request.args.get("reference", ""), request.form.get("MessageSid", "")[:LONGEST],
                        request.form.get("MessageStatus", ""), request.form.get("ErrorCode", ""))
    with database().writing() as session:
        if note_delivery(session, news, now=now()) is None:
            log.warning("the gateway reports on a text that is not ours")
    return NOTHING_TO_SAY


@gateway.post("/inbound")
def inbound() -> ResponseReturnValue:
    """A text came in; it is answered through the outbox."""
    reference, number, to = (request.form.get(name, "") for name in ("MessageSid", "From", "To"))
    if not reference or not number or not to or len(reference) > LONGEST or max(len(number), len(to)) > 20:
        abort(400)
    with database().writing() as session:
        taken = take_text(session, TextIn(reference, number, to, request.form.get("Body", "")), now=now())
    if taken is None:
        log.warning("a text came in for a number that no clinic has")
    return NOTHING_TO_SAY


for endpoint in ("gateway.status", "gateway.inbound"):
    open_to_all(endpoint)
