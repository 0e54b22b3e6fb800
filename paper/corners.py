"""One corner square found near where it must be, to a few hundredths of a pixel; it knows no page."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from paper.picture import Grey

SOLID = 0.83  # share of its box that a square fills; a filled ellipse fills 0.79
SCALES = (0.8, 1.25)  # side of a corner as seen, by the fit's own scale
DARK_AND_LIGHT = (
    20,
    95,
)  # per cent of a square and the two pixels around it that are darker than its ink and its paper


Point = tuple[float, float]  # x and y, in pixels


@dataclass(frozen=True)
class Expected:
    """Where a square should be: centre, side and how far it may be off, in pixels, and how it is turned (radians)."""

    centre: Point
    side: float
    reach: float
    angle: float


def find(grey: Grey, expected: Expected) -> Point | None:
    """The centre (px) of the square: as it lies there, close by or further off, else freed from strokes across it."""
    far = expected.reach + expected.side
    for reach, freed in ((min(2 * expected.side, far), False), (far, False), (far, True)):
        left, top = (int(max(at - reach, 0)) for at in expected.centre)
        right, bottom = (int(max(at + reach, 0)) for at in expected.centre)
        window = grey[top:bottom, left:right]
        if min(window.shape) < expected.side * 0.7:
            return None
        dark = np.asarray(cv2.threshold(window, 0, 255, cv2.THRESH_OTSU | cv2.THRESH_BINARY_INV)[1], np.uint8)
        if freed:
            kernel = np.ones((max(int(expected.side * 0.5), 2),) * 2, np.uint8)
            dark = np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel), np.uint8)
        found = _square_in(dark, expected, (expected.centre[0] - left, expected.centre[1] - top))
        if found:
            x, y = _centroid(window, found)
            return x + left, y + top
    return None


def _square_in(dark: Grey, expected: Expected, near: Point) -> tuple[int, int, int, int] | None:
    """The bounding box of the solid square of about the expected side that is nearest to `near`."""
    _, _, stats, centres = cv2.connectedComponentsWithStats(dark)
    side, (small, large) = expected.side, SCALES
    box = side * (abs(math.cos(expected.angle)) + abs(math.sin(expected.angle)))
    best, least = None, math.inf
    for index in np.flatnonzero(stats[:, 4] > (small * side) ** 2).tolist():
        left, top, wide, high, area = stats[index].tolist()
        sized = all(small < length / box < large for length in (wide, high)) and area < (large * side) ** 2
        if index and sized and area / side**2 > SOLID * wide * high / box**2:
            x, y = centres[index].tolist()
            away = math.hypot(x - near[0], y - near[1])
            if away < least:
                best, least = (left, top, wide, high), away
    return best


def _centroid(window: Grey, box: tuple[int, int, int, int]) -> Point:
    """The darkness-weighted centre: edges that cover half a pixel count half."""
    left, top = max(box[0] - 2, 0), max(box[1] - 2, 0)
    patch = window[top : box[1] + box[3] + 2, left : box[0] + box[2] + 2].astype(np.float32)
    ranks = [patch.size * share // 100 for share in DARK_AND_LIGHT]
    low, high = np.partition(patch, ranks, axis=None)[ranks].tolist()
    weight = np.minimum(np.maximum((high - patch) * (1 / max(high - low, 1)) - 0.15, 0), 0.7)
    moments = cv2.moments(weight)
    total = moments["m00"] or 1.0
    return moments["m10"] / total + left, moments["m01"] / total + top
