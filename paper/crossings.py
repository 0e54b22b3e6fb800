"""What lies across a bubble taken off again: a streak, a fold, a stain's rim, a shadow, known from both its sides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.ink import Seen
from paper.median import medians
from paper.outline import paper_white, sample
from paper.picture import Grey
from paper.plan import AROUND, MARGIN, STEP, Floats, Matrix, Shape
from paper.shades import bare, levelled, smooth
from paper.streaks import followed

FAR = 20.0  # mm from a bubble's centre: no mark meant for a bubble goes on so far
COARSE = 4  # samples in whose mean the paper's white is looked for
SPREAD = 6  # of those around a place, the lightest
JUST_OUTSIDE = 0.3  # mm beyond the margin, printed clear, in which a line is seen to enter and to leave
BEND = 25.0  # mm, radius of the narrowest rim that is followed; a fold and a streak are straight
FOLLOWED = (2.0, 3.0, 4.0, 5.0)  # mm beyond the margin at which the line must go on; a mark's tail does not
SHORT = 0.8  # mm along which a run must go on to say in which direction
NARROW = 25  # samples (6.2 mm): a mark, a line and a stain's rim are narrower, a shadow is not
SHADED = 0.5  # share of its neighbours' white from which a bubble lies in a shade, not under something
BESIDE = 0.4  # mm beyond the outline where a line passes beside a bubble
SOFT = 0.25  # mm: a line's edge, blurred
UNEVEN = 0.15  # of its light by which a line's darkness varies along it
VEILED = 0.25  # share of an outline's part under a line from which it tells nothing of circles drawn on it
MOST_VEILED = 4  # of eight parts; of more a circle on the outline would be lost
WIDEST = 0.8  # of a bubble and its margin that a line may lie over
OPAQUE = 0.3  # darkness from which a light pencil's stroke along the line would be taken off with it
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class _Freed:
    """A bubble's samples without what crossed it. `over`: those it lay over; `opaque`: a stroke may hide there."""

    values: Floats
    over: Mask
    opaque: bool


def free(grey: Grey, matrix: Matrix, seen: Seen, across: Mask, grain: float) -> Mask:
    """Takes off, in `seen`, what lies across some of its bubbles; which of them are still crossed. `grain`: the
    paper's, as darkness."""
    dark = followed(grain)
    seen.veiled, seen.hidden = np.zeros((len(across), 8), bool), np.zeros(len(across), bool)
    still = across.copy()
    whites = np.zeros(len(across))
    for (_, members), values in zip(seen.plan.sizes, seen.values, strict=True):
        whites[members] = paper_white(values)
    usual = medians(whites[seen.plan.nearest])
    for (size, members), values in zip(seen.plan.sizes, seen.values, strict=True):
        for row in np.flatnonzero(across[members]):
            index = members[row]
            around = _Around(grey, matrix, (seen.places[index], size), dark)
            white = usual[index] if whites[index] > SHADED * usual[index] else whites[index]
            freed = _freed(values[row], size, around, white)
            if freed is not None:
                values[row], still[index] = freed.values, False
                seen.veiled[index] = freed.over @ size.parts > VEILED * size.parts.sum(0)
                seen.hidden[index] = freed.opaque or seen.veiled[index].sum() > MOST_VEILED
    return still


def _freed(values: Floats, size: Shape, around: _Around, white: float) -> _Freed | None:
    """The samples freed from one line or shade, or None when what crosses cannot be told from a mark. `white`: the
    grey of paper out of the shade."""
    level = levelled(values, size)
    if bare(level, size, around.least) or (smooth(level, size) and not around.led_through()):
        return _Freed(level * np.float32(white), np.zeros(len(values), bool), False)
    line = around.line()
    return None if line is None else _without(values, size, line)


@dataclass(frozen=True)
class _Line:
    """Across a bubble from `start` to `end` (mm from its centre), so far to either side, and how light in the midst."""

    start: Matrix
    end: Matrix
    half: float
    light: float

    def beside(self, at: Floats) -> Floats:
        """mm to the right of it, negative to the left."""
        way = (self.end - self.start) / max(float(np.hypot(*(self.end - self.start))), 1e-6)
        return np.asarray((at - self.start) @ np.array([way[1], -way[0]]), np.float32)


