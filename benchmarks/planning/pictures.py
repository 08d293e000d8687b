"""Line charts as SVG, drawn without a library: a few panels side by side with one legend."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

COLOURS = ("#0b6e4f", "#b5541c", "#2f5d9e", "#7a4b94", "#666666")
DASHES = ("", "7 4", "2 3", "9 3 2 3", "4 4")
WIDTH, HEIGHT, LEFT, TOP, BOTTOM, GAP = 380, 250, 62, 54, 54, 28
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """One chart: its title, what the axes show, lines by name; `log`: the y axis in powers of ten."""

    title: str
    across: str
    up: str
    lines: Mapping[str, Points]
    log: bool = False


def draw(path: Path, panels: Sequence[Panel]) -> None:
    """Write the panels as one picture."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    wide = len(panels) * (WIDTH + LEFT + GAP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {TOP + HEIGHT + BOTTOM + 24}" '
             f'font-family="sans-serif" font-size="12" role="img">',
             f"<title>{escape('; '.join(panel.title for panel in panels))}</title>",
             '<rect width="100%" height="100%" fill="#ffffff"/>']
    for number, panel in enumerate(panels):
        parts.append(f'<g transform="translate({number * (WIDTH + LEFT + GAP) + LEFT} {TOP})">')
        parts += _panel(panel, names)
        parts.append("</g>")
    for number, name in enumerate(names):
        x, y = LEFT + number * 200, TOP + HEIGHT + BOTTOM + 8
        parts.append(f'<path d="M{x} {y}h26" {_stroke(number)}/><text x="{x + 32}" y="{y + 4}">{escape(name)}</text>')
    parts.append("</svg>")
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _stroke(number: int) -> str:
    dash = DASHES[number % len(DASHES)]
    return (f'fill="none" stroke="{COLOURS[number % len(COLOURS)]}" stroke-width="2"'
            + (f' stroke-dasharray="{dash}"' if dash else ""))


def _panel(panel: Panel, names: Sequence[str]) -> list[str]:
    points = [point for line in panel.lines.values() for point in line]
    xs, ys = [x for x, _ in points] or [0, 1], [y for _, y in points] or [0, 1]
    x_marks = _marks(min(xs), max(xs))
    y_marks = _powers(min(ys), max(ys)) if panel.log else _marks(min(ys), max(ys))

    def place(x: float, y: float) -> tuple[float, float]:
        low, high = y_marks[0], y_marks[-1]
        share = math.log(max(y, low) / low) / math.log(high / low) if panel.log else (y - low) / ((high - low) or 1)
        return WIDTH * (x - x_marks[0]) / ((x_marks[-1] - x_marks[0]) or 1), HEIGHT * (1 - share)

    parts = [f'<text x="0" y="-30" font-size="14" font-weight="bold">{escape(panel.title)}</text>',
             f'<text x="0" y="-12" fill="#444444">{escape(panel.up)}</text>',
             f'<text x="{WIDTH}" y="{HEIGHT + 38}" text-anchor="end" fill="#444444">{escape(panel.across)}</text>']
    for mark in y_marks:
        y = place(x_marks[0], mark)[1]
        parts.append(f'<path d="M0 {y:.1f}h{WIDTH}" stroke="#dddddd"/>'
                     f'<text x="-8" y="{y + 4:.1f}" text-anchor="end">{_text(mark)}</text>')
    for mark in x_marks:
        x = place(mark, y_marks[0])[0]
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT + 18}" text-anchor="middle">{_text(mark)}</text>')
    for name, line in panel.lines.items():
        spots = [place(x, y) for x, y in line]
        if spots:
            path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
            parts.append(f'<path d="{path}" {_stroke(names.index(name))}/>')
    return parts


def _marks(low: float, high: float) -> list[float]:
    """Four to eight round numbers around a range."""
    span = (high - low) or abs(high) or 1
    step = 10 ** math.floor(math.log10(span))
    step = next(step * factor for factor in (0.1, 0.2, 0.25, 0.5, 1, 2) if span / (step * factor) <= 6)
    first = math.floor(low / step) * step
    return [first + step * number for number in range(math.ceil((high - first) / step - 1e-9) + 1)]


def _powers(low: float, high: float) -> list[float]:
    first = math.floor(math.log10(max(low, 1e-9)))
    return [10.0**power for power in range(first, max(first + 1, math.ceil(math.log10(high))) + 1)]


def _text(value: float) -> str:
    return f"{value:.10g}" if abs(value) < 1e5 else f"{value:,.0f}"
