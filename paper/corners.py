"""One corner square found near where it must be, to a few hundredths of a pixel; it knows no page."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paper.picture import Grey
from paper.tags import Points

SOLID = 0.83  # share of its box that a square fills; a filled ellipse fills 0.79
SCALES = (0.8, 1.25)  # side of a corner as seen, by the fit's own scale
DARK_AND_LIGHT = (
    20,
    95,
)  # per cent of a square and the two pixels around it that are darker than its ink and its paper


@dataclass(frozen=True)
class Expected:
    """Where a square should be: centre, side and how far it may be off, in pixels, and how it is turned (radians)."""

    centre: Points
    side: float
    reach: float
    angle: float


def find(grey: Grey, expected: Expected) -> Points | None:
    """The centre (px) of the square: as it lies there, else freed from strokes across it."""
    reach = expected.reach + expected.side
    left, top = (int(max(low, 0)) for low in expected.centre - reach)
    right, bottom = (int(max(high, 0)) for high in expected.centre + reach)
    window = grey[top:bottom, left:right]
    if min(window.shape) < expected.side * 0.7:
        return None
    dark = np.asarray(cv2.threshold(window, 0, 255, cv2.THRESH_OTSU | cv2.THRESH_BINARY_INV)[1], np.uint8)
    near = expected.centre - (left, top)
    found = _square_in(dark, expected, near)
    if found is None:
        kernel = np.ones((max(int(expected.side * 0.5), 2),) * 2, np.uint8)
        found = _square_in(np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel), np.uint8), expected, near)
    return None if found is None else np.add(_centroid(window, found), (left, top))


def _square_in(dark: Grey, expected: Expected, near: Points) -> tuple[int, int, int, int] | None:
    """The bounding box of the solid square of about the expected side that is nearest to `near`."""
    _, _, stats, centres = cv2.connectedComponentsWithStats(dark)
    side, angle = expected.side, expected.angle
    box = side * (abs(np.cos(angle)) + abs(np.sin(angle)))
    ratios = stats[1:, 2:] / np.array([box, box, side**2])
    low, high = (np.array([scale, scale, scale**2]) for scale in SCALES)
    good = ((ratios > low) & (ratios < high)).all(1) & (ratios[:, 2] > SOLID * ratios[:, 0] * ratios[:, 1])
    if not good.any():
        return None
    away = np.where(good, np.hypot(*(centres[1:] - near).T), np.inf)
    left, top, wide, high_ = (int(value) for value in stats[1 + int(away.argmin()), :4])
    return left, top, wide, high_


def _centroid(window: Grey, box: tuple[int, int, int, int]) -> Points:
    """The darkness-weighted centre: edges that cover half a pixel count half."""
    left, top = max(box[0] - 2, 0), max(box[1] - 2, 0)
    patch = window[top : box[1] + box[3] + 2, left : box[0] + box[2] + 2].astype(np.float32)
    ranks = [patch.size * share // 100 for share in DARK_AND_LIGHT]
    low, high = np.partition(patch, ranks, axis=None)[ranks]
    weight = np.clip((high - patch) / max(high - low, 1) - 0.15, 0, 0.7)
    moments = cv2.moments(weight)
    total = moments["m00"] or 1.0
    return np.array([moments["m10"] / total + left, moments["m01"] / total + top])
