"""Where each bubble's outline lies, a little beside where the corners say: stretched paper, folds, a feeder's pull."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.median import median
from paper.picture import Grey
from paper.plan import BEND_TERMS, STEP, Floats, Matrix, Plan, Probes, Shape

ALONE = 0.2  # mm beside its neighbours from which a bubble's own place is doubted
FLAT = 0.05  # mm beside their places, the median, up to which bubbles lie on a surface of second degree; usual are 0.01
CLOSE = 17.0  # mm: on a sheet that is not flat those around one move together
VISIBLE = 0.03  # contrast: outlines fainter than this (1-bit pictures drop them) cannot say where they are
PART = 0.4  # of the page's clearest outlines: a fainter answer comes from something else than an outline
CLEAN = 0.07  # mean darkness inside a bubble, and beside it, that has surely nothing in it
# Multiplications at a time: of larger products the linear algebra library gives a part to idle threads, which it wakes.
SMALL_PRODUCT = 262_000


@dataclass(frozen=True)
class Alignment:
    """`shifts` (n, 2) in mm from where the corners say; `residual` (mm) is how far a bubble lies from where the others
    put it, the median; `seen` is the share of empty bubbles whose outline shows, `contrast` how dark it is."""

    shifts: Matrix
    residual: float
    seen: float
    contrast: float


def sample(grey: Grey, matrix: Matrix, centres: Matrix, grid: Floats, sharp: bool = False) -> Floats:
    """(n, g) grey values at the offsets of a `grid` (see Shape.grid) around `centres` (mm), each neighbourhood taken as
    flat. `sharp` keeps the contrast of thin strokes."""
    x, y, w = matrix[:, :2] @ centres.T + matrix[:, 2:]
    px, py = x / w, y / w
    across = (px, (matrix[0, 0] - px * matrix[2, 0]) / w, (matrix[0, 1] - px * matrix[2, 1]) / w)
    down = (py, (matrix[1, 0] - py * matrix[2, 0]) / w, (matrix[1, 1] - py * matrix[2, 1]) / w)
    maps = [np.array(local, np.float32).T @ grid for local in (across, down)]
    way = cv2.INTER_CUBIC if sharp else cv2.INTER_LINEAR
    return cv2.remap(grey, maps[0], maps[1], way, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)


def paper_white(values: Floats) -> Floats:
    """(n,) the grey of bare paper around each bubble: what four fifths of its surroundings stay below."""
    some = values[:, ::3]
    rank = some.shape[1] * 4 // 5
    return np.asarray(np.maximum(np.partition(some, rank, axis=1)[:, rank], 1.0))


def align(grey: Grey, matrix: Matrix, plan: Plan) -> Alignment:
    """Finds the outlines of empty bubbles and lets them say where all of them lie."""
    own, contrast = np.zeros_like(plan.centres), np.zeros(len(plan.centres))
    for size, members in plan.sizes:
        own[members], contrast[members] = _own_shifts(sample(grey, matrix, plan.centres[members], size.sparse), size)
    empty = contrast >= 0
    clearest = np.partition(contrast, len(contrast) * 9 // 10)[len(contrast) * 9 // 10]
    sure = contrast > max(VISIBLE, PART * float(clearest))
    if sure.sum() < BEND_TERMS:
        typical = median(contrast[empty]) if empty.any() else 0.0
        return Alignment(np.zeros_like(own), 0.0, float(sure.sum() / max(empty.sum(), 1)), typical)
    surface = _surface(plan.terms, own, sure)
    rest = own - surface
    others = _neighbours(plan.near, rest, sure)
    shifts = surface + others
    residual = median(np.hypot(*(own - shifts)[sure].T))
    if residual > FLAT:
        shifts = _buckled(plan.centres, own, sure)
        residual = median(np.hypot(*(own - shifts)[sure].T))
        alone = np.hypot(*(own - shifts).T) > 2 * ALONE
        shifts = np.where((sure & ~alone)[:, None], own, shifts)
    return Alignment(shifts, residual, float(sure.sum() / empty.sum()), median(contrast[sure]))


def _own_shifts(values: Floats, size: Shape) -> tuple[Matrix, Matrix]:
    """Where each bubble's outline answers best (mm), and with what contrast; -1 when there is ink in the bubble."""
    dark = values / paper_white(values)[:, None]
    np.subtract(1, dark, out=dark)
    np.maximum(dark, 0, out=dark)
    np.minimum(dark, 0.6, out=dark)
    shift, contrast, empty = _answers(dark, size.close)
    far = np.flatnonzero(contrast == 0)
    if len(far):
        shift[far], contrast[far], empty[far] = _answers(dark[far], size.wide)
    return shift, np.where(empty, contrast, -1)


