"""What a course strip is drawn with, and how a long line is cut into the boxes it runs through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import atan2, cos, sin

from scheduler.web.strip import CourseStrip, StripMark
from scheduler.web.strip_boxes import Box, DayCell

HEAD = 6
HATCH = 7
MONTH_CELLS = 4
"""How many days wide the name of a month is, at the most."""


@dataclass(frozen=True)
class Placed:
    """A mark with its centre in its box."""

    mark: StripMark
    x: float
    y: float
    gap: int | None = None


@dataclass(frozen=True)
class Stroke:
    """A straight line in a box; `begins` and `ends` say which of its true ends lie in this box."""

    x1: float
    y1: float
    x2: float
    y2: float
    begins: bool = True
    ends: bool = True
    label: str = ""

    @property
    def head(self) -> str:
        """The path of an arrow head at the end."""
        turn = atan2(self.y2 - self.y1, self.x2 - self.x1)
        sides = [(self.x2 - HEAD * cos(turn + bend), self.y2 - HEAD * sin(turn + bend)) for bend in (0.5, -0.5)]
        return (f"M{sides[0][0]:.1f} {sides[0][1]:.1f} {self.x2:.1f} {self.y2:.1f} "
                f"{sides[1][0]:.1f} {sides[1][1]:.1f}")


@dataclass(frozen=True)
class GapLabel:
    """How many days lie between two infusions, written where there is room."""

    x: float
    y: float
    days: int


@dataclass(frozen=True)
class Part:
    """One box with everything drawn in it, in its own coordinates."""

    box: Box
    line: Stroke | None
    stems: tuple[Stroke, ...]
    brackets: tuple[Stroke, ...]
    arrows: tuple[Stroke, ...]
    ghosts: tuple[Placed, ...]
    marks: tuple[Placed, ...]
    gaps: tuple[GapLabel, ...]
    months: tuple[DayCell, ...]


@dataclass(frozen=True)
class Drawing:
    """A whole strip: its parts from left to right, all of one height."""

    strip: CourseStrip
    parts: tuple[Part, ...]
    height: float
    line_y: float


def hatch(x: float, y: float, width: float, height: float) -> str:
    """The path of slanted lines over a closed day, each cut at the day's edges."""
    strokes = []
    for offset in range(-int(height) + HATCH, int(width), HATCH):
        start = max(offset, 0)
        end = min(offset + height, width)
        strokes.append(f"M{x + start:g} {y + start - offset:g} {x + end:g} {y + end - offset:g}")
    return "".join(strokes)


def _cut(box: Box, stroke: Stroke) -> Stroke | None:
    """The part of a straight line inside a box; an upright one belongs to the box it stands in."""
    if stroke.x1 == stroke.x2:
        inside = box.left <= stroke.x1 < box.left + box.width
        return Stroke(stroke.x1 - box.left, stroke.y1, stroke.x2 - box.left, stroke.y2) if inside else None
    kept = box.clip(min(stroke.x1, stroke.x2), max(stroke.x1, stroke.x2))
    if kept is None:
        return None
    start, end = (box.left + edge for edge in (kept if stroke.x1 < stroke.x2 else reversed(kept)))
    slope = (stroke.y2 - stroke.y1) / (stroke.x2 - stroke.x1)
    return Stroke(start - box.left, round(stroke.y1 + (start - stroke.x1) * slope, 1),
                  end - box.left, round(stroke.y1 + (end - stroke.x1) * slope, 1),
                  begins=start == stroke.x1, ends=end == stroke.x2, label=stroke.label)


def _cut_all(box: Box, strokes: Iterable[Stroke]) -> tuple[Stroke, ...]:
    return tuple(cut for stroke in strokes if (cut := _cut(box, stroke)))


def _in(box: Box, placed: Iterable[Placed]) -> tuple[Placed, ...]:
    return tuple(Placed(one.mark, one.x - box.left, one.y, one.gap) for one in placed
                 if box.left <= one.x < box.left + box.width)


def cut_into(box: Box, line, stems, brackets, arrows, ghosts, marks, gaps, *, first: bool) -> Part:
    """What of the whole strip is drawn in one box; the first box names its month."""
    cut = _cut_all(box, line)
    return Part(
        box=box, line=cut[0] if cut else None, stems=_cut_all(box, stems), brackets=_cut_all(box, brackets),
        arrows=_cut_all(box, arrows), ghosts=_in(box, ghosts), marks=_in(box, marks),
        gaps=tuple(GapLabel(gap.x - box.left, gap.y, gap.days) for gap in gaps
                   if box.left <= gap.x < box.left + box.width),
        months=_months(box.cells, first))


def _months(cells: tuple[DayCell, ...], first: bool) -> tuple[DayCell, ...]:
    """Where a month is named: on its first day, and at the head of the strip unless the next one follows at once."""
    heads = tuple(cell for cell in cells if cell.on.day == 1)
    at_once = any(cell.on.day == 1 for cell in cells[:MONTH_CELLS])
    return heads if not first or not cells or at_once else (cells[0], *heads)
