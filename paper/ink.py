"""Ink in bubbles and boxes, measured against this printed blank under this local paper white; it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from paper.layout import Page
from paper.median import median, medians
from paper.outline import CLEAN, VISIBLE, Alignment, paper_white, sample
from paper.picture import Grey
from paper.plan import Floats, Matrix, Plan, Shape
from paper.rings import ring_ink

FLOOR = 0.06  # darkness, of printed black, that a pixel must exceed its blank by: show-through stays below
# Darkness from there to where a pixel counts in full, by the fourth power: a hard pencil's stroke (0.25) does, a
# rubbed-out fill (wide, but 0.15) hardly counts.
RAMP = 0.17
# Mean darkness of ink up to which it looks rubbed out, however much there is: residue of 0.22 reads 0.23 at most (0.31
# where a dithered scan is grainy), a fill of 0.25 in a light pencil 0.26, a stroke 0.25. It counts for so much at most.
LIGHT, LIGHT_MOST = 0.235, 0.015
LIGHT_RANGE = 0.03  # from where it may count for more to where it counts in full
# A scan that darkens shows by its outlines: as mean darkness within their width they are 0.21 at most, and 0.33 where
# residue of 0.22 reads 0.36 and a light pencil 0.48. What looks rubbed out grows with them.
OUTLINE = 0.21
# In black and white residue reads 0.27 at most where it was dithered, a stroke 0.37 and more. Where a threshold let it
# pass, outlines come out thick (0.3), and it lies in thin lines: broken ones read 0.5, whole ones 0.56 with an ink of
# 0.076; a short stroke reads 0.55, and 0.6 where it makes so little ink.
THIN, THICK = 0.27, 0.31
LIGHT_BITS, LIGHT_THICK = 0.32, (0.6, 0.5)  # outlines up to THIN; from THICK, for little ink and for more
LITTLE = (0.085, 0.1)  # ink
LEAST_BITS = 0.035  # ink: in black and white a rested pencil's dot has 0.022 at most, the shortest stroke 0.05
LEVELS = 17  # greys in a 1-bit picture reduced to a quarter, and fewer in one reduced less
# A rubber smears: a quarter of the bubble's inside is darker than its blank by 0.024 and more around residue, by 0.014
# at most around strokes. Strokes over a smear count from so much darker (residue in layers reads 0.31), and so do those
# where a stain or a shade was taken off: a smear went with it.
SMEAR, SMEARED, SMEAR_MORE = 0.014, 0.024, 0.1
FEW, MANY = 0.13, 0.2  # ink up to which, and from which not, a smear says that: a fill is dark all over
# A blur makes thin strokes paler, by the width (mm) of outlines: one of 0.5 mm has 0.55 of its darkness under 0.35 mm.
# What fills a bubble stays as dark, and what a rubber leaves shows by its smear (all of 2,000 remains, sharp or not). A
# stroke's own blur looks like a smear; residue in layers, blurred so, reads 0.2.
BLURRED, PALER = (0.19, 0.3), 0.45
EVEN, UNEVEN = 0.02, 2.5  # grain up to which that holds; how much darker residue looks for each grain beyond
FINE = 0.01  # grain up to which it matters little: an outline's blur that reaches inside looks coarser, but is none
NOISE = 2.5  # standard deviations of the paper's grain that count as paper
SPECKLED_EVERYWHERE, SPECKS = 0.0001, 0.008  # ink of a dithered scan's empty bubbles: three in ten less, all at most
# A dithered scan shows by the grain of its paper (0.015 and more; 0.001 in black and white), or by specks around most
# outlines (three bubbles in four; one in three where light pencils just arrive). They read 0.007, a short dash 0.03.
DITHERED, SPECKLED_MOSTLY, DITHER_SPECKS = 0.01, 0.5, 0.015
ENOUGH = 4  # empty bubbles from which this page's printed blank is learnt
USUAL = 0.4  # darkness of an outline where a page has too few of them to learn from
UNSEEN = 0.5  # match at most where outlines do not show, or are so soft that a light stroke may not show either
# Where part of an outline is not in its place, little ink may be that outline beside it (0.06 at most): no plain mark.
ASTRAY, ASTRAY_MOST = 0.75, 0.08
TRACE = 0.0003  # ink beside an opaque line that may be the edge of a stroke under it (0.0007 of a hard pencil's dash)
SHARP = 0.18  # mm, width of an outline on most scans; where it is wider, strokes are paler too, and more counts as ink
ROUND = (
    0.3  # outlines come out at 0.6 to 0.9, jagged ones of a 1-bit scan at 0.5; an edge of print in their place at 0.1
)
SOFT = 0.31  # mm, under a blur of 0.4 mm, where a hard pencil's stroke (0.005 of ink there) nears what counts as paper
PALEST_SHADE = 0.85  # share of its neighbours' white below which a bubble's own is not believed: it may be ink
DARKENED = 0.7  # share of its neighbours' white below which a bubble lies under something, not on paper
SPECK = 0.7  # mm, root mean square from its centre: a dot 0.75 mm wide has 0.35, a dash of 2.5 mm has 0.7
SOLID = (0.75, 0.93)  # darkness, and share of the area, of a hole: no hand fills outline and margin so evenly
PALEST = 0.35  # darkness of printed black on the most faded page that is read as if it were black


@dataclass(frozen=True)
class Inked:
    """Per bubble, in order: ink, match, whether it lies in something dark that is no mark, whether ink leads out of its
    margin, whether a stroke may lie under what was taken off, the grey of its paper, and whether that is so much darker
    than around that ink looks darker than it is. `grain` is the paper's, as
    darkness; `round` is how evenly the blank's ink lies on the outline (0 to 1), lower than ROUND when what was taken
    for outlines is something else."""

    ink: Matrix
    match: Matrix
    covered: NDArray[np.bool_]
    leaving: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    white: Matrix
    shaded: NDArray[np.bool_]
    grain: float = 0.0
    round: float = 1.0


@dataclass
class Seen:
    """A page's bubbles as samples: where their outlines lie (n, 2; mm), the samples of each size's members (n, g),
    whether all is black or white, and whether outlines show. Where something was taken off: `veiled` (n, 8), the parts
    of outlines that lay under it, and `hidden`, the bubbles in which a stroke may lie under it."""

    plan: Plan
    places: Matrix
    values: list[Floats]
    bits: bool
    visible: bool
    veiled: NDArray[np.bool_] | None = None
    hidden: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Sort:
    """What is known of the bubbles of one size: which are clean, of which something was taken off (n each); and of the
    page: whether outlines show, and whether all is black or white."""

    clean: NDArray[np.bool_]
    touched: NDArray[np.bool_]
    visible: bool
    bits: bool


@dataclass(frozen=True)
class Scan:
    """What tells how this page's scan treats light marks: the paper's grain, how dark outlines come out (both as
    darkness), whether it is in black and white, and how wide (mm) outlines come out."""

    grain: float
    outline: float
    bits: bool
    width: float

    def darkens(self) -> float:
        """How much darker it makes what is light, from 1."""
        return max(self.outline / OUTLINE, 1.0)

    def blurred(self) -> float:
        """How blurred it is, 0 to 1."""
        return 0.0 if self.bits else float(np.interp(self.width, BLURRED, (0, 1)))

    def light(self, ink: Matrix, smear: Matrix) -> Matrix:
        """Mean darkness up to which so much ink, smeared or not, looks rubbed out."""
        if not self.bits:
            strokes = 1 - PALER * self.blurred() * (1 - smear)
            return np.asarray(LIGHT * self.darkens() * strokes + UNEVEN * max(self.grain - EVEN, 0))
        thick = np.clip((self.outline - THIN) / (THICK - THIN), 0, 1)
        return np.asarray(LIGHT_BITS + thick * (np.interp(ink, LITTLE, LIGHT_THICK) - LIGHT_BITS))


def printed_black(grey: Grey, matrix: Matrix, page: Page) -> float:
    """How dark printed black is on this page (1: black), by its corners; one that is torn or covered has no say."""
    centres = np.array([(corner.x, corner.y) for corner in page.corners])
    half = page.corners[0].size / 2
    spots = sample(grey, matrix, centres, np.hstack([_spots(half * 0.5), _spots(half + 1.5)]))
    inner, outer = medians(spots.reshape(-1, 8)).reshape(-1, 2).T
    return min(max(median(1 - inner / np.maximum(outer, 1)), PALEST), 1.0)


def _spots(far: float) -> Floats:
    """A grid (see Shape.grid) of eight offsets around a centre."""
    around = [(x, y) for x in (-far, 0, far) for y in (-far, 0, far) if x or y]
    return np.vstack([np.ones(8), np.array(around).T]).astype(np.float32)


def black_and_white(grey: Grey) -> bool:
    """Whether the picture was scanned in black and white, and perhaps reduced since."""
    return all(_levels(grey[::step, ::step]) <= LEVELS for step in (45, 9))  # a few pixels tell most grey pictures


def _levels(pixels: Grey) -> int:
    return int(np.count_nonzero(np.bincount(pixels.ravel(), minlength=256)))


def look(grey: Grey, matrix: Matrix, plan: Plan, alignment: Alignment) -> Seen:
    """The samples of all bubbles of a page, where their outlines lie."""
    places = plan.centres + alignment.shifts
    values = [sample(grey, matrix, places[members], size.grid, sharp=True) for size, members in plan.sizes]
    return Seen(plan, places, values, black_and_white(grey), alignment.contrast > VISIBLE)


def bubbles_ink(seen: Seen, black: float = 1.0) -> Inked:
    """The measures of all bubbles of a page; `black` is how dark its print is. The samples are used up."""
    plan, count = seen.plan, len(seen.places)
    own, rings, clean = np.zeros(count), np.zeros((count, 8), np.float32), np.zeros(count, bool)
    covered, leaving, hidden = np.zeros((3, count), bool)
    if seen.hidden is not None:
        hidden = seen.hidden
    touched = np.zeros(count, bool) if seen.veiled is None else seen.veiled.max(1)
    found = Inked(np.zeros(count), np.zeros(count), covered, leaving, hidden, own, covered)
    for (_, members), values in zip(plan.sizes, seen.values, strict=True):
        own[members] = paper_white(values)
    usual = medians(own[plan.nearest])
    white = np.maximum(own, PALEST_SHADE * usual)
    grain, even = 0.0, 1.0
    for (size, members), dark in zip(plan.sizes, seen.values, strict=True):
        dark *= (-1 / (white[members] * black)).astype(np.float32)[:, None]
        dark += np.float32(1 / black)
        means = dark @ size.means
        rings[members], clean[members] = means[:, :8], (means[:, 8:] < CLEAN).all(1)
        about = Sort(clean[members], touched[members], seen.visible, seen.bits)
        rough, ring = _measure(dark, size, (found, members), about)
        grain, even = max(grain, rough), min(even, ring)
    np.maximum(found.ink, ring_ink(rings, clean, plan.nearest, seen.veiled), out=found.ink)
    found.match[hidden] = np.minimum(found.match[hidden], UNSEEN)
    rest = hidden & (found.ink > TRACE) & (found.ink < ASTRAY_MOST)  # of what was taken off, as likely as of a mark
    found.ink[rest] = LIGHT_MOST
    covered, shaded = found.covered | (own < DARKENED * usual), own < PALEST_SHADE * usual
    return replace(found, covered=covered, shaded=shaded, grain=grain, round=even)


def _measure(dark: Floats, size: Shape, into: tuple[Inked, NDArray[np.intp]], sort: Sort) -> tuple[float, float]:
    """The measures of the bubbles of one size, from how dark their samples are; the paper's grain, and `round`."""
    (found, members), clean, bits = into, sort.clean, sort.bits
    blank, spread, (rough, grain) = _blank(dark, clean, size)
    width = _width(blank, size)
    scan = Scan(grain, float(blank[size.ring].mean()), bits, width)
    tone = np.float32(1 if bits else scan.darkens())
    floor = np.float32(max(FLOOR * min(SHARP / width, 1) ** 2, NOISE * grain)) + 2 * spread
    inked = np.flatnonzero((dark > blank + tone * floor).any(1))  # the others have no ink at all
    beyond = dark[inked] - blank
    share = _share(beyond / tone - floor)
    ink = np.zeros(len(dark))
    ink[inked] = _without_specks(share[:, size.counted], size)
    ink = _beyond_blank(ink, clean, scan)
    plain = np.flatnonzero(ink[inked] > LIGHT_MOST)
    some = inked[plain]
    smear = np.maximum(_smear(beyond[plain, size.inside]), sort.touched[some])
    most = _most(share[plain, size.counted], beyond[plain, size.counted], smear, scan)
    ink[some] = np.minimum(ink[some], np.where(ink[some] < LEAST_BITS * bits, LIGHT_MOST, most))
    found.ink[members] = ink
    found.match[members] = _match(dark[:, size.ring], blank[size.ring], clean) if sort.visible else UNSEEN
    lost = members[(found.match[members] < ASTRAY) & (ink < ASTRAY_MOST)]
    found.ink[lost] = np.minimum(found.ink[lost], LIGHT_MOST)
    if width > SOFT:
        found.match[members] = np.minimum(found.match[members], UNSEEN)
    found.leaving[members[inked]] = (share[:, size.rim].max(1) > 0.3) & (share[:, size.clear].max(1) > 0.1)
    found.covered[members[inked]] = (dark[inked, size.counted] > SOLID[0]).mean(1) > SOLID[1]
    return rough, _evenness(blank, size) if sort.visible else 1.0


