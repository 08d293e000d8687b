"""The tokens of leafout.css keep the contrasts of WCAG 2.2, in light and in dark, computed from the stylesheet."""

from __future__ import annotations

import re

import pytest

from scheduler.web.assets import STATIC

CSS = (STATIC / "css" / "leafout.css").read_text(encoding="utf-8")
TOKENS = {name: {"light": light, "dark": dark} for name, light, dark in re.findall(
    r"--lo-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", CSS)}
GROUNDS = ("paper", "surface", "sunk", "weekend")
TEXT = 4.5
GRAPHIC = 3.0
PAIRS = [
    *[("ink", ground, 12.0) for ground in GROUNDS],
    *[(ink, ground, TEXT) for ink in ("muted", "leaf", "leaf-strong") for ground in GROUNDS],
    *[(tone, ground, TEXT) for tone in ("ready", "waiting", "attention", "stop")
      for ground in ("paper", "surface", f"{tone}-tint")],
    *[("ink", f"{tone}-tint", TEXT) for tone in ("ready", "waiting", "attention", "stop")],
    *[(f"{phase}-ink", phase, TEXT) for phase in ("check-in", "infusion", "recovery", "turnover", "therapy")],
    *[("ink", phase, TEXT) for phase in ("check-in", "infusion", "recovery", "turnover", "therapy")],
    ("on-leaf", "leaf", TEXT), ("on-leaf", "leaf-strong", TEXT), ("on-stop", "stop", TEXT),
    ("leaf-strong", "leaf-tint", TEXT), ("ink", "leaf-tint", TEXT), ("muted", "leaf-tint", TEXT),
    ("paper", "therapy-ink", TEXT), ("paper", "waiting", TEXT),
    *[("edge", ground, GRAPHIC) for ground in GROUNDS],
    *[("focus", ground, GRAPHIC) for ground in GROUNDS],
]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb by WCAG 2.2."""
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_agrees_with_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ink, ground, least", PAIRS)
def test_ink_on_ground(ink: str, ground: str, least: float, theme: str):
    found = contrast(TOKENS[ink][theme], TOKENS[ground][theme])
    assert found >= least, f"{ink} on {ground} in {theme}: {found:.2f}"


def test_colours_live_in_the_tokens_alone():
    body = CSS.split("/* 2 ----", 1)[1]
    allowed = {"#fff", "#000", "#333", "#999", "#ddd", "#eee"}  # paper and ink of the print styles
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", body)) <= allowed


def test_no_token_is_used_that_is_not_defined():
    defined = set(re.findall(r"(--[a-z-]+)\s*:", CSS))
    used = set(re.findall(r"var\((--lo-[a-z-]+)", CSS))
    assert used <= defined
