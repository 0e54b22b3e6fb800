"""What crosses a bubble without being a mark: a streak of the scanner's glass, a fold, a stain's edge, a shadow's."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.layout import Bubble
from paper.outline import Matrix
from paper.picture import Grey

FAR = 20.0  # mm from a bubble's centre: no mark meant for a bubble goes on so far
DARK = 0.08  # darkness under local white of what is followed
AROUND = 1.0  # mm beyond the outline within which a line crosses a bubble


def crossed(grey: Grey, matrix: Matrix, bubbles: Sequence[Bubble], suspects: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the bubbles whose ink leads out of their margin, those where it leads far away."""
    found = np.zeros(len(bubbles), bool)
    for index in np.flatnonzero(suspects):
        found[index] = _leads_away(grey, matrix, bubbles[int(index)])
    return found


def _leads_away(grey: Grey, matrix: Matrix, bubble: Bubble) -> bool:
    x, y, w = matrix @ (bubble.x, bubble.y, 1)
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2] / w))))
    reach = FAR * scale
    left, top = max(int(x / w - reach), 0), max(int(y / w - reach), 0)
    window = grey[top : int(y / w + reach) + 1, left : int(x / w + reach) + 1]
    white = cv2.resize(_white(window, scale), window.shape[::-1], interpolation=cv2.INTER_LINEAR)
    dark = (window < white * (1 - DARK)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark)
    here = np.zeros(window.shape, np.uint8)
    axes = (round((bubble.rx + AROUND) * scale), round((bubble.ry + AROUND) * scale))
    turned = float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))
    cv2.ellipse(here, (round(x / w) - left, round(y / w) - top), axes, turned, 0, 360, (1,), -1)
    touching = np.bincount(labels[here > 0], minlength=len(stats))
    touching[0] = 0
    low, high = stats[:, :2], stats[:, :2] + stats[:, 2:4]
    edge = np.array(window.shape[::-1])
    leaves = ((low <= 1) | (high >= edge - 1)).any(1)
    return bool((leaves & (touching > 3)).any())


def _white(window: Grey, scale: float) -> NDArray[np.float32]:
    """Paper white, block by block of 10 mm: what four fifths of a block stay below."""
    side = max(round(10 * scale), 4)
    rows, columns = (max(round(length / side), 1) for length in window.shape)
    blocks = cv2.resize(window, (columns * 12, rows * 12), interpolation=cv2.INTER_AREA).reshape(rows, 12, columns, 12)
    return np.asarray(np.percentile(blocks, 80, axis=(1, 3)), np.float32)
