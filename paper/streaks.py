"""What crosses a bubble without being a mark: a streak of the scanner's glass, a fold, a stain's edge, a shadow's."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.ink import NOISE, Inked
from paper.layout import Bubble
from paper.outline import sample
from paper.picture import Grey
from paper.plan import Matrix, shape
from paper.shades import SLOPING, bare, levelled, sloping

FAR = 20.0  # mm from a bubble's centre: no mark meant for a bubble goes on so far
CLOSE = 8.0  # mm: most marks end before; only what leaves these surroundings, as half as dark, is worth following
DARK = 0.08  # darkness under local white of what is followed, where the paper has no coarser grain
AROUND = 1.0  # mm beyond the outline within which a line crosses a bubble
SPREAD = 6  # mm around a place in which bare paper is found


def followed(grain: float) -> float:
    """The darkness from which something is followed, on paper of that grain."""
    return max(DARK, 1.2 * NOISE * grain)


def crossed(grey: Grey, matrix: Matrix, bubbles: Sequence[Bubble], inked: Inked) -> NDArray[np.bool_]:
    """The bubbles whose ink leads out of their margin and far away, or may be a shade, or looks darker for it."""
    found = inked.shaded & (inked.ink > 0)
    found[_sloping(grey, matrix, bubbles, inked)] = True
    dark = followed(inked.grain)
    for index in np.flatnonzero(inked.leaving).tolist():
        window, here, scale = _around(grey, matrix, bubbles[index], CLOSE)
        if _leads_away(window, here, inked.white[index] * (1 - dark / 2)):
            window, here, scale = _around(grey, matrix, bubbles[index], FAR)
            found[index] |= _leads_away(window, here, _white(window, scale, 1 - dark))
    return found


def _sloping(grey: Grey, matrix: Matrix, bubbles: Sequence[Bubble], inked: Inked) -> NDArray[np.intp]:
    """The bubbles whose ink lies on paper that is darker at one side, with nothing else around."""
    some = np.flatnonzero((inked.ink > 0) & ~inked.shaded).tolist()
    if not some or np.ptp(inked.white) < SLOPING * inked.white.max():  # the page is evenly lit, as most are
        return np.zeros(0, np.intp)
    places = np.array([(bubble.x, bubble.y, bubble.rx, bubble.ry) for bubble in (bubbles[index] for index in some)])
    kept = []
    for index in np.array(some)[sloping(grey, matrix, places)].tolist():
        bubble = bubbles[index]
        size = shape(bubble.rx, bubble.ry)
        values = sample(grey, matrix, np.array([[bubble.x, bubble.y]]), size.grid, sharp=True)[0]
        if bare(levelled(values, size), size, followed(inked.grain)):
            kept.append(index)
    return np.array(kept, np.intp)


def _around(grey: Grey, matrix: Matrix, bubble: Bubble, far: float) -> tuple[Grey, Grey, float]:
    """The picture as `far` (mm) around a bubble, which of its pixels lie across the bubble, and its pixels per mm."""
    (a, b, _), (d, e, _), _ = matrix.tolist()
    x, y, w = (matrix @ (bubble.x, bubble.y, 1)).tolist()
    x, y, scale = x / w, y / w, math.sqrt(abs(a * e - b * d)) / abs(w)
    reach = far * scale
    left, top = max(int(x - reach), 0), max(int(y - reach), 0)
    window = grey[top : int(y + reach) + 1, left : int(x + reach) + 1]
    here = np.zeros(window.shape, np.uint8)
    axes = (round((bubble.rx + AROUND) * scale), round((bubble.ry + AROUND) * scale))
    cv2.ellipse(here, (round(x) - left, round(y) - top), axes, math.degrees(math.atan2(d, a)), 0, 360, (1,), -1)
    return window, here, scale


def _leads_away(window: Grey, here: Grey, paper: Grey | float) -> bool:
    """Whether something connected that is darker than `paper` lies across the bubble and goes on to the edge."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((window < paper).view(np.uint8))
    high, wide = window.shape
    touching = np.bincount(labels[here > 0], minlength=len(stats))
    touching[0] = 0
    for index in np.flatnonzero(touching > 3).tolist():
        left, top, across, down, _ = stats[index].tolist()
        if left <= 1 or top <= 1 or left + across >= wide - 1 or top + down >= high - 1:
            return True
    return False


def _white(window: Grey, scale: float, part: float) -> Grey:
    """A part of the paper's white at every pixel: the lightest millimetre nearby."""
    rows, columns = (max(round(length / scale), 1) for length in window.shape)
    coarse = cv2.resize(window, (columns, rows), interpolation=cv2.INTER_AREA)
    light = cv2.blur(cv2.dilate(coarse, np.ones((SPREAD, SPREAD), np.uint8)), (SPREAD, SPREAD))
    scaled = cv2.convertScaleAbs(light, alpha=part)
    return np.asarray(cv2.resize(scaled, window.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
