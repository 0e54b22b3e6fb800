"""The frame every page shares: corners, tags, header, body and footer, and the mirror for right-to-left sheets.

Corners and tags keep their geometric places in every script: clear of punch holes at the left and top edges (17 mm)
and of a staple top left. Everything else is placed from the *start* side: left, or right on a right-to-left sheet.
"""

from __future__ import annotations

from dataclasses import dataclass

from paper.layout import PAPER_SIZES, Square

CORNER = 5.0  # mm, side of a corner square
CORNER_INSET = 10.0  # mm, page edge to a corner's centre: copiers lose up to 5 mm at the edge
TAG = 18.0  # mm: 0.49 mm a module at version 4, read at 150 dpi
TAG_MODULES = 29  # the smallest version printed (3): its modules, and so its quiet zone, are the widest
QUIET = 4 * TAG / TAG_MODULES  # mm, white around a tag
MARGIN = 20.0  # mm, left and right of the body: punch holes end at 17
TAG_AT = (30.0, 16.5)  # mm, tag centre to the nearer side edge, and to the top or bottom edge
BAND = TAG_AT[1] + TAG / 2 + QUIET + 0.6  # mm, height of the header and of the footer band, from the page's edge
RULE = 0.35  # mm, the line under the header


@dataclass(frozen=True)
class Span:
    """A stretch along a line, in mm from the start side."""

    start: float
    end: float

    @property
    def width(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Frame:
    """A paper size in one direction."""

    width: float
    height: float
    rtl: bool
    air: float  # mm under the rule of the header, and half of it above the foot

    @property
    def corners(self) -> tuple[Square, ...]:
        far_x, far_y = self.width - CORNER_INSET, self.height - CORNER_INSET
        near = CORNER_INSET
        return tuple(_square(x, y, CORNER) for x, y in ((near, near), (far_x, near), (far_x, far_y), (near, far_y)))

    @property
    def tags(self) -> tuple[Square, ...]:
        """Top right, bottom left."""
        across, down = TAG_AT
        return (_square(self.width - across, down, TAG), _square(across, self.height - down, TAG))

    @property
    def body(self) -> Span:
        return Span(MARGIN, self.width - MARGIN)

    @property
    def body_top(self) -> float:
        return BAND + RULE + self.air

    @property
    def body_bottom(self) -> float:
        return self.height - BAND - self.air / 2

    @property
    def header(self) -> Span:
        """The header beside the tag at the top right."""
        taken = TAG_AT[0] + TAG / 2 + QUIET + 2
        return Span(taken, self.width - MARGIN) if self.rtl else Span(MARGIN, self.width - taken)

    @property
    def footer(self) -> Span:
        """The footer beside the tag at the bottom left."""
        taken = TAG_AT[0] + TAG / 2 + QUIET + 2
        return Span(MARGIN, self.width - taken) if self.rtl else Span(taken, self.width - MARGIN)

    def x(self, start: float) -> float:
        """Millimetres from the left edge of a point given from the start side."""
        return self.width - start if self.rtl else start


def frame(paper: str, rtl: bool, air: float) -> Frame:
    """The frame of a paper size, `air` mm under its header; ValueError when there is no such size."""
    if paper not in PAPER_SIZES:
        raise ValueError(f"{paper}: no such paper size; write one of {', '.join(PAPER_SIZES)}")
    return Frame(*PAPER_SIZES[paper], rtl, air)


def _square(x: float, y: float, size: float) -> Square:
    return Square(round(x, 3), round(y, 3), size)
