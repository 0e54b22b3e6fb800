"""The reader that a tutorial builds: placed by corners alone, one threshold a page, a share of dark pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.layout import Bubble, Field, Page
from paper.picture import Grey
from tests.corpus.family import Answer
from tests.corpus.pages import Made

FULL = 0.05  # share of a bubble that must be dark; of 0.05 to 0.5, the one with the fewest errors on ordinary pages
WRITTEN = 0.01  # share of a box to write in
Found = dict[str, Answer | None]


def naive(made: Made) -> Found | None:
    """Every question's answer; None for a question with two marks, and for a page whose corners are not found. It is
    told which page it sees, but not which way up it lies."""
    grey = made.grey if made.grey.shape[0] > made.grey.shape[1] else np.rot90(made.grey)
    dark = cv2.threshold(np.ascontiguousarray(grey), 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]
    matrix = _placed(np.asarray(dark, np.uint8), made.page)
    if matrix is None:
        return None
    size = (round(made.page.width * 8), round(made.page.height * 8))
    upright = cv2.warpPerspective(dark, np.diag([8.0, 8.0, 1.0]) @ np.linalg.inv(matrix), size)
    return {field.question: _settle(np.asarray(upright, np.uint8), field) for field in made.page.fields}


def _placed(dark: Grey, page: Page) -> NDArray[np.float64] | None:
    """From mm to pixels by the solid squares nearest the picture's corners."""
    side = page.corners[0].size * min(dark.shape) / page.width
    _, _, stats, centres = cv2.connectedComponentsWithStats(dark)
    square = (np.abs(stats[:, 2:4] / side - 1) < 0.3).all(1) & (stats[:, 4] > 0.8 * stats[:, 2] * stats[:, 3])
    found = centres[square]
    if len(found) < 4:
        return None
    height, width = dark.shape
    places = [found[np.hypot(*(found - at).T).argmin()] for at in ((0, 0), (width, 0), (width, height), (0, height))]
    if len({tuple(at) for at in places}) < 4:
        return None
    mm = np.array([(corner.x, corner.y) for corner in page.corners], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(mm, np.array(places, np.float32)), np.float64)


def _settle(upright: Grey, field: Field) -> Answer | None:
    if field.box:
        left, top, right, bottom = (round(v * 8) for v in (field.box.x + 2, field.box.y + 2,
                                    field.box.x + field.box.width - 2, field.box.y + field.box.height - 2))  # fmt: skip
        return None if upright[top:bottom, left:right].mean() > WRITTEN else ()
    full = [bubble for bubble in field.bubbles if _share(upright, bubble) > FULL]
    if field.kind == "many":
        return tuple(bubble.option for bubble in full)
    if field.kind == "one":
        return None if len(full) > 1 else tuple(bubble.option for bubble in full)
    places = [bubble.place or 0 for bubble in full]
    if len(set(places)) < len(places):
        return None
    digits = sorted(full, key=lambda bubble: -(bubble.place or 0))
    return (str(int("".join(bubble.option for bubble in digits))),) if digits else ()


def _share(upright: Grey, bubble: Bubble) -> float:
    """How much of the bubble, its outline left out, is dark."""
    mask = np.zeros(upright.shape, np.uint8)[: round(bubble.ry * 16) + 8, : round(bubble.rx * 16) + 8]
    axes = (round((bubble.rx - 0.4) * 8), round((bubble.ry - 0.4) * 8))
    middle = (mask.shape[1] // 2, mask.shape[0] // 2)
    cv2.ellipse(mask, middle, axes, 0, 0, 360, (1,), -1)
    left, top = round(bubble.x * 8) - middle[0], round(bubble.y * 8) - middle[1]
    patch = upright[top : top + mask.shape[0], left : left + mask.shape[1]]
    return float(patch[mask > 0].mean()) if patch.shape == mask.shape else 0.0