def _share(excess: Floats) -> Floats:
    """How much each sample counts as ink, 0 to 1."""
    share = np.clip(excess * np.float32(1 / RAMP), 0, 1)
    share *= share
    return np.asarray(share * share)


def _without_specks(share: Floats, size: Shape) -> Matrix:
    """The share that is ink. What lies all in one spot, a rested pencil's dot or a grain of dust, counts for little."""
    moments = share @ size.moments / np.maximum(share.sum(1), 1e-6)[:, None]
    across = np.sqrt(np.maximum(moments[:, 2:] - moments[:, :2] ** 2, 0).sum(1))
    return np.asarray(share.mean(1) * np.clip(across / SPECK, 0, 1) ** 6)


def _smear(inside: Floats) -> Matrix:
    """Whether a rubber smeared here, 0 to 1."""
    rank = inside.shape[1] // 4
    return np.clip((np.partition(inside, rank, axis=1)[:, rank] - SMEAR) / (SMEARED - SMEAR), 0, 1)


def _most(share: Floats, beyond: Floats, smear: Matrix, scan: Scan) -> Matrix:
    """How much ink may count for by how dark it is: what is as light as a rubbed-out mark is never a plain one."""
    strength = (share * beyond).sum(1) / np.maximum(share.sum(1), 1e-6)
    much = share.mean(1)
    few = np.clip((MANY - much) / (MANY - FEW), 0, 1)
    light = scan.light(much, smear) + scan.darkens() * SMEAR_MORE * (1 - scan.blurred()) * smear * few
    return np.asarray(LIGHT_MOST + np.clip((strength - light) / LIGHT_RANGE, 0, 1) ** 2)


