"""Fixtures of the clock's tests."""

from __future__ import annotations

import pytest

from tests.jobs.outbox import Outbox


@pytest.fixture
def outbox(database, kit) -> Outbox:
    """A clinic with one patient's visit in a week, booked now."""
    return Outbox(database, kit)
