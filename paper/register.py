"""Where the page lies in the picture: from millimetres on the sheet to pixels, by its tags and corner squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.layout import Page, Square
from paper.picture import Grey
from paper.tags import Points, Sighting

Matrix = NDArray[np.float64]
TAG_WEIGHT = 0.2  # a tag's edge is read to half a module (0.3 mm), a corner's centre to a few hundredths
NEAR, SPREAD = (
    4.0,
    0.08,
)  # mm, and mm per mm from the nearest known point: how far a corner may be from where it must be
TAG_RESIDUAL = 1.5  # mm: more between a tag and the corners means that one of them is not what it seems
SOLID = 0.83  # share of its box that a square fills; a filled ellipse fills 0.79
SCALES = (0.8, 1.25)  # side of a corner as seen, by the fit's own scale


@dataclass(frozen=True)
class Placement:
    """`matrix` takes page mm to pixels; `corners` of four were found; `residual` is the tags' distance (mm) from it."""

    matrix: Matrix
    corners: int
    residual: float


def turn(sighting: Sighting) -> int:
    """The degrees clockwise that set the page upright: a multiple of 90."""
    across = sighting.quad[1] - sighting.quad[0] + sighting.quad[2] - sighting.quad[3]
    return int(-round(float(np.degrees(np.arctan2(across[1], across[0]))) / 90) * 90) % 360


def register(grey: Grey, page: Page, sightings: Sequence[Sighting]) -> Placement | None:
    """The placement of `page` whose tags were sighted; None when fewer than three corners show, or what shows
    disagrees."""
    known = _Known(page, _named(grey, page, sightings))
    for _ in page.corners:
        square = min((corner for corner in page.corners if corner not in known.corners), key=known.distance)
        known.corners[square] = _corner(grey, known, square)
    found = {square: at for square, at in known.corners.items() if at is not None}
    if len(found) < 3:
        return None
    matrix = known.final(found)
    if matrix is None:
        return None
    residual = known.residual(matrix)
    return Placement(matrix, len(found), residual) if residual < TAG_RESIDUAL else None


def transform(matrix: Matrix, points: Points) -> Points:
    """Points (n, 2) through a homography."""
    mapped = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


class _Known:
    """What ties the page to the picture so far: tag outlines, then corners one after another (None: not found)."""

    def __init__(self, page: Page, tags: list[tuple[Square, Points]]) -> None:
        self.page = page
        self.tags = tags
        self.corners: dict[Square, Points | None] = {}

    def distance(self, square: Square) -> float:
        """mm to the nearest point that is known."""
        sure = [tag for tag, _ in self.tags] + [corner for corner, at in self.corners.items() if at is not None]
        return min(float(np.hypot(square.x - other.x, square.y - other.y)) for other in sure)

    def guess(self) -> Matrix:
        """The best placement from what is known: turned and scaled only, until two corners or tags hold it."""
        found = [(square, at) for square, at in self.corners.items() if at is not None]
        mm = np.vstack([_outline(tag) for tag, _ in self.tags] + [[[s.x, s.y]] for s, _ in found])
        px = np.vstack([quad for _, quad in self.tags] + [at[None] for _, at in found])
        weights = np.array([TAG_WEIGHT] * 4 * len(self.tags) + [1.0] * len(found))
        return _fit(mm, px, weights, len(self.tags) + len(found) >= 3)

    def final(self, found: dict[Square, Points]) -> Matrix | None:
        """Four corners say it all. Of three, the fourth is where the tags let a flat sheet have it."""
        mm = np.array([(square.x, square.y) for square in found], np.float32)
        px = np.array(list(found.values()), np.float32)
        if len(found) == 4:
            if not cv2.isContourConvex(px[np.argsort([self.page.corners.index(s) for s in found])]):
                return None
            return np.asarray(cv2.getPerspectiveTransform(mm, px), float)
        return np.vstack([cv2.getAffineTransform(mm, px), [0, 0, 1]])

    def residual(self, matrix: Matrix) -> float:
        """mm from the tags as seen to the tags as placed, the worst tag's mean."""
        back = np.asarray(np.linalg.inv(matrix), np.float64)
        return max(float(np.hypot(*(transform(back, quad) - _outline(tag)).mean(0))) for tag, quad in self.tags)


def _named(grey: Grey, page: Page, sightings: Sequence[Sighting]) -> list[tuple[Square, Points]]:
    """Which of the page's tags each sighting is: the one that leaves the page's corners inside the picture."""
    named: dict[Square, Points] = {}
    for sighting in sightings:
        named.setdefault(min(page.tags, key=lambda tag: _outside(grey, page, (tag, sighting.quad))), sighting.quad)
    return list(named.items())


