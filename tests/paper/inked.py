"""Where the ink of a sheet's words lies, glyph by glyph, and what it should keep clear of and does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

from paper.canvas import Canvas
from paper.compose import draw_page, planned_pages
from paper.content import Content
from paper.face import Face
from paper.layout import Bubble, Page, Square
from paper.shape import Line
from paper.sheet import MARGIN, QUIET
from paper.style import WHITE
from paper.type0 import Typecase

OVERHANG = 0.6  # mm that a letter's own ink may reach beyond its line's width into the margin
TOUCH = 0.1  # mm by which the boxes around two letters may overlap before we look at the letters
Rect = tuple[float, float, float, float]  # mm: left, top, right, bottom


@dataclass
class Inked(Canvas):
    """A canvas that only remembers its lines of text, each with its left end, baseline and size."""

    lines: list[tuple[Line, tuple[float, float], float]] = field(default_factory=list)

    def __init__(self, height: float) -> None:
        super().__init__(height, Typecase("F"))
        self.lines = []

    def text(self, line: Line, at: tuple[float, float], size: float) -> None:
        self.lines.append((line, at, size))


def faults(content: Content, paper: str, style: str) -> list[str]:
    """What is wrong with a sheet's pages, in words; what cannot be laid out raises as `lay_out` does."""
    plan = planned_pages(content, paper, style)
    found = []
    for number in range(1, len(plan.pages) + 1):
        canvas = Inked(plan.type.frame.height)
        page = draw_page(content, plan, number, canvas)
        found += [f"page {number}: {fault}" for fault in _page(page, canvas)]
    return found


def _page(page: Page, canvas: Inked) -> Iterator[str]:
    inks = [(line.text, list(boxes(line, at, size))) for line, at, size in canvas.lines if line.glyphs]
    kept_clear = [*map(_bubble, (bubble for one in page.fields for bubble in one.bubbles))]
    kept_clear += [_square(corner, 1.0) for corner in page.corners] + [_square(tag, QUIET) for tag in page.tags]
    for text, ink in inks:
        left, right = min(box[0] for box in ink), max(box[2] for box in ink)
        if left < MARGIN - OVERHANG or right > page.width - MARGIN + OVERHANG:
            yield f"{text!r} runs into the margin: {left:.2f} to {right:.2f} mm"
        if any(overlap(box, other) for box in ink for other in kept_clear):
            yield f"{text!r} lies over a bubble, a corner or a tag"
    for (one, ink), (other, more) in combinations(inks, 2):
        if overlap(_around(ink), _around(more)) and any(overlap(box, there) > TOUCH for box in ink for there in more):
            yield f"{one!r} touches {other!r}"


def boxes(line: Line, at: tuple[float, float], size: float) -> Iterator[Rect]:
    """The box around the ink of every glyph of a line, in mm."""
    for glyph in line.glyphs:
        left, top, right, bottom = extents(glyph.face, glyph.glyph)
        if left < right:
            x, y = at[0] + glyph.x * size, at[1] - glyph.y * size
            yield x + left * size, y + top * size, x + right * size, y + bottom * size


@lru_cache(maxsize=50_000)
def extents(face: Face, glyph: int) -> Rect:
    """The box around a glyph's ink from its origin, y down, in em."""
    found = face.font.get_glyph_extents(glyph)
    if found is None:
        return 0.0, 0.0, 0.0, 0.0
    x, y, wide, high = (value / face.units for value in (found.x_bearing, found.y_bearing, found.width, found.height))
    return x, -y, x + wide, -y - high


def overlap(one: Rect, other: Rect) -> float:
    """By how much two boxes overlap, in mm in the direction where it is less; 0 when they do not."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(min(across, down), 0.0)


def _around(ink: list[Rect]) -> Rect:
    return min(b[0] for b in ink), min(b[1] for b in ink), max(b[2] for b in ink), max(b[3] for b in ink)


def _bubble(bubble: Bubble) -> Rect:
    across, down = bubble.rx + WHITE, bubble.ry + WHITE
    return bubble.x - across, bubble.y - down, bubble.x + across, bubble.y + down


def _square(square: Square, clear: float) -> Rect:
    reach = square.size / 2 + clear
    return square.x - reach, square.y - reach, square.x + reach, square.y + reach
