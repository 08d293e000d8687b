"""Words that say too much: whoever glances at a text or a screen must not learn what somebody is treated for."""

from __future__ import annotations

import re

REVEALING = (
    "ketamine", "esketamine", "spravato", "infusion", "infuse", "drip", "dose", "drug", "medication", "psych", "psilo",
    "mental", "depress", "mood", "bipolar", "anxiety", "anxious", "trauma", "ptsd", "suicid", "therap", "counsel",
    "addict", "substance", "opioid", "alcohol", "recovery", "rehab", "pain", "clinical trial", "disorder", "treatment",
)
_FOUND = re.compile(r"\b(?:" + "|".join(map(re.escape, REVEALING)) + ")", flags=re.IGNORECASE)


def revealing(words: str) -> tuple[str, ...]:
    """The parts of `words` that say what somebody is treated for, as they stand there, each once."""
    return tuple(dict.fromkeys(match.group() for match in _FOUND.finditer(words)))
