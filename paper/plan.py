"""What a page's layout alone says about measuring it, worked out once: sample grids, probes, who is whose neighbour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paper.layout import Bubble, Page

Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]
STEP = 0.25  # mm between samples: a pixel at 100 dpi, which is what pictures are shrunk to at most
LINE = 0.14  # mm, half the width of a printed outline
MARGIN = 1.1  # mm beyond the outline's centre line where ink counts; 1.25 mm beyond its edge are printed clear
RING, PAST_RING = (
    0.55,
    0.75,
)  # mm from the outline's centre line: within, what is drawn right on it; beyond, what is not
AROUND = 1.9  # mm beyond the outline's centre line that is looked at to find the paper's white
REACH = 1.25  # mm an outline is looked for beside its place
CLOSE = 0.75  # mm, and where first: a copier's pages bend by half as much
NO_PRINT = 0.75  # mm from the outline's centre line from which nothing can be printed
NEAR = np.array([80.0, 6.0])  # mm: bubbles in a row move together when a feeder pulls
BEND_TERMS = 6  # a surface of second degree carries what feeders and folds do to a page
PAPER_NEIGHBOURS = 12  # bubbles around one that tell the paper's usual white


@dataclass(frozen=True)
class Shape:
    """The samples of one size of bubble: offsets in mm from its centre, and which of them lie where."""

    rx: float
    ry: float

    @cached_property
    def offsets(self) -> Floats:
        """(g, 2) mm, as far as AROUND, from the middle outwards: what lies where is a range of them."""
        xs, ys = (np.arange(-round((half + AROUND) / STEP), round((half + AROUND) / STEP) + 1) * STEP
                  for half in (self.rx, self.ry))  # fmt: skip
        grid = np.stack(np.meshgrid(xs, ys), -1).reshape(-1, 2).astype(np.float32)
        distance = self.distance_at(grid)
        order = np.argsort(distance, kind="stable")
        return grid[order[distance[order] <= AROUND]]

    @cached_property
    def grid(self) -> Floats:
        """(3, g): one, x and y, to go through a placement."""
        return np.vstack([np.ones(len(self.offsets), np.float32), self.offsets.T])

    @cached_property
    def sparse(self) -> Floats:
        """(3, h): the black squares of the grid as of a chessboard, enough to say where an outline lies."""
        return np.ascontiguousarray(self.grid[:, np.rint(self.offsets.sum(1) / STEP) % 2 == 0])

    @cached_property
    def moments(self) -> Floats:
        """(counted, 4): x, y and their squares."""
        at = self.offsets[self.counted]
        return np.hstack([at, at**2])

    @cached_property
    def distance(self) -> Floats:
        """mm from the outline's centre line, negative inside."""
        return self.distance_at(self.offsets)

    @cached_property
    def counted(self) -> slice:
        return self._range(-np.inf, MARGIN)

    @cached_property
    def inside(self) -> slice:
        return self._range(-np.inf, -0.5)

    @cached_property
    def beside(self) -> slice:
        return self._range(0.5, MARGIN)

    @cached_property
    def clear(self) -> slice:
        """Where nothing is ever printed: only what crosses it comes from the bubble and goes on to the rim."""
        return self._range(NO_PRINT, MARGIN)

    @cached_property
    def rim(self) -> slice:
        return self._range(MARGIN + 0.3, np.inf)

    @cached_property
    def ring(self) -> slice:
        return self._range(-0.45, 0.45)

    @cached_property
    def printed(self) -> slice:
        """Where print may lie, however soft."""
        return self._range(-NO_PRINT, NO_PRINT)

    @cached_property
    def likely(self) -> Floats:
        """(printed,): how likely it is that something printed lies there, 0 to 1."""
        return np.asarray(np.clip((NO_PRINT - np.abs(self.distance[self.printed])) / 0.25, 0, 1), np.float32)

    def _range(self, low: float, high: float) -> slice:
        first, last = np.searchsorted(self.distance, (low, high), side="right").tolist()
        return slice(first, last)

    @cached_property
    def sixths(self) -> Floats:
        """(g, 6): each column takes the mean of the outline's own samples in one direction."""
        part = self._parts(6) & (np.abs(self.distance) < LINE + 0.1)[:, None]
        return np.asarray(part / part.sum(0), np.float32)

    @cached_property
    def means(self) -> Floats:
        """(g, 10): the eighths, then the mean inside the outline, and of the margin beside it."""
        columns = np.zeros((len(self.distance), 2), np.float32)
        for column, where in enumerate((self.inside, self.beside)):
            columns[where, column] = 1 / (where.stop - where.start)
        return np.hstack([self.eighths, columns])

    @cached_property
    def eighths(self) -> Floats:
        """(g, 8): each column takes the mean of the outline in one direction, less that of the paper on both sides."""
        away, part = np.abs(self.distance), self._parts(8)
        on, off = part & (away < RING)[:, None], part & ((away > PAST_RING) & (away <= MARGIN))[:, None]
        return np.asarray(on / on.sum(0) - off / off.sum(0), np.float32)

    def _parts(self, count: int) -> NDArray[np.bool_]:
        """(g, count): which samples lie in which direction from the centre."""
        direction = np.arctan2(self.offsets[:, 1] / self.ry, self.offsets[:, 0] / self.rx)
        return np.asarray(((direction + np.pi) // (2 * np.pi / count) % count).astype(int)[:, None] == np.arange(count))

    @cached_property
    def parts(self) -> NDArray[np.intp]:
        """(g, 8): 1 where a sample lies on the outline's part in that direction."""
        return np.asarray(self.eighths > 0, np.intp)

    @cached_property
    def close(self) -> Probes:
        """For outlines that lie nearly where they should, as on most pages."""
        return Probes(self, CLOSE)

    @cached_property
    def wide(self) -> Probes:
        """For outlines wherever they are looked for."""
        return Probes(self, REACH)

    def distance_at(self, offsets: Floats) -> Floats:
        """A good approximation of the distance to an ellipse: its level over its slope."""
        x, y = offsets[:, 0] / self.rx, offsets[:, 1] / self.ry
        level = np.sqrt(x * x + y * y) + 1e-6
        slope = np.sqrt((x / self.rx) ** 2 + (y / self.ry) ** 2) / level + 1e-6
        return np.asarray((level - 1) / slope, np.float32)


class Probes:
    """What looks for an outline shifted by up to `reach` (mm) either way, a shift every STEP, row by row of a square:
    `contrast` (h, shifts), each column of which answers with the outline's contrast when it lies shifted by that much,
    `inside` and `beside` (shifts, h), each row of which takes the mean there; `side`: shifts in a row."""

    def __init__(self, shape: Shape, reach: float) -> None:
        steps = np.arange(-round(reach / STEP), round(reach / STEP) + 1) * STEP
        self.side = len(steps)
        shifts = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2).astype(np.float32)
        distances = np.array([shape.distance_at(shape.sparse[1:].T - shift) for shift in shifts])
        away = np.abs(distances)
        ring, flank = np.clip((LINE + 0.19 - away) / 0.12, 0, 1), np.clip(1 - np.abs(away - 0.65) / 0.3, 0, 1)
        self.contrast: Floats = np.ascontiguousarray((_means(ring) - _means(flank)).T)
        self.inside = _means(distances < -0.5)
        self.beside = _means((distances > 0.5) & (distances <= MARGIN))


def _means(weights: NDArray[Any]) -> Floats:
    """Each row scaled to take a mean."""
    return np.asarray(weights / weights.sum(1, keepdims=True), np.float32)


@dataclass(frozen=True)
class Plan:
    """A page's bubbles, in order: `centres` (n, 2) mm, their positions by size, and for each one how near the others
    are (0 to 1, itself not) and which are nearest (itself as well); `terms` (n, BEND_TERMS) of a bent surface there."""

    bubbles: tuple[Bubble, ...]
    centres: Matrix
    sizes: tuple[tuple[Shape, NDArray[np.intp]], ...]
    near: Matrix
    nearest: NDArray[np.intp]
    terms: Matrix


@lru_cache(maxsize=256)
def plan(page: Page) -> Plan:
    """The plan of a page with at least one bubble."""
    bubbles = tuple(bubble for field in page.fields for bubble in field.bubbles)
    centres = np.array([(bubble.x, bubble.y) for bubble in bubbles])
    apart = centres[:, None] - centres[None]
    near = np.exp(-((apart / NEAR) ** 2).sum(-1) / 2)
    np.fill_diagonal(near, 0)
    nearest = np.argsort((apart**2).sum(-1), axis=1)[:, :PAPER_NEIGHBOURS]
    x, y = ((centres - centres.mean(0)) / 100).T
    terms = np.stack([np.ones(len(x)), x, y, x * x, x * y, y * y], 1)
    return Plan(bubbles, centres, _sizes(bubbles), near, nearest, terms)


@lru_cache(maxsize=64)
def shape(rx: float, ry: float) -> Shape:
    """The samples of a size of bubble, made once."""
    return Shape(rx, ry)


def _sizes(bubbles: Sequence[Bubble]) -> tuple[tuple[Shape, NDArray[np.intp]], ...]:
    kinds = sorted({(bubble.rx, bubble.ry) for bubble in bubbles})
    of = np.array([kinds.index((bubble.rx, bubble.ry)) for bubble in bubbles])
    return tuple((shape(*kind), np.flatnonzero(of == index)) for index, kind in enumerate(kinds))
