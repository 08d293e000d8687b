"""The four phases of an infusion visit and the therapy session, as they look everywhere: a tint and a pattern each.

HTML uses the classes `phase phase--<key>`; SVG uses `fill="url(#phase-<key>)"` after `phase_defs()` of
templates/macros/phases.html stands once on the page.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PhaseLook:
    """One phase: its key (the end of its class and pattern names) and its word."""

    key: str
    word: str

    @property
    def css_class(self) -> str:
        """The classes that paint an HTML box."""
        return f"phase phase--{self.key}"

    @property
    def fill(self) -> str:
        """The SVG paint, pattern included."""
        return f"url(#phase-{self.key})"


PHASES = (
    PhaseLook("check-in", "Check-in"),
    PhaseLook("infusion", "Infusion"),
    PhaseLook("recovery", "Recovery"),
    PhaseLook("turnover", "Turnover"),
    PhaseLook("therapy", "Therapy"),
)
KEYS = {look.key: look for look in PHASES}
ALSO = {"session": "therapy", "observation": "recovery", "cleaning": "turnover", "arrival": "check-in"}


def phase_key(name: str) -> str:
    """The key of a phase by the name a clinic gave it; a name of their own looks like a therapy session's tint.

    Names are matched without regard to case and hyphens: `Check in` is `check-in`.
    """
    plain = name.strip().lower().replace(" ", "-").replace("_", "-")
    plain = {"checkin": "check-in"}.get(plain, plain)
    return plain if plain in KEYS else ALSO.get(plain, "therapy")