class _Around:
    """The surroundings of a bubble, upright, a sample every STEP mm: what is dark there outside of the margin."""

    def __init__(self, grey: Grey, matrix: Matrix, place: tuple[Matrix, Shape], dark: float) -> None:
        """`place`: a centre (mm), and what lies there. `dark`: the darkness from which something is followed."""
        centre, self.size = place
        self.least = dark
        grid, self.away = _square(self.size.rx, self.size.ry)
        across = round(len(self.away) ** 0.5)
        self.light = sample(grey, matrix, centre[None], grid).reshape(across, across)
        self.at = grid[1:].T
        self.dark = (self.light < _white(self.light) * (1 - dark)).astype(np.uint8)

    def led_through(self) -> bool:
        """Whether something narrow that lies in the bubble goes on far away. What is broad is light that falls off."""
        light = self.light.astype(np.uint8)
        paper = cv2.blur(cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((NARROW, NARROW), np.uint8)), (5, 5))
        _, labels = cv2.connectedComponents((light < paper * (1 - self.least)).astype(np.uint8))
        here = set(labels[(self.away < AROUND).reshape(labels.shape)].tolist()) - {0}
        return any(here & set(edge.tolist()) for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]))

    def line(self) -> _Line | None:
        """The one line that enters and leaves the margin, or grazes it, and goes on beyond."""
        names, count = self._runs()
        runs = [np.flatnonzero(names == run) for run in range(1, count)]
        if len(runs) == 1:
            start, end = self._tangent(self.at[runs[0]])
        elif len(runs) in (2, 3):
            runs = self._pair(runs)
            start, end = (self.at[run].mean(0).astype(np.float64) for run in runs)
        else:
            return None
        light = min(float(np.percentile(self.light.ravel()[run], 10)) for run in runs)
        line = _Line(start, end, 0.0, light)
        if len(runs) == 1 and not self._grazes(line):
            return None
        half = max(float(np.abs(line.beside(self.at[run])).max()) for run in runs)
        bow = float(np.hypot(*(end - start))) ** 2 / (8 * BEND)
        goes_on = self._goes_on(start, end) and self._goes_on(end, start)
        return _Line(start, end, half + SOFT + bow, light) if goes_on else None

    def _pair(self, runs: list[NDArray[np.intp]]) -> list[NDArray[np.intp]]:
        """The two of three runs that one straight line goes through best: a letter of print may reach the margin."""
        return list(max(combinations(runs, 2), key=lambda pair: self._straight(*pair)))

    def _straight(self, one: NDArray[np.intp], other: NDArray[np.intp]) -> int:
        """How many places are dark on the straight line beyond both."""
        start, end = (self.at[run].mean(0).astype(np.float64) for run in (one, other))
        way = (end - start) / max(float(np.hypot(*(end - start))), 1e-6)
        far = np.arange(1.5, 10, STEP)[:, None]
        places = np.vstack([end + way * far, start - way * far]) / STEP + self.dark.shape[0] // 2
        x, y = places.round().astype(int).clip(0, self.dark.shape[0] - 1).T
        return int(self.dark[y, x].sum())

    def _runs(self) -> tuple[NDArray[np.int32], int]:
        """Where what leads far away touches the margin: each place by a number from 1, and one more than there are."""
        outside = (self.away > MARGIN).reshape(self.dark.shape)
        count, labels = cv2.connectedComponents(self.dark * outside)
        leaving = np.zeros(count, bool)
        for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
            leaving[edge] = True
        leaving[0] = False
        just = outside & (self.away <= MARGIN + JUST_OUTSIDE).reshape(self.dark.shape)
        runs, names = cv2.connectedComponents((leaving[labels] & just).astype(np.uint8))
        return np.asarray(names).ravel(), runs

    def _tangent(self, points: Floats) -> tuple[Matrix, Matrix]:
        """From end to end of what only touches the margin."""
        middle = points.mean(0).astype(np.float64)
        spread = np.linalg.svd(points - middle)[2][0] if len(points) > 3 else np.zeros(2)
        along = (points - middle) @ spread
        if np.ptp(along) < SHORT:  # too little of it to tell: it goes as the outline does
            spread = np.array([-middle[1] / self.size.ry**2, middle[0] / self.size.rx**2])
            spread /= np.hypot(*spread)
            along = (points - middle) @ spread
        return middle + along.min() * spread, middle + along.max() * spread + 1e-3 * spread

    def _grazes(self, line: _Line) -> bool:
        """Whether it passes beside the outline, as no stroke of a mark does."""
        middle, way = (line.start + line.end) / 2, line.end - line.start
        points = middle + np.linspace(-FAR, FAR, 161)[:, None] * way / np.hypot(*way)
        return bool(self.size.distance_at(points.astype(np.float32)).min() > BESIDE)

    def _goes_on(self, start: Matrix, end: Matrix) -> bool:
        """Whether it is dark beyond `end` as well."""
        across = float(np.hypot(*(end - start)))
        way = (end - start) / max(across, 1e-6)
        seen = 0
        for far in FOLLOWED:
            reach = round((far * (far + across) / (2 * BEND) + STEP) / STEP)
            x, y = (round(float(v) / STEP) + self.dark.shape[0] // 2 for v in end + way * far)
            seen += bool(self.dark[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1].any())
        return seen >= len(FOLLOWED) - 1


def _without(values: Floats, size: Shape, line: _Line) -> _Freed | None:
    """Either side by its own white, and the line by its own darkness: what is still darker is ink."""
    beside = line.beside(size.offsets)
    over, left = np.abs(beside) <= line.half, beside < 0
    if over[size.counted].mean() > WIDEST:
        return None
    whites = [paper_white(values[side & ~over][None])[0] for side in (left, ~left) if (side & ~over).sum() > 12]
    if not whites:
        return _Freed(values, over, True)
    white = max(whites)
    freed = values.copy()
    if len(whites) == 2:
        freed *= np.where(left, white / whites[0], white / whites[1]).astype(np.float32)
    freed[over] = white * np.minimum(values[over] / max(line.light * (1 - UNEVEN), 1), 1)
    return _Freed(freed, over, line.light < white * (1 - OPAQUE))


def _white(light: Floats) -> Floats:
    """The paper's white at every sample: the lightest nearby."""
    coarse = cv2.resize(light, None, fx=1 / COARSE, fy=1 / COARSE, interpolation=cv2.INTER_AREA)
    coarse = cv2.blur(cv2.dilate(coarse, np.ones((SPREAD, SPREAD), np.uint8)), (SPREAD, SPREAD))
    return np.asarray(cv2.resize(coarse, light.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


@lru_cache(maxsize=64)
def _square(rx: float, ry: float) -> tuple[Floats, Floats]:
    """A grid (see Shape.grid) of FAR mm around a bubble, and the distance of each sample from its outline."""
    steps = np.arange(-round(FAR / STEP), round(FAR / STEP) + 1) * STEP
    at = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2).astype(np.float32)
    return np.vstack([np.ones(len(at), np.float32), at.T]), Shape(rx, ry).distance_at(at)