def _beyond_blank(ink: Matrix, clean: NDArray[np.bool_], scan: Scan) -> Matrix:
    """Without what most empty bubbles of this page have as well: the specks of a dithered scan."""
    if clean.sum() < 2 * ENOUGH:
        return ink
    blanks = np.sort(ink[clean])
    low, high = blanks[len(blanks) * 3 // 10], blanks[len(blanks) * 7 // 10]
    specks = min(3 * float(high), SPECKS) if low > SPECKLED_EVERYWHERE else 0.0
    if scan.bits and (scan.grain > DITHERED or (blanks > 0).mean() > SPECKLED_MOSTLY):
        specks = max(specks, DITHER_SPECKS)
    return np.maximum(ink - specks, 0) if specks else ink


def _match(dark: Floats, blank: Floats, clean: NDArray[np.bool_]) -> Matrix:
    """How much of the printed outline is there, or lies under ink."""
    found = np.minimum(np.maximum(dark, 0), blank).sum(1) / max(float(blank.sum()), 1e-6)
    usual = median(found[clean]) if clean.sum() >= ENOUGH else 1.0
    return np.asarray(np.clip(found / max(usual, 0.3), 0, 1))


def _width(blank: Floats, size: Shape) -> float:
    """How wide (mm, root mean square) the printed outline comes out."""
    return max(float(np.sqrt((blank * size.distance**2).sum() / max(float(blank.sum()), 1e-6))), 0.01)


def _evenness(blank: Floats, size: Shape) -> float:
    """The palest sixth of the outline, as a share of the whole outline's darkness."""
    sixths = blank @ size.sixths
    return float(sixths.min() / max(float(sixths.mean()), 1e-6))


def _blank(dark: Floats, clean: NDArray[np.bool_], size: Shape) -> tuple[Floats, Floats, tuple[float, float]]:
    """The printed blank of this page, how much it varies, and the paper's grain, with what all bubbles share (a fold
    through each, an outline's blur) and without it: only an outline is ever printed."""
    blank, spread = np.zeros((2, dark.shape[1]), np.float32)
    if clean.sum() < ENOUGH:
        away = np.abs(size.distance[size.printed])
        blank[size.printed], spread[size.printed] = USUAL * np.clip((0.5 - away) / 0.3, 0, 1), 0.05 * size.likely
        return blank, spread, (0.02, 0.02)
    outlines, bare = dark[clean, size.printed], dark[clean, size.inside]
    rough = median(bare.std(1))
    grain = rough if rough < FINE else min(rough, median((bare - bare.mean(0)).std(1)))
    blank[size.printed] = np.clip(outlines.mean(0), 0, 1) * size.likely
    spread[size.printed] = outlines.std(0) * size.likely
    return blank, spread, (rough, grain)
