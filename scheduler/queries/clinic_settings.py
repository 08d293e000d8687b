"""What a clinic has set for itself as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from sqlalchemy.orm import Session

from models import Clinic
from scheduler.planning.crisis import CRISIS_TEXT

LEVELLED = ("chair", "nurse")
"""The kinds whose `crowding` every clinic may weigh, also where nobody has set it yet."""


@dataclass(frozen=True)
class ClinicSettings:
    """Everything that an administrator sets for the clinic as a whole.

    `weights` holds planning's cost units by name; kinds of resource in `handover` and `crowding` have a name each, as
    in "handover.nurse".
    """

    name: str
    short_name: str
    timezone: str
    telephone: str
    address: str = ""
    grid_minutes: int = 5
    hold_minutes: int = 15
    latest_days: int = 90
    offer_minutes: int = 120
    offer_lead_hours: int = 24
    notice_hours: int = 3
    own_change_hours: int = 24
    messages_from: time = time(8)
    messages_until: time = time(20)
    texts_a_day: int = 1
    texts_a_week: int = 3
    agreed_texts_a_day: int | None = None
    agreed_texts_a_week: int | None = None
    text_number: str = ""
    crisis_text: str = CRISIS_TEXT
    answer_minutes: int = 60
    on_call_minutes: int = 10
    preparation_text: str = ""
    aftercare_text: str = ""
    weights: Mapping[str, int] = field(default_factory=dict)


def flat_weights(weights: Mapping[str, object]) -> dict[str, int]:
    """Planning's weights by name, the nested ones as "handover.nurse"."""
    flat: dict[str, int] = {}
    for name, value in weights.items():
        if isinstance(value, Mapping):
            flat.update({f"{name}.{kind}": int(units) for kind, units in value.items()})
        else:
            flat[name] = int(str(value))
    return flat


def clinic_settings(session: Session, clinic_id: int) -> ClinicSettings:
    """The settings of a clinic that exists."""
    clinic = session.get(Clinic, clinic_id)
    assert clinic is not None
    plain = {name: getattr(clinic, name) for name in ClinicSettings.__dataclass_fields__ if name != "weights"}
    plain["text_number"] = clinic.text_number or ""
    return ClinicSettings(**plain, weights=flat_weights(_with_crowding(clinic.weights)))


def _with_crowding(weights: Mapping[str, object]) -> dict[str, object]:
    """The weights with a crowding of 0 for a levelled kind that has none: to the planner the same."""
    found = weights.get("crowding", {})
    assert isinstance(found, Mapping)
    return {**weights, "crowding": {**dict.fromkeys(LEVELLED, 0), **found}}
