"""What crosses a bubble without being a mark: a streak of the scanner's glass, a fold, a stain's edge, a shadow's."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.ink import NOISE, Inked
from paper.layout import Bubble
from paper.picture import Grey
from paper.plan import Matrix

FAR = 20.0  # mm from a bubble's centre: no mark meant for a bubble goes on so far
CLOSE = 8.0  # mm: most marks end before, and what does not leave these surroundings needs no look at the wider ones
DARK = 0.08  # darkness under local white of what is followed, where the paper has no coarser grain
AROUND = 1.0  # mm beyond the outline within which a line crosses a bubble
SPREAD = 6  # mm around a place in which bare paper is found


def crossed(grey: Grey, matrix: Matrix, bubbles: Sequence[Bubble], inked: Inked) -> NDArray[np.bool_]:
    """The bubbles whose ink leads out of their margin and far away."""
    found = np.zeros(len(bubbles), bool)
    dark = max(DARK, 1.2 * NOISE * inked.grain)
    for index in np.flatnonzero(inked.leaving):
        bubble = bubbles[int(index)]
        found[index] = all(_leads_away(grey, matrix, bubble, (reach, dark)) for reach in (CLOSE, FAR))
    return found


def _leads_away(grey: Grey, matrix: Matrix, bubble: Bubble, looked: tuple[float, float]) -> bool:
    """Whether something connected lies across the bubble and goes on to the edge of its surroundings; `looked`: how
    far (mm) they go, and the darkness from which something is followed."""
    (far, dark), (x, y, w) = looked, matrix @ (bubble.x, bubble.y, 1)
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2] / w))))
    reach = far * scale
    left, top = max(int(x / w - reach), 0), max(int(y / w - reach), 0)
    window = grey[top : int(y / w + reach) + 1, left : int(x / w + reach) + 1]
    below = np.asarray(cv2.compare(window, _white(window, scale, 1 - dark), cv2.CMP_LT), np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(below)
    low, high = stats[:, :2], stats[:, :2] + stats[:, 2:4]
    leaves = np.asarray(((low <= 1) | (high >= np.array(window.shape[::-1]) - 1)).any(1))
    leaves[0] = False
    if not leaves.any():
        return False
    here = np.zeros(window.shape, np.uint8)
    axes = (round((bubble.rx + AROUND) * scale), round((bubble.ry + AROUND) * scale))
    turned = float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))
    cv2.ellipse(here, (round(x / w) - left, round(y / w) - top), axes, turned, 0, 360, (1,), -1)
    touching = np.bincount(labels[here > 0], minlength=len(stats))
    return bool((leaves & (touching > 3)).any())


def _white(window: Grey, scale: float, part: float) -> Grey:
    """A part of the paper's white at every pixel: the lightest millimetre nearby."""
    rows, columns = (max(round(length / scale), 1) for length in window.shape)
    coarse = cv2.resize(window, (columns, rows), interpolation=cv2.INTER_AREA)
    light = cv2.blur(cv2.dilate(coarse, np.ones((SPREAD, SPREAD), np.uint8)), (SPREAD, SPREAD))
    scaled = cv2.convertScaleAbs(light, alpha=part)
    return np.asarray(cv2.resize(scaled, window.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
