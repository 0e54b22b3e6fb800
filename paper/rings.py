"""Circles drawn right on printed outlines, where darkness alone hides them: a ring beside the rings around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paper.median import median, medians
from paper.plan import Floats, Matrix

Mask = NDArray[np.bool_]

# How much darker a ring is than those around it, as mean darkness over 1.1 mm across, in the parts of it all around:
# printed ones differ by 0.007 at most (0.015 on scans in black and white, 0.04 where toner runs out), a circle in a
# pencil of 0.25 adds 0.08.
LEAST = 0.042
ODD = 6.0  # standard deviations of this page's own rings
PARTS_BARE = 2  # of eight parts that may be no darker: a hand does not close every circle; dust and streaks cover three
USUAL_RANK = 0.34  # of the rings around one, by darkness: the usual one even where every other has a circle
FEW = 4  # empty bubbles below which a page does not tell its usual ring
UNKNOWN = 9.0  # darker than anything: a part that something lay over
# Where toner runs out in bands, an outline between the bands is darker than the usual one in them, but not than this
# page's others, of which three in four may bear no circle; one drawn there in a hard pencil is 1.3 times as dark as
# those. What is odd in one of the two ways alone is unsure; so is what is odd in both by little (on a pale outline the
# lightest circle adds 0.04), or by no more than the darkest quarter of printed ones differs from the palest.
PRINTED_RANK, PRINTED, UNSURE, LITTLE = 0.75, 1.15, 0.015, 0.028
WEIGHT = 2.5  # ink of a ring, by the square of what it adds: 0.017 at a darkness of 0.25, a plain mark from 0.28


def ring_ink(rings: Floats, clean: Mask, nearest: NDArray[np.intp], veiled: Mask | None = None) -> Matrix:
    """(n,) the ink of a circle on each bubble's outline, from how dark the outline's parts are (n, parts); those of
    `clean` bubbles among the `nearest` tell what is usual. Parts that are `veiled` are not taken for bare."""
    if veiled is not None:
        clean = clean & ~veiled.any(1)
    if clean.sum() < FEW:
        return np.zeros(len(rings))
    heard = np.sort(np.where(clean[:, None], rings, np.inf)[nearest], axis=1)
    count = clean[nearest].sum(1)
    usual = heard[np.arange(len(rings)), (count * USUAL_RANK).astype(int)]
    if (count < FEW).any():
        usual = np.where(count[:, None] >= FEW, usual, medians(rings[clean].T))
    beyond = rings - usual if veiled is None else np.where(veiled, UNKNOWN, rings - usual)
    more = np.sort(beyond, axis=1)[:, PARTS_BARE]
    blank = more[clean]
    spread = 1.4826 * median(np.abs(blank - median(blank)))
    dark = np.sort(rings, axis=1)[:, PARTS_BARE]
    palest, darkest = np.sort(dark[clean])[[int(clean.sum() * rank) for rank in (1 - PRINTED_RANK, PRINTED_RANK)]]
    ways = (more > ODD * spread).astype(int) + (dark > PRINTED * darkest)
    as_print = dark * max(float(palest), 0.0) <= darkest * darkest  # print itself varies by as much
    ways = np.where(as_print, np.minimum(ways, 1), ways)
    known = more < UNKNOWN
    ink = np.where((more > LEAST) & known, WEIGHT * more * more, 0.0)
    ink[(more > LITTLE) & (more <= LEAST) & known & (ways == 2)] = UNSURE
    return np.asarray(np.minimum(ink, np.array([0.0, UNSURE, np.inf])[ways]), np.float64)
