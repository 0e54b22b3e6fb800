"""Where each bubble's outline lies, a little beside where the corners say: stretched paper, folds, a feeder's pull."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.layout import Bubble
from paper.picture import Grey

Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]
STEP = 0.25  # mm between samples: a pixel at 100 dpi, which is what pictures are shrunk to at most
LINE = 0.14  # mm, half the width of a printed outline
MARGIN = 1.1  # mm beyond the outline's centre line where ink counts; 1.25 mm beyond its edge are printed clear
AROUND = 1.9  # mm beyond the outline's centre line that is looked at to find the paper's white
REACH = 1.0  # mm an outline is looked for beside its place
BEND_TERMS = 6  # a surface of second degree carries what feeders and folds do to a page
NEAR = np.array([60.0, 10.0])  # mm: bubbles in a row move together when a feeder pulls
ALONE = 0.2  # mm beside its neighbours from which a bubble's own place is doubted
VISIBLE = 0.03  # contrast: outlines fainter than this (1-bit pictures drop them) cannot say where they are
CLEAN = 0.07  # mean darkness inside a bubble that has surely nothing in it


@dataclass(frozen=True)
class Shape:
    """The sample grid of one size of bubble: offsets in mm from its centre, and which of them lie where."""

    rx: float
    ry: float

    @cached_property
    def offsets(self) -> Floats:
        """(g, 2) mm."""
        xs, ys = (np.arange(-round((half + AROUND) / STEP), round((half + AROUND) / STEP) + 1) * STEP
                  for half in (self.rx, self.ry))  # fmt: skip
        return np.stack(np.meshgrid(xs, ys), -1).reshape(-1, 2).astype(np.float32)

    @cached_property
    def distance(self) -> Floats:
        """mm from the outline's centre line, negative inside."""
        return self.distance_at(self.offsets)

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        return self.distance <= MARGIN

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        return self.distance < -0.5

    @cached_property
    def beside(self) -> NDArray[np.bool_]:
        return (self.distance > 0.5) & (self.distance <= MARGIN)

    @cached_property
    def probes(self) -> Floats:
        """(shifts, g): each row answers with the outline's contrast when it lies shifted by that much."""
        rows = []
        for shift in self.shifts:
            away = np.abs(self.distance_at(self.offsets - shift))
            ring = np.clip((LINE + 0.19 - away) / 0.12, 0, 1)
            flank = np.clip(1 - np.abs(away - 0.65) / 0.3, 0, 1)
            rows.append(ring / ring.sum() - flank / flank.sum())
        return np.array(rows, np.float32)

    @cached_property
    def shifts(self) -> Floats:
        """(shifts, 2) mm, row by row."""
        steps = np.arange(-round(REACH / STEP), round(REACH / STEP) + 1) * STEP
        return np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2).astype(np.float32)

    def distance_at(self, offsets: Floats) -> Floats:
        """A good approximation of the distance to an ellipse: its level over its slope."""
        x, y = offsets[:, 0] / self.rx, offsets[:, 1] / self.ry
        level = np.sqrt(x * x + y * y) + 1e-6
        slope = np.sqrt((x / self.rx) ** 2 + (y / self.ry) ** 2) / level + 1e-6
        return np.asarray((level - 1) / slope, np.float32)


@lru_cache(maxsize=64)
def shape(rx: float, ry: float) -> Shape:
    """The grid of a size of bubble, made once."""
    return Shape(rx, ry)


