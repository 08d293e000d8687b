"""The geometry of a course strip: from what it says to where each line and mark stands. Pure; no SVG, no words.

Heights, from the top: the scale (month, weekday, date), brackets of infusion windows, ghosts of moved infusions, the
line with the infusions, the stems, the therapy sessions, their ghosts, brackets of their windows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import hypot

from scheduler.web.strip import CourseStrip, StripMark
from scheduler.web.strip_boxes import DAY, Box, boxes
from scheduler.web.strip_parts import Drawing, GapLabel, Placed, Stroke, cut_into

SCALE = 46
RADIUS = 11
SIDE = 14
ROW = 28
LOWER_ROW = 20
LANE = 9
GHOST = 30
STEM = 5
WHOLE_BREAK = 1000  # a break between two infusions always carries their days


@dataclass(frozen=True)
class Levels:
    """The heights at which things stand."""

    upper_bracket: float
    upper_ghost: float
    line: float
    bus: float
    lower: float
    lower_ghost: float
    lower_bracket: float
    bottom: float


class Layout:
    """The working table for one strip: boxes, rows and lanes; `drawing()` gives the result."""

    def __init__(self, strip: CourseStrip) -> None:
        """Find the place of every mark along the line, and how high the strip must be."""
        self.strip = strip
        self.boxes = boxes(strip)
        self._row: dict[int, int] = {}
        self.upper = [mark for mark in strip.in_order if mark.kind != "therapy"]
        self.lower = [mark for mark in strip.in_order if mark.kind == "therapy"]
        upper_rows, lower_rows = self._stack(self.upper), self._stack(self.lower)
        self.windows = {kind: lanes([w for w in strip.windows if (w.kind == "therapy") == kind],
                                    lambda w: (w.first, w.last)) for kind in (False, True)}
        self.buses = lanes(self._stem_spans(), lambda span: span[1:])
        self.levels = self._heights(upper_rows, lower_rows)

    def _stack(self, marks: Iterable[StripMark]) -> int:
        """Give several visits on one day a row each; returns the number of rows."""
        seen: Counter[date] = Counter()
        for mark in marks:
            self._row[id(mark)] = seen[mark.on]
            seen[mark.on] += 1
        return max(seen.values(), default=0)

    def _heights(self, upper_rows: int, lower_rows: int) -> Levels:
        moved = {kind: any(_moved(mark) for mark in marks) for kind, marks in ((0, self.upper), (1, self.lower))}
        depth = {kind: 1 + max((lane for _, lane in found), default=-1) for kind, found in self.windows.items()}
        upper_bracket = SCALE + 4
        upper_ghost = upper_bracket + depth[False] * LANE + 8
        line = upper_bracket + depth[False] * LANE + (GHOST if moved[0] else 0) + RADIUS + 4
        bus = line + max(upper_rows - 1, 0) * ROW + RADIUS + STEM
        bus_lanes = 1 + max((lane for _, lane in self.buses), default=-1)
        lower = bus + bus_lanes * STEM + SIDE / 2 if lower_rows else line
        last = lower + max(lower_rows - 1, 0) * LOWER_ROW + SIDE / 2 if lower_rows else bus - STEM
        lower_ghost = last + GHOST - 12
        lower_bracket = last + (GHOST - 4 if moved[1] else 0) + 6
        bottom = lower_bracket + depth[True] * LANE + 2
        return Levels(upper_bracket, upper_ghost, line, bus, lower, lower_ghost, lower_bracket, bottom)

    def x(self, on: date) -> float:
        """The middle of a day, along the whole line; a day folded into a break is its middle."""
        box = next(box for box in self.boxes if box.first <= on <= box.last)
        return box.left + ((on - box.first).days * DAY + DAY / 2 if box.cells else box.width / 2)

    def y(self, mark: StripMark) -> float:
        """The height at which a mark stands."""
        row = self._row[id(mark)]
        return self.levels.lower + row * LOWER_ROW if mark.kind == "therapy" else self.levels.line + row * ROW

    def _stem_spans(self) -> list[tuple[StripMark, date, date]]:
        """Each infusion with the stretch of days its therapy sessions reach over."""
        spans = []
        for root in self.upper:
            hung = [mark.on for mark in self.lower if root.kind == "infusion" and mark.hangs_from == root.number
                    and self._root(mark) is root]
            if hung:
                spans.append((root, min(root.on, *hung), max(root.on, *hung)))
        return spans

    def _root(self, mark: StripMark) -> StripMark | None:
        """The infusion a session hangs from: of several with that number the one that stands."""
        same = [one for one in self.upper if one.kind == "infusion" and one.number == mark.hangs_from]
        return max(same, key=lambda one: (one.live, one.order), default=None)

    def stems(self) -> list[Stroke]:
        """Down from the infusion, along, and down to the session; straight down where both are on one day."""
        strokes = []
        for (root, _, _), lane in self.buses:
            bus, x = self.levels.bus + lane * STEM, self.x(root.on)
            hung = [mark for mark in self.lower if self._root(mark) is root]
            strokes.append(Stroke(x, self.y(root) + RADIUS, x, bus))
            reach = [x, *(self.x(mark.on) for mark in hung)]
            strokes.append(Stroke(min(reach), bus, max(reach), bus))
            strokes += [Stroke(self.x(mark.on), bus, self.x(mark.on), self.y(mark) - SIDE / 2) for mark in hung]
        return strokes

    def brackets(self) -> list[Stroke]:
        """The windows, one lane each where they overlap."""
        tops = {False: self.levels.upper_bracket, True: self.levels.lower_bracket}
        return [Stroke(self.x(window.first) - DAY / 2 + 3, tops[kind] + lane * LANE,
                       self.x(window.last) + DAY / 2 - 3, tops[kind] + lane * LANE, label=window.label)
                for kind, found in self.windows.items() for window, lane in found]

    def ghosts(self) -> list[Placed]:
        """Where moved visits stood, along the whole line."""
        return [Placed(mark, self.x(mark.was_on), self.levels.lower_ghost if mark.kind == "therapy"
                       else self.levels.upper_ghost) for mark in self.strip.in_order if _moved(mark)]

    def arrows(self) -> list[Stroke]:
        """From each ghost to where the visit is now."""
        strokes = []
        for ghost in self.ghosts():
            x, y = self.x(ghost.mark.on), self.y(ghost.mark)
            far = hypot(x - ghost.x, y - ghost.y)
            along, down = (x - ghost.x) / far, (y - ghost.y) / far
            edge = SIDE / 2 + 5 if ghost.mark.kind == "therapy" else RADIUS + 3
            strokes.append(Stroke(ghost.x + 11 * along, ghost.y + 11 * down, x - edge * along, y - edge * down))
        return strokes

    def gap_labels(self) -> list[GapLabel]:
        """The days between infusions, each in the widest free stretch of its line within one box, if there is one."""
        taken = {self.x(mark.on) for mark in self.upper}
        labels = []
        for gap in self.strip.gaps:
            spots = [spot for box in self.boxes if (spot := _free(box, gap.since.on, gap.mark.on, taken))]
            if spots:
                labels.append(GapLabel(max(spots, key=lambda spot: spot[1])[0], self.levels.line, gap.days))
        return labels

    def drawing(self) -> Drawing:
        """Everything cut into the boxes."""
        drawn = [self.x(mark.on) for mark in self.upper]
        line = [Stroke(min(drawn), self.levels.line, max(drawn), self.levels.line)] if len(set(drawn)) > 1 else []
        marks = [Placed(mark, self.x(mark.on), self.y(mark), gap.days if (gap := self.strip.gap_before(mark)) else None)
                 for mark in self.strip.in_order]
        whole = (line, self.stems(), self.brackets(), self.arrows(), self.ghosts(), marks, self.gap_labels())
        return Drawing(self.strip, tuple(cut_into(box, *whole, first=box is self.boxes[0]) for box in self.boxes),
                       self.levels.bottom, self.levels.line)


def draw(strip: CourseStrip) -> Drawing:
    """The geometry of a strip."""
    return Layout(strip).drawing() if boxes(strip) else Drawing(strip, (), 0, 0)


def lanes(things: list, span) -> list[tuple]:
    """Each thing with the first lane in which its stretch of days meets no other."""
    ends: list[date] = []
    placed = []
    for thing in sorted(things, key=span):
        first, last = span(thing)
        lane = next((n for n, end in enumerate(ends) if end < first), len(ends))
        ends[lane:lane + 1] = [last]
        placed.append((thing, lane))
    return placed


def _moved(mark: StripMark) -> bool:
    return mark.was_on is not None and mark.was_on != mark.on


def _free(box: Box, after: date, before: date, taken: set[float]) -> tuple[float, float] | None:
    """The middle (on the whole line) and width of the widest stretch of a box strictly between two days."""
    if not box.cells:
        return (box.left + box.width / 2, WHOLE_BREAK) if after < box.first and box.last < before else None
    runs: list[list[float]] = [[]]
    for cell in box.cells:
        if after < cell.on < before and box.left + cell.centre not in taken:
            runs[-1].append(box.left + cell.centre)
        elif runs[-1]:
            runs.append([])
    widest = max(runs, key=len)
    return ((widest[0] + widest[-1]) / 2, len(widest) * DAY) if widest else None
