"""Light that falls off across a bubble, as in the soft shadow of a hand, told from what is drawn, and taken off."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from paper.outline import sample
from paper.picture import Grey
from paper.plan import MARGIN, NO_PRINT, Floats, Matrix, Shape

SLOPING = 0.03  # of its light by which one side of a bubble is darker than another before it is looked into
EVEN, MOSTLY = 0.03, 0.65  # of its light within which paper is even, and how much of what is clear must be
AIR = 0.2  # mm beyond the margin where nothing is printed yet
SPOTS = 16  # around a bubble, four to each side


def sloping(grey: Grey, matrix: Matrix, bubbles: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of some bubbles (n, 4: x, y, rx, ry in mm) have paper that is darker at one side."""
    found = np.zeros(len(bubbles), bool)
    for size in {(rx, ry) for rx, ry in bubbles[:, 2:].tolist()}:
        members = np.flatnonzero((bubbles[:, 2:] == size).all(1))
        spots = sample(grey, matrix, bubbles[members, :2], _spots(*size)).reshape(len(members), 4, SPOTS // 4)
        sides = np.sort(spots, axis=2)[:, :, SPOTS // 8 :].mean(2)
        found[members] = np.ptp(sides, axis=1) > SLOPING * sides.max(1)
    return found


@lru_cache(maxsize=64)
def _spots(rx: float, ry: float) -> Floats:
    """A grid (see Shape.grid) of places around a bubble that are printed clear, side after side."""
    angle = np.pi * ((np.arange(SPOTS) + 0.5) / (SPOTS / 2) - 0.25)
    far = (NO_PRINT + MARGIN) / 2
    return np.vstack([np.ones(SPOTS), (rx + far) * np.cos(angle), (ry + far) * np.sin(angle)]).astype(np.float32)


def levelled(values: Floats, size: Shape) -> Floats:
    """A bubble's samples as shares of its paper's light, which falls off across it; ink hardly pulls it."""
    clear = size.distance > 0.45
    x, y = size.offsets.T
    terms = np.column_stack([np.ones(len(x)), x, y, x * x, y * y, x * y]).astype(np.float64)
    weight = clear.astype(float)
    found = np.zeros(values.shape, np.float64)
    for _ in range(4):
        pull = (terms * weight[:, None]).T
        found = terms @ np.linalg.solve(pull @ terms + 1e-3 * np.eye(6), pull @ values)
        away = (values - found) / np.maximum(found, 1)
        weight = clear / (1 + (np.minimum(away, away * 0.3) / 0.02) ** 2)
    return np.asarray(values / np.maximum(found, 1), np.float32)


def bare(level: Floats, size: Shape, least: float) -> bool:
    """Whether nothing as dark as `least` lies on the paper around a bubble, once levelled: nothing leads into it."""
    ring = (size.distance > NO_PRINT) & (size.distance < MARGIN + AIR)
    return bool(level[ring].min() > 1 - least)


def smooth(level: Floats, size: Shape) -> bool:
    """Whether a levelled bubble's paper is plain, whatever is drawn across it: its light falls off and has no edge."""
    return bool((np.abs(level[size.distance > 0.45] - 1) < EVEN).mean() > MOSTLY)
