"""How the fates of an import look: tone, icon and word, before (the dry run) and after."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.planning.imports import Fate, ImportState, UploadKind


@dataclass(frozen=True)
class FateLook:
    """A badge's tone and icon, and its word in the dry run and in the report."""

    tone: str
    icon: str
    before: str
    after: str


FATES = {
    Fate.CREATED: FateLook("ready", "plus", "New", "Added"),
    Fate.UPDATED: FateLook("ready", "edit", "Will be updated", "Updated"),
    Fate.UNCHANGED: FateLook("plain", "person", "Already here", "Already here"),
    Fate.DECEASED: FateLook("plain", "skip", "Deceased, skipped", "Deceased, skipped"),
    Fate.NOT_IN_USE: FateLook("plain", "skip", "Not in use, skipped", "Not in use, skipped"),
    Fate.POSSIBLE_DUPLICATE: FateLook("attention", "triangle", "Possible duplicate", "Possible duplicate"),
    Fate.BROKEN: FateLook("stop", "octagon", "Broken, left out", "Broken, left out"),
}
KINDS = {
    UploadKind.NDJSON: "FHIR lines (NDJSON)",
    UploadKind.BUNDLE: "FHIR Bundle",
    UploadKind.PATIENT: "one FHIR Patient",
    UploadKind.CSV: "CSV",
}
STATES = {
    ImportState.READING: ("attention", "Not read to the end"),
    ImportState.LOOKING: ("waiting", "Being looked at"),
    ImportState.READY: ("waiting", "Waiting for your yes"),
    ImportState.IMPORTING: ("waiting", "Being imported"),
    ImportState.DONE: ("ready", "Imported"),
    ImportState.DISCARDED: ("plain", "Discarded"),
}
EXPECTED = {
    Fate.CREATED: "{} to be added", Fate.UPDATED: "{} to be updated", Fate.UNCHANGED: "{} already here",
    Fate.POSSIBLE_DUPLICATE: "{} possibly here already", Fate.DECEASED: "{} deceased, skipped",
    Fate.NOT_IN_USE: "{} not in use, skipped", Fate.BROKEN: "{} broken, left out",
}
HAPPENED = {**EXPECTED, Fate.CREATED: "{} added", Fate.UPDATED: "{} updated"}


def summary(fates: dict[Fate, int], *, done: bool) -> str:
    """The counts as one sentence, in the order of what matters."""
    words = HAPPENED if done else EXPECTED
    parts = [words[fate].format(f"{fates[fate]:,}") for fate in words if fate in fates]
    return f"{', '.join(parts)}." if parts else ""


def yes(fates: dict[Fate, int]) -> str:
    """What the button does, in numbers."""
    new, changed = fates.get(Fate.CREATED, 0), fates.get(Fate.UPDATED, 0)
    doubtful = fates.get(Fate.POSSIBLE_DUPLICATE, 0)
    parts = [f"add {new:,}"] * bool(new) + [f"update {changed:,}"] * bool(changed)
    if not parts:
        return f"Go on: {doubtful:,} to decide" if doubtful else "Finish: nothing changes"
    patients = "patient" if (changed or new) == 1 else "patients"
    return f"{' and '.join(parts)} {patients}".capitalize()