def sample(grey: Grey, matrix: Matrix, centres: Matrix, offsets: Floats, sharp: bool = False) -> Floats:
    """(n, g) grey values at `offsets` (mm) around `centres` (mm), each neighbourhood taken as flat. `sharp` keeps the
    contrast of thin strokes."""
    x, y, w = matrix @ np.c_[centres, np.ones(len(centres))].T
    px, py = x / w, y / w
    across = [px, (matrix[0, 0] - px * matrix[2, 0]) / w, (matrix[0, 1] - px * matrix[2, 1]) / w]
    down = [py, (matrix[1, 0] - py * matrix[2, 0]) / w, (matrix[1, 1] - py * matrix[2, 1]) / w]
    grid = np.c_[np.ones(len(offsets), np.float32), offsets].T
    maps = [np.array(local, np.float32).T @ grid for local in (across, down)]
    way = cv2.INTER_CUBIC if sharp else cv2.INTER_LINEAR
    found = cv2.remap(grey, maps[0], maps[1], way, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def paper_white(values: Floats) -> Floats:
    """(n,) the grey of bare paper around each bubble: what four fifths of its surroundings stay below."""
    rank = values.shape[1] * 4 // 5
    return np.asarray(np.maximum(np.partition(values, rank, axis=1)[:, rank], 1.0))


@dataclass(frozen=True)
class Alignment:
    """`shifts` (n, 2) in mm from where the corners say; `residual` (mm) is how far a bubble lies from where the others
    put it, the median; `seen` is the share of empty bubbles whose outline shows, `contrast` how dark it is."""

    shifts: Matrix
    residual: float
    seen: float
    contrast: float


def align(grey: Grey, matrix: Matrix, bubbles: Sequence[Bubble]) -> Alignment:
    """Finds the outlines of empty bubbles and lets them say where all of them lie."""
    centres = np.array([(bubble.x, bubble.y) for bubble in bubbles])
    own, contrast = np.zeros((len(bubbles), 2)), np.zeros(len(bubbles))
    for size, members in sizes(bubbles):
        own[members], contrast[members] = _own_shifts(sample(grey, matrix, centres[members], size.offsets), size)
    empty = contrast >= 0
    sure = contrast > VISIBLE
    if sure.sum() < BEND_TERMS:
        typical = float(np.median(contrast[empty])) if empty.any() else 0.0
        return Alignment(np.zeros_like(own), 0.0, float(sure.sum() / max(empty.sum(), 1)), typical)
    surface = _surface(centres, own, sure)
    rest = np.clip(own - surface, -0.8, 0.8)
    others = _neighbours(centres, rest, sure)
    residual = float(np.median(np.hypot(*(rest - others)[sure].T)))
    return Alignment(surface + others, residual, float(sure.sum() / empty.sum()), float(np.median(contrast[sure])))


def sizes(bubbles: Sequence[Bubble]) -> list[tuple[Shape, NDArray[np.intp]]]:
    """The bubbles' positions in the sequence, by their size."""
    kinds = sorted({(bubble.rx, bubble.ry) for bubble in bubbles})
    of = np.array([kinds.index((bubble.rx, bubble.ry)) for bubble in bubbles])
    return [(shape(*kind), np.flatnonzero(of == index)) for index, kind in enumerate(kinds)]


def _own_shifts(values: Floats, size: Shape) -> tuple[Matrix, Matrix]:
    """Where each bubble's outline answers best (mm), and with what contrast; -1 when there is ink in the bubble."""
    dark = np.clip(1 - values / paper_white(values)[:, None], 0, 0.6)
    answers = dark @ size.probes.T
    across = round(len(size.shifts) ** 0.5)
    grid = answers.reshape(-1, across, across)
    best = answers.argmax(1)
    row, column = np.clip(best // across, 1, across - 2), np.clip(best % across, 1, across - 2)
    each = np.arange(len(values))
    shift = np.stack([_vertex(*(grid[each, row, column + k] for k in (-1, 0, 1))) + column,
                      _vertex(*(grid[each, row + k, column] for k in (-1, 0, 1))) + row], -1)  # fmt: skip
    empty = (dark[:, size.inside].mean(1) < CLEAN) & (dark[:, size.beside].mean(1) < CLEAN)
    found = (best // across == row) & (best % across == column)  # a peak at the rim is no peak
    contrast = np.where(empty, np.where(found, answers.max(1), 0), -1)
    return (shift - across // 2) * STEP, contrast


def _vertex(before: Floats, at: Floats, after: Floats) -> Floats:
    """Where the parabola through three neighbours peaks, in steps from the middle one."""
    bend = 2 * at - before - after
    return np.asarray(np.clip((after - before) / (2 * np.maximum(bend, 1e-6)), -0.6, 0.6))


def _neighbours(centres: Matrix, rest: Matrix, sure: NDArray[np.bool_]) -> Matrix:
    """What is left beside the surface, as the other bubbles near each one have it; those that stand alone (a ring
    drawn around the outline) are not heard."""
    away = (((centres[:, None] - centres[None]) / NEAR) ** 2).sum(-1)
    near = np.exp(-away / 2)
    np.fill_diagonal(near, 0)
    weight, others = sure.astype(float), np.zeros_like(rest)
    for _ in range(2):
        heard = near * weight
        others = heard @ rest / (heard.sum(1, keepdims=True) + 0.5)
        weight = sure / (1 + (((rest - others) ** 2).sum(1) / ALONE**2) ** 2)
    return others


def _surface(centres: Matrix, own: Matrix, sure: NDArray[np.bool_]) -> Matrix:
    """A bent sheet through the sure shifts, which outliers (ink, dirt) hardly pull."""
    x, y = ((centres - centres.mean(0)) / 100).T
    terms = np.c_[np.ones(len(x)), x, y, x * x, x * y, y * y]
    weight = sure.astype(float)
    for _ in range(3):
        pull = (terms * weight[:, None]).T
        found = np.linalg.solve(pull @ terms + 0.02 * np.eye(BEND_TERMS), pull @ own)
        away = np.hypot(*(own - terms @ found).T)
        weight = sure / (1 + (away / 0.15) ** 2)
    return np.asarray(terms @ found)