def _outside(grey: Grey, page: Page, named: tuple[Square, Points]) -> float:
    tag, quad = named
    matrix = _fit(_outline(tag), quad, np.ones(4), False)
    corners = transform(matrix, np.array([(corner.x, corner.y) for corner in page.corners]))
    size = np.array([grey.shape[1], grey.shape[0]], float)
    return float(np.maximum(np.maximum(-corners, corners - size), 0).sum())


def _outline(tag: Square) -> Points:
    half = tag.size / 2
    return np.array([tag.x, tag.y]) + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float)


def _fit(mm: Points, px: Points, weights: NDArray[np.float64], affine: bool) -> Matrix:
    """Weighted least squares: an affine placement, or one that only turns, scales and shifts."""
    x, y, one, zero = mm[:, 0], mm[:, 1], np.ones(len(mm)), np.zeros(len(mm))
    if affine:
        rows = np.hstack([[x, y, one, zero, zero, zero], [zero, zero, zero, x, y, one]]).T
    else:
        rows = np.hstack([[x, -y, one, zero], [y, x, zero, one]]).T
    weight = np.concatenate([weights, weights])
    found = np.linalg.lstsq(rows * weight[:, None], px.T.ravel() * weight, rcond=None)[0]
    if affine:
        return np.vstack([found.reshape(2, 3), [0, 0, 1]])
    a, b, c, d = found
    return np.array([[a, -b, c], [b, a, d], [0, 0, 1]])


def _corner(grey: Grey, known: _Known, square: Square) -> Points | None:
    """The centre (px) of a corner square near where it must be: as it lies there, else freed from strokes across it."""
    matrix = known.guess()
    centre = transform(matrix, np.array([[square.x, square.y]]))[0]
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    reach = (NEAR + SPREAD * known.distance(square) + square.size) * scale
    left, top = (int(max(low, 0)) for low in centre - reach)
    window = grey[top : int(max(centre[1] + reach, 0)), left : int(max(centre[0] + reach, 0))]
    side = square.size * scale
    if min(window.shape) < side * 0.7:
        return None
    dark = np.asarray(cv2.threshold(window, 0, 255, cv2.THRESH_OTSU | cv2.THRESH_BINARY_INV)[1], np.uint8)
    near = centre - (left, top)
    angle = float(np.arctan2(matrix[1, 0], matrix[0, 0]))
    found = _square_in(dark, side, angle, near)
    if found is None:
        kernel = np.ones((max(int(side * 0.5), 2),) * 2, np.uint8)
        found = _square_in(np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel), np.uint8), side, angle, near)
    return None if found is None else np.add(_centroid(window, found), (left, top))


def _square_in(dark: Grey, side: float, angle: float, near: Points) -> tuple[int, int, int, int] | None:
    """The bounding box of the solid square of about `side` px that is nearest to `near`."""
    _, _, stats, centres = cv2.connectedComponentsWithStats(dark)
    box = side * (abs(np.cos(angle)) + abs(np.sin(angle)))
    width, height, area = stats[1:, 2] / box, stats[1:, 3] / box, stats[1:, 4] / side**2
    good = np.ones(len(area), bool)
    for ratio, (low, high) in ((width, SCALES), (height, SCALES), (area, (SCALES[0] ** 2, SCALES[1] ** 2))):
        good &= (ratio > low) & (ratio < high)
    good &= area > SOLID * width * height
    if not good.any():
        return None
    away = np.where(good, np.hypot(*(centres[1:] - near).T), np.inf)
    left, top, wide, high_ = (int(value) for value in stats[1 + int(away.argmin()), :4])
    return left, top, wide, high_


def _centroid(window: Grey, box: tuple[int, int, int, int]) -> Points:
    """The darkness-weighted centre: edges that cover half a pixel count half."""
    left, top = max(box[0] - 2, 0), max(box[1] - 2, 0)
    patch = window[top : box[1] + box[3] + 2, left : box[0] + box[2] + 2].astype(np.float32)
    low, high = np.percentile(patch, (20, 95))
    weight = np.clip((high - patch) / max(high - low, 1) - 0.15, 0, 0.7)
    y, x = np.indices(weight.shape)
    total = weight.sum() or 1.0
    return np.array([(x * weight).sum() / total + left, (y * weight).sum() / total + top])