def _answers(dark: Floats, probes: Probes) -> tuple[Matrix, Floats, NDArray[np.bool_]]:
    """Where each outline answers best (mm), with what contrast, and whether the bubble that lies there is empty."""
    answers, side = _product(dark, probes.contrast), probes.side
    grid = answers.reshape(-1, side, side)
    best = answers.argmax(1)
    high, wide = np.divmod(best, side)
    row, column = (np.minimum(np.maximum(at, 1), side - 2) for at in (high, wide))
    each = np.arange(len(dark))
    shift = np.empty((len(dark), 2))
    at = grid[each, row, column]
    shift[:, 0] = _vertex(grid[each, row, column - 1], at, grid[each, row, column + 1]) + column
    shift[:, 1] = _vertex(grid[each, row - 1, column], at, grid[each, row + 1, column]) + row
    inside, beside = (np.einsum("ng,ng->n", dark, means[best]) for means in (probes.inside, probes.beside))
    empty = (inside < CLEAN) & (beside < CLEAN)
    found = (high == row) & (wide == column)  # a peak at the rim is no peak
    return (shift - side // 2) * STEP, np.where(found, answers[each, best], 0), empty


def _product(left: Floats, right: Floats) -> Floats:
    rows = max(SMALL_PRODUCT // right.size, 1)
    found = np.empty((len(left), right.shape[1]), np.float32)
    for start in range(0, len(left), rows):
        np.matmul(left[start : start + rows], right, out=found[start : start + rows])
    return found


def _vertex(before: Floats, at: Floats, after: Floats) -> Floats:
    """Where the parabola through three neighbours peaks, in steps from the middle one."""
    bend = 2 * at - before - after
    return np.asarray(np.minimum(np.maximum((after - before) / (2 * np.maximum(bend, 1e-6)), -0.6), 0.6))


def _neighbours(near: Matrix, rest: Matrix, sure: NDArray[np.bool_]) -> Matrix:
    """What is left beside the surface, as the other bubbles near each one have it; those that stand alone (a ring
    drawn around the outline) are not heard."""
    weight, others = sure.astype(float), np.zeros_like(rest)
    for _ in range(2):
        heard = near * weight
        others = heard @ rest / (heard.sum(1, keepdims=True) + 0.2)
        weight = sure / (1 + (((rest - others) ** 2).sum(1) / ALONE**2) ** 2)
    return others


def _buckled(centres: Matrix, own: Matrix, sure: NDArray[np.bool_]) -> Matrix:
    """Where the bubbles around each one put it, by a plane through their shifts; those that stand alone hardly pull."""
    apart = centres[None] - centres[:, None]
    heard = np.exp(-((apart / CLOSE) ** 2).sum(-1) / 2) * sure
    np.fill_diagonal(heard, 0)
    terms = np.concatenate([np.ones((*heard.shape, 1)), apart / CLOSE], axis=2)
    found, weight = np.zeros_like(own), np.ones_like(heard)
    for _ in range(3):
        pull = (terms * (heard * weight)[..., None]).transpose(0, 2, 1)
        planes = np.linalg.solve(pull @ terms + np.diag([1e-6, 0.02, 0.02]), pull @ own)
        found = planes[:, 0]
        weight = 1 / (1 + (((terms @ planes - own) ** 2).sum(-1) / ALONE**2) ** 2)
    return found


def _surface(terms: Matrix, own: Matrix, sure: NDArray[np.bool_]) -> Matrix:
    """A bent sheet through the sure shifts, which outliers (ink, dirt) hardly pull."""
    weight = sure.astype(float)
    for _ in range(3):
        pull = (terms * weight[:, None]).T
        found = np.asarray(
            cv2.solve(pull @ terms + 0.02 * np.eye(BEND_TERMS), pull @ own, flags=cv2.DECOMP_CHOLESKY)[1]
        )
        surface = terms @ found
        away = own - surface
        weight = sure / (1 + (away * away).sum(1) / 0.15**2)
    return np.asarray(surface)
