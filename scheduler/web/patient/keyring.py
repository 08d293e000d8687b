"""From a link in a letter to a short cookie and a clean address; and no guessing."""

from __future__ import annotations

from flask import abort, g, request, session
from itsdangerous import BadData, URLSafeTimedSerializer
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.wrappers import Response

from scheduler.queries.patient_links import LinkRow, hash_of, link_by_id, link_of_token
from scheduler.web import door

COOKIE = "leafout_link"
MINUTES = 30
PATH = "/visit"
TRIED = "tried_link"
"""Where a browser's session keeps the hash of the link that did not open, for asking for a new one."""
WRONG_TOKENS = parse("20 per 10 minutes")
"""How often one address may try links that do not open; the tokens have 256 bits, so this only spares the database."""

_tries = FixedWindowRateLimiter(MemoryStorage())


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(door.settings().secret_key, salt="patient link")


def proven() -> bool:
    """Whether the date of birth was given for the link of this request; ask after `held`."""
    return bool(g.get("proven"))


def asked_for() -> tuple[str, int | None]:
    """The link that this browser last tried or held, although it is over: its token's hash, or its number."""
    try:
        link_id, _ = _signer().loads(request.cookies.get(COOKIE, ""))
    except (BadData, TypeError, ValueError):
        link_id = None
    return session.get(TRIED, ""), link_id


def exchange(token: str) -> LinkRow | None:
    """The link of a token, or None; an address that tries too many wrong ones gets 429. Changes nothing stored."""
    if not _tries.test(WRONG_TOKENS, request.remote_addr or ""):
        abort(429)
    with door.database().reading() as reading:
        link = link_of_token(reading, token, now=door.now())
    session.pop(TRIED, None)
    if link is None:
        session[TRIED] = hash_of(token)
        _tries.hit(WRONG_TOKENS, request.remote_addr or "")
    return link


def give(response: Response, link: LinkRow, *, proven: bool = False) -> Response:
    """Put the link's cookie on a response; `proven` once the date of birth was right."""
    response.set_cookie(COOKIE, _signer().dumps([link.id, proven]), max_age=MINUTES * 60, path=PATH, httponly=True,
                        secure=door.settings().secure_cookies, samesite="Lax")
    return response


def held() -> LinkRow | None:
    """The link whose cookie this request carries, if both still hold."""
    g.proven = False
    try:
        link_id, proven = _signer().loads(request.cookies.get(COOKIE, ""), max_age=MINUTES * 60)
    except (BadData, TypeError, ValueError):
        return None
    g.proven = proven is True
    with door.database().reading() as reading:
        return link_by_id(reading, link_id, now=door.now())
