"""Texts over HTTP in the shape of Twilio's Messages API; another gateway of that shape needs another base URL alone.

The API takes no reference of the sender's, so ours travels in the query of the StatusCallback. Before a text is handed
over a second time the gateway is asked which texts it has for that number, and one that says the same (but for the
secret in its link, which is new each time) counts as this one.
"""

from __future__ import annotations

import json
import re
import ssl
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

from scheduler.messaging.ports import (
    Accepted,
    NotDeliverable,
    Outcome,
    Ready,
    Text,
    TryLater,
    Unreachable,
    Withheld,
    always,
)

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
"""How long the whole answer may take, however slowly it drips."""
LOOKED_AT = 50
LARGEST_ANSWER = 1024 * 1024
SKEW = timedelta(minutes=5)
"""How far the gateway's clock may be behind ours."""
SECRET = re.compile(r"(/v/)[\w-]+")
REFUSALS = {21610: "This number has opted out at the gateway. Call the patient.",
            21211: "The gateway says that this is no telephone number. Correct it, or call.",
            21614: "The gateway says that this number takes no texts. Correct it, or call.",
            21408: "The gateway may not send to this country. Call the patient."}
FAILED = frozenset({"failed", "undelivered", "canceled"})


class TextGateway(Protocol):
    """Where texts are handed over, as the settings say it."""

    @property
    def base_url(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def token(self) -> str: ...


class _NoConnection(Exception):
    """Nothing was handed over."""


class _Broken(Exception):
    """The wire broke after something was handed over."""


@dataclass(frozen=True)
class _Answer:
    code: int
    body: Any
    retry_after: str | None


class SmsGateway:
    """A gateway as a `TextPort`. `callback` is the address to which it reports what becomes of a text."""

    def __init__(self, gateway: TextGateway, callback: str, *, connect_seconds: float = CONNECT_SECONDS,
                 answer_seconds: float = ANSWER_SECONDS, trust: ssl.SSLContext | None = None):
        self._base, self._callback = urlsplit(gateway.base_url), callback
        self._path = f"{self._base.path.rstrip('/')}/2010-04-01/Accounts/{quote(gateway.account)}/Messages.json"
        self._pass = b64encode(f"{gateway.account}:{gateway.token}".encode()).decode()
        self._connect_seconds, self._answer_seconds, self._trust = connect_seconds, answer_seconds, trust

    def send(self, text: Text, *, now: datetime, ready: Ready = always) -> Outcome | Withheld:
        """Hand one text over, after asking whether the gateway has it already where an earlier attempt may have."""
        try:
            if text.asked_before is not None:
                found = self._asked_for(text)
                if found is not None:
                    return found
            if not ready():
                return Withheld()
            answer = self._ask("POST", self._path, urlencode({
                "To": text.to, "From": text.sender, "Body": text.body,
                "StatusCallback": f"{self._callback}?{urlencode({'reference': text.key})}"}))
        except _NoConnection as why:
            return Unreachable(f"The text gateway cannot be reached ({why}).")
        except _Broken as why:
            return TryLater(f"The text gateway broke off ({why}); it is unknown whether it has the text.",
                            broke_off=True)
        return _outcome(answer, now)

    def _asked_for(self, text: Text) -> Outcome | None:
        """What the gateway says of an earlier attempt; None where it has none, so that it may be sent."""
        query = urlencode({"To": text.to, "From": text.sender, "PageSize": LOOKED_AT})
        answer = self._ask("GET", f"{self._path}?{query}")
        if answer.code != 200 or not isinstance(answer.body, dict):
            refused = _refused(answer)
            return refused or TryLater("The text gateway did not say whether it has the text already.")
        for row in answer.body.get("messages") or ():
            if _same(row, text):
                return Accepted(str(row["sid"]))
        return None

    def _ask(self, verb: str, path: str, body: str | None = None) -> _Answer:
        connection = self._connection()
        late = Timer(self._answer_seconds, _cut, [connection])
        late.daemon = True
        try:
            try:
                connection.connect()
            except (OSError, HTTPException) as wrong:
                raise _NoConnection(_cause(wrong)) from wrong
            if connection.sock is not None:
                connection.sock.settimeout(self._answer_seconds)
            late.start()
            headers = {"Authorization": f"Basic {self._pass}", "Accept": "application/json", "Connection": "close"}
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(verb, path, body, headers)
            response = connection.getresponse()
            raw = response.read(LARGEST_ANSWER)
            return _Answer(response.status, _json(raw), response.headers.get("Retry-After"))
        except (OSError, HTTPException, ValueError) as wrong:
            raise _Broken(_cause(wrong)) from wrong
        finally:
            late.cancel()
            connection.close()

    def _connection(self) -> HTTPConnection:
        host = self._base.hostname or ""
        if self._base.scheme == "https":
            trust = self._trust or ssl.create_default_context()
            return HTTPSConnection(host, self._base.port, timeout=self._connect_seconds, context=trust)
        return HTTPConnection(host, self._base.port, timeout=self._connect_seconds)


def _outcome(answer: _Answer, now: datetime) -> Outcome:
    if 200 <= answer.code < 300:
        if not isinstance(answer.body, dict) or not isinstance(answer.body.get("sid"), str):
            return TryLater("The text gateway's answer makes no sense; it is unknown whether it has the text.")
        if answer.body.get("status") in FAILED:
            return NotDeliverable("The text gateway took the text and could not send it. Call the patient.")
        return Accepted(answer.body["sid"])
    refused = _refused(answer)
    if refused is not None:
        return refused
    return TryLater(f"The text gateway answered {answer.code}.", _pause(answer.retry_after, now))


def _refused(answer: _Answer) -> Outcome | None:
    """What an answer that is final means; None where it is not."""
    code = answer.body.get("code") if isinstance(answer.body, dict) else None
    if answer.code == 401 or (answer.code in (403, 404) and code not in REFUSALS):
        return Unreachable(f"The text gateway refused our sign-in ({answer.code}); check TEXT_GATEWAY_URL.")
    if 300 <= answer.code < 400:
        return Unreachable(f"The text gateway has moved ({answer.code}); check TEXT_GATEWAY_URL.")
    if 400 <= answer.code < 500 and answer.code not in (408, 425, 429):
        known = REFUSALS.get(code) if isinstance(code, int) else None
        return NotDeliverable(known or f"The text gateway refused the text ({answer.code}, {code or 'no reason'}).")
    return None


def _same(row: Any, text: Text) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("sid"), str) or not isinstance(row.get("body"), str):
        return False
    if row["sid"] in text.others:
        return False
    try:
        made = parsedate_to_datetime(str(row.get("date_created")))
    except ValueError:
        return False
    assert text.asked_before is not None
    alike = SECRET.sub(r"\1", row["body"]) == SECRET.sub(r"\1", text.body)
    return alike and row.get("to") == text.to and made.tzinfo is not None and made >= text.asked_before - SKEW


def _pause(written: str | None, now: datetime) -> timedelta | None:
    """The pause of a Retry-After header: seconds, or an HTTP date; None where it is neither."""
    if written is None:
        return None
    if written.strip().isdigit():
        return timedelta(seconds=min(int(written), 7 * 24 * 3600))
    try:
        return max(parsedate_to_datetime(written) - now, timedelta())
    except (ValueError, TypeError):
        return None


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _cut(connection: HTTPConnection) -> None:
    """End an answer that takes too long, wherever it is."""
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(2)
        except OSError:
            return


def _cause(wrong: BaseException) -> str:
    """In a word or two, without anything that was sent."""
    return getattr(wrong, "strerror", None) or type(wrong).__name__
