"""What a watchdog asks: `/healthz` (the web is up) and `/readyz` (it can do its work)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from scheduler.queries.readiness import readiness
from scheduler.web import door

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """Answer at all."""
    return jsonify(up=True)


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Tell of the database, its revision and the clock's heartbeat (seconds); 503 while the first two are not right."""
    found = readiness(door.database(), now=door.now())
    body = jsonify(ready=found.ready, database=found.database, migrated=found.migrated, clock_age=found.clock_age)
    return body, 200 if found.ready else 503
