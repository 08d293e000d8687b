"""The named reasons for which a visit cannot be put at a hand-picked time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduler.planning.instants import spoken


@dataclass(frozen=True)
class TakenThen:
    """At a hand-picked time somebody has what the visit needs; `names` are those that are taken."""

    wall_start: datetime
    names: tuple[str, ...] = ()
    step: str | None = None

    @property
    def sentence(self) -> str:
        """Who and what, and when."""
        who = " and ".join(self.names) or "what the visit needs"
        return (f"On {spoken(self.wall_start)} {who} {'are' if len(self.names) > 1 else 'is'} taken or away. "
                "What is taken is never given twice: choose another time.")


@dataclass(frozen=True)
class PatientElsewhereThen:
    """At a hand-picked time the patient has another visit."""

    wall_start: datetime
    step: str | None = None

    @property
    def sentence(self) -> str:
        """When."""
        return f"On {spoken(self.wall_start)} the patient has another visit. Choose another time."


@dataclass(frozen=True)
class CliniciansOnly:
    """Rules that only a clinician may set aside."""

    sentence: str = "Only a clinician may set this aside, with a reason. Choose another time, or ask one."
