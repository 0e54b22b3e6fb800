"""Where the page lies in the picture: from millimetres on the sheet to pixels, by its tags and corner squares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paper import corners
from paper.corners import Point
from paper.layout import Page, Square
from paper.picture import Grey
from paper.tags import Points, Sighting

Matrix = NDArray[np.float64]
Rows = Sequence[Sequence[float]]  # of a 3 × 3 placement
Pair = tuple[complex, complex, float]  # mm, px, weight
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
        self.corners: dict[Square, Point | None] = {}
        self._outlines = {tag: _outline_pairs(tag, quad) for tag, quad in tags}

    def distance(self, square: Square) -> float:
        """mm to the nearest point that is known."""
        sure = [tag for tag, _ in self.tags] + [corner for corner, at in self.corners.items() if at is not None]
        return min(_apart(square, other) for other in sure)

    def expected(self, square: Square) -> corners.Expected:
        """Where a corner should be, as far as is known."""
        (a, b, c), (d, e, f), (g, h, i) = self._guess(square)
        w = g * square.x + h * square.y + i
        x, y = (a * square.x + b * square.y + c) / w, (d * square.x + e * square.y + f) / w
        across, down = ((a - x * g) / w, (d - y * g) / w), ((b - x * h) / w, (e - y * h) / w)
        scale = math.sqrt(abs(across[0] * down[1] - across[1] * down[0]))
        reach = (NEAR + SPREAD * self.distance(square)) * scale
        return corners.Expected((x, y), square.size * scale, reach, math.atan2(across[1], across[0]))

    def _guess(self, square: Square) -> Rows:
        """The best placement near `square`: turned and scaled only, until two corners or tags hold it."""
        found = [(corner, at) for corner, at in self.corners.items() if at is not None]
        if self.tilted:
            tag = min(self._outlines, key=lambda tag: _apart(square, tag))
            if _apart(square, tag) < BESIDE:
                return _fit(self._outlines[tag], True)
            return [[float(number) for number in row] for row in self._from_the_side(dict(found))]
        pairs = [pair for outline in self._outlines.values() for pair in outline]
        pairs += [(complex(corner.x, corner.y), complex(*at), 1.0) for corner, at in found]
        return _fit(pairs, len(self.tags) + len(found) >= 3)

    def _from_the_side(self, found: dict[Square, Point]) -> Matrix:
        """A perspective through both tags' outlines and, counting more, the corners found."""
        sure = [(np.array([[square.x, square.y]]), np.array([at])) for square, at in found.items()]
        pairs = [(_outline(tag), quad) for tag, quad in self.tags] + sure * round(1 / TAG_WEIGHT)
        mm, px = (np.vstack(side) for side in zip(*pairs, strict=True))
        return np.asarray(cv2.findHomography(mm, px)[0], float)

    def final(self, found: dict[Square, Point]) -> Matrix | None:
        """Four corners say it all. Of three, the fourth is where a flat sheet has it, or the tags."""
        order = [square for square in self.page.corners if square in found]
        mm = np.array([(square.x, square.y) for square in order], np.float32)
        px = np.array([found[square] for square in order], np.float32)
        if len(order) == 4:
            return np.asarray(cv2.getPerspectiveTransform(mm, px), float) if cv2.isContourConvex(px) else None
        if self.tilted:
            return self._from_the_side(found)
        return np.vstack([cv2.getAffineTransform(mm, px), [0, 0, 1]])

    def residual(self, matrix: Matrix) -> float:
        """mm from the tags as seen to the tags as placed, the worst tag's mean."""
        (a, b, c), (d, e, f), (g, h, i) = matrix.tolist()
        back = ((e * i - f * h, c * h - b * i, b * f - c * e), (f * g - d * i, a * i - c * g, c * d - a * f),
                (d * h - e * g, b * g - a * h, a * e - b * d))  # fmt: skip
        worst = 0.0
        for tag, quad in self.tags:
            spots = [[p * x + q * y + r for p, q, r in back] for x, y in quad.tolist()]
            x, y = (sum(spot[axis] / spot[2] for spot in spots) / len(spots) for axis in (0, 1))
            worst = max(worst, math.hypot(x - tag.x, y - tag.y))
        return worst


def _named(grey: Grey, page: Page, sightings: Sequence[Sighting]) -> list[tuple[Square, Points]]:
    """Which of the page's tags each sighting is: the one that leaves the page's corners inside the picture."""
    named: dict[Square, Points] = {}
    for quad in (sighting.quad for sighting in sightings):
        inside = next((tag for tag in page.tags if not _outside(grey, page, (tag, quad))), None)
        named.setdefault(inside or min(page.tags, key=lambda tag: _outside(grey, page, (tag, quad))), quad)
    return list(named.items())


def _outside(grey: Grey, page: Page, named: tuple[Square, Points]) -> float:
    """How far (px) the page's corners would lie outside the picture, all together."""
    (a, b, c), (d, e, f), _ = _fit(_outline_pairs(*named), False)
    high, wide = grey.shape
    spots = [(a * at.x + b * at.y + c, d * at.x + e * at.y + f) for at in page.corners]
    return float(sum(max(-x, x - wide, 0) + max(-y, y - high, 0) for x, y in spots))


def _apart(one: Square, other: Square) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def _outline(tag: Square) -> Points:
    half = tag.size / 2
    return np.array([tag.x, tag.y]) + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float)


def _outline_pairs(tag: Square, quad: Points) -> list[Pair]:
    half, middle = tag.size / 2, complex(tag.x, tag.y)
    corners_ = (middle + half * corner for corner in (-1 - 1j, 1 - 1j, 1 + 1j, -1 + 1j))
    return [(mm, complex(*px), TAG_WEIGHT**2) for mm, px in zip(corners_, quad.tolist(), strict=True)]


def _fit(pairs: Sequence[Pair], affine: bool) -> Rows:
    """Weighted least squares: an affine placement, or one that only turns, scales and shifts. In complex numbers (x to
    the right, i down) they are px = turn · mm + skew · conjugate mm + shift, without skew in the second."""
    whole, from_, to = 0.0, 0j, 0j
    for mm, px, weight in pairs:
        whole, from_, to = whole + weight, from_ + weight * mm, to + weight * px
    from_, to = from_ / whole, to / whole
    size, bias, same, other = 0.0, 0j, 0j, 0j
    for mm, px, weight in pairs:
        at, seen = mm - from_, weight * (px - to)
        size += weight * abs(at) ** 2
        bias += weight * at * at
        same += at.conjugate() * seen
        other += at * seen
    turned, skew = same / size, 0j
    if affine:
        apart = size * size - abs(bias) ** 2
        turned, skew = (same * size - other * bias.conjugate()) / apart, (other * size - same * bias) / apart
    shift = to - turned * from_ - skew * from_.conjugate()
    one, two = turned + skew, (turned - skew) * 1j
    return [[one.real, two.real, shift.real], [one.imag, two.imag, shift.imag], [0.0, 0.0, 1.0]]
