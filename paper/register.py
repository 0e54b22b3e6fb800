"""Where the page lies in the picture: from millimetres on the sheet to pixels, by its tags and corner squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paper import corners
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
BESIDE = 45.0  # mm from a tag within which the tag alone says where a corner is, from whatever side the page is seen


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
    disagrees. A page seen from the side is tried when a flat one does not fit."""
    tags = _named(grey, page, sightings)
    flat = _placed(grey, _Known(page, tags, False))
    if (flat and flat.corners == 4) or len(tags) < 2:
        return flat
    tilted = _placed(grey, _Known(page, tags, True))
    return tilted if tilted and (not flat or tilted.corners > flat.corners) else flat


def _placed(grey: Grey, known: _Known) -> Placement | None:
    for _ in known.page.corners:
        square = min((corner for corner in known.page.corners if corner not in known.corners), key=known.distance)
        known.corners[square] = corners.find(grey, known.expected(square))
    found = {square: at for square, at in known.corners.items() if at is not None}
    matrix = known.final(found) if len(found) >= 3 else None
    if matrix is None:
        return None
    residual = known.residual(matrix)
    return Placement(matrix, len(found), residual) if residual < TAG_RESIDUAL else None


def transform(matrix: Matrix, points: Points) -> Points:
    """Points (n, 2) through a homography."""
    mapped = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


class _Known:
    """What ties the page to the picture so far: tag outlines, then corners one after another (None: not found).
    `tilted`: the page may be seen from the side."""

    def __init__(self, page: Page, tags: list[tuple[Square, Points]], tilted: bool) -> None:
        self.page = page
        self.tags = tags
        self.tilted = tilted
        self.corners: dict[Square, Points | None] = {}

    def distance(self, square: Square) -> float:
        """mm to the nearest point that is known."""
        sure = [tag for tag, _ in self.tags] + [corner for corner, at in self.corners.items() if at is not None]
        return min(_apart(square, other) for other in sure)

    def expected(self, square: Square) -> corners.Expected:
        """Where a corner should be, as far as is known."""
        matrix = self._guess(square)
        spots = np.array([[square.x, square.y], [square.x + 1, square.y], [square.x, square.y + 1]])
        centre, right, below = transform(matrix, spots)
        across, down = right - centre, below - centre
        scale = float(np.sqrt(abs(across[0] * down[1] - across[1] * down[0])))
        reach = (NEAR + SPREAD * self.distance(square)) * scale
        return corners.Expected(centre, square.size * scale, reach, float(np.arctan2(across[1], across[0])))

    def _guess(self, square: Square) -> Matrix:
        """The best placement near `square`: turned and scaled only, until two corners or tags hold it."""
        found = [(corner, at) for corner, at in self.corners.items() if at is not None]
        if self.tilted:
            tag, quad = min(self.tags, key=lambda named: _apart(square, named[0]))
            if _apart(square, tag) < BESIDE:
                return _fit(_outline(tag), quad, np.ones(4), True)
            return self._from_the_side(dict(found))
        mm = np.vstack([_outline(tag) for tag, _ in self.tags] + [[[s.x, s.y]] for s, _ in found])
        px = np.vstack([quad for _, quad in self.tags] + [at[None] for _, at in found])
        weights = np.array([TAG_WEIGHT] * 4 * len(self.tags) + [1.0] * len(found))
        return _fit(mm, px, weights, len(self.tags) + len(found) >= 3)

    def _from_the_side(self, found: dict[Square, Points]) -> Matrix:
        """A perspective through both tags' outlines and, counting more, the corners found."""
        sure = [(np.array([[square.x, square.y]]), at[None]) for square, at in found.items()] * round(1 / TAG_WEIGHT)
        pairs = [(_outline(tag), quad) for tag, quad in self.tags] + sure
        mm, px = (np.vstack(side) for side in zip(*pairs, strict=True))
        return np.asarray(cv2.findHomography(mm, px)[0], float)

    def final(self, found: dict[Square, Points]) -> Matrix | None:
        """Four corners say it all. Of three, the fourth is where a flat sheet has it, or the tags."""
        mm = np.array([(square.x, square.y) for square in found], np.float32)
        px = np.array(list(found.values()), np.float32)
        if len(found) == 4:
            order = np.argsort([self.page.corners.index(square) for square in found])
            return np.asarray(cv2.getPerspectiveTransform(mm, px), float) if cv2.isContourConvex(px[order]) else None
        if self.tilted:
            return self._from_the_side(found)
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


def _apart(one: Square, other: Square) -> float:
    return float(np.hypot(one.x - other.x, one.y - other.y))


def _outline(tag: Square) -> Points:
    half = tag.size / 2
    return np.array([tag.x, tag.y]) + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float)


def _fit(mm: Points, px: Points, weights: NDArray[np.float64], affine: bool) -> Matrix:
    """Weighted least squares: an affine placement, or one that only turns, scales and shifts."""
    weights = (weights * weights / (weights @ weights))[:, None]
    from_, to = (weights * mm).sum(0), (weights * px).sum(0)
    mm, px = mm - from_, px - to
    if affine:
        pull = (mm * weights).T
        linear = np.linalg.solve(pull @ mm, pull @ px).T
    else:
        x, y, u, v = *mm.T, *px.T
        a, b = (weights[:, 0] * (x * u + y * v)).sum(), (weights[:, 0] * (x * v - y * u)).sum()
        linear = np.array([[a, -b], [b, a]]) / (weights * mm * mm).sum()
    matrix = np.eye(3)
    matrix[:2, :2], matrix[:2, 2] = linear, to - linear @ from_
    return matrix
