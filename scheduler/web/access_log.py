"""One line a request: what was asked by route, how it ended, who asked by id. No address, no search, no name.

An address may hold a link's secret or what somebody searched for, so the line names the route. A bug is logged with its
class and the places it went through, not with its words: those may quote a row.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
import uuid
from types import TracebackType
from typing import Any

from flask import Flask, g, request
from werkzeug.wrappers import Response

log = logging.getLogger("leafout.web")
QUIET = ("static", "assets.vendor", "health.healthz", "health.readyz")
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class LoggedFlask(Flask):
    """Flask, whose note of a bug says where it happened and nothing of what was being handled."""

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        """Write class and places of an exception."""
        if exc_info[0] is None:
            return
        frames = traceback.extract_tb(exc_info[2])
        places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
                            for frame in reversed(frames))
        log.error("bug request=%s route=%s %s at %s", g.get("request_id", "-"), _route(), exc_info[0].__name__, places)


def _route() -> str:
    return str(request.url_rule) if request.url_rule else "-"


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "-")
    if request.endpoint not in QUIET:
        viewer: Any = g.get("viewer")
        log.info("request=%s method=%s route=%s status=%s ms=%.0f staff=%s clinic=%s",
                 g.get("request_id", "-"), request.method, _route(), response.status_code,
                 (time.perf_counter() - g.get("began", time.perf_counter())) * 1000,
                 getattr(viewer, "staff_id", "-"), getattr(viewer, "clinic_id", "-"))
    return response


def hang(app: Flask) -> None:
    """Give every request a number, and a line when it ends."""
    app.before_request(_begin)
    app.after_request(_end)
