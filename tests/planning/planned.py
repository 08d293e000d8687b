"""Plan raw JSON in the tests; no plan leaves here unjudged."""

from __future__ import annotations

import json
import math
import time

from scheduler.planning.reading import Invalid, read
from scheduler.planning.several import index_of, plan_all
from scheduler.planning.writing import as_json
from tests.planning.referee import judge


def plan_of(scenario: dict, seconds: float = math.inf) -> dict:
    """The plan of a raw scenario, made in so many processor seconds; the referee has found nothing wrong with it."""
    read_one = read(json.dumps(scenario))
    assert not isinstance(read_one, Invalid), read_one
    end = time.process_time() + seconds
    plan = as_json(plan_all(read_one, index_of(read_one), lambda: end - time.process_time()))
    faults, cost = judge(scenario, plan)
    assert faults == []
    assert plan["cost"] == cost
    return plan
