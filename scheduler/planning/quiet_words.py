"""Words that say too much: whoever glances at a text or a screen must not learn what somebody is treated for.

The one place for them, in English and Spanish: drugs, diagnoses, procedures, specialties, scores. A word counts from
its beginning, with or without its accents.
"""

from __future__ import annotations

import re
import unicodedata

ENGLISH = (
    "ketamine", "esketamine", "spravato", "infusion", "infuse", "drip", "dose", "drug", "medication", "psych", "psilo",
    "mental", "depress", "mood", "bipolar", "anxiety", "anxious", "trauma", "ptsd", "suicid", "therap", "counsel",
    "addict", "substance", "opioid", "alcohol", "recovery", "rehab", "pain", "clinical trial", "disorder", "treatment",
    "diagnos", "dosing", "dosage", "intraven", "nasal spray", "injection", "anesthe", "sedat", "symptom", "prescri",
    "antidepress", "ocd", "mdd", "phq", "gad-7", "gad7", "madrs", "qids", "c-ssrs", "ham-d", "score", "questionnaire",
    "neurolog", "oncolog",
)
SPANISH = (
    "ketamina", "esketamina", "dosis", "droga", "farmac", "medicament", "medicaci", "psiqui", "psico", "depresi",
    "depriv", "animo", "ansiedad", "ansios", "terap", "consejeria", "adicci", "adicto", "sustancia", "opioide",
    "rehabilit", "dolor", "trastorno", "tratamiento", "inyecc", "anestes", "sintoma", "recet", "puntaje", "puntuaci",
    "cuestionario", "salud mental", "oncolog",
)
REVEALING = (*ENGLISH, *SPANISH)
_FOUND = re.compile(r"\b(?:" + "|".join(map(re.escape, REVEALING)) + ")", flags=re.IGNORECASE)


def revealing(words: str) -> tuple[str, ...]:
    """The parts of `words` that say what somebody is treated for, as they stand there, each once."""
    bare = "".join(unicodedata.normalize("NFD", letter)[0] for letter in words)
    return tuple(dict.fromkeys(words[match.start():match.end()] for match in _FOUND.finditer(bare)))
