"""Ink in bubbles and boxes, measured against this printed blank under this local paper white; it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.layout import Box, Bubble, Page
from paper.outline import CLEAN, MARGIN, VISIBLE, Alignment, Floats, Matrix, Shape, paper_white, sample, sizes
from paper.picture import Grey

FLOOR = 0.06  # darkness, of printed black, that a pixel must exceed its blank by: show-through stays below
RAMP = 0.17  # darkness from there to where a pixel counts in full: a hard pencil's stroke does
SHARPNESS = 4  # power of the ramp: a rubbed-out fill (wide, 0.15 dark) counts less than a thin stroke (0.25 dark)
NOISE = 2.5  # standard deviations of the paper's grain that count as paper
ENOUGH = 4  # empty bubbles from which this page's printed blank is learnt
USUAL = 0.4  # darkness of an outline where a page has too few of them to learn from
UNSEEN = 0.5  # match where the page shows no outlines at all and only the corners vouch for the place
DARKENED = 0.7  # share of its neighbours' white below which a bubble lies under something, not on paper
SPECK = 0.7  # mm, root mean square from its centre: a dot 0.75 mm wide has 0.35, a dash of 2.5 mm has 0.7
SOLID = (0.75, 0.93)  # darkness, and share of the area, of a hole: no hand fills outline and margin so evenly
PALEST = 0.35  # darkness of printed black on the most faded page that is read as if it were black
BOX_INSET = 1.5  # mm: the printed frame of a box to write in stays out
BLOCK = 80  # samples (20 mm): light and ruled lines are taken as even so far


@dataclass(frozen=True)
class Inked:
    """Per bubble, in order: ink, match, whether it lies in something dark that is no mark, and whether ink leads out
    of its margin."""

    ink: Matrix
    match: Matrix
    covered: NDArray[np.bool_]
    leaving: NDArray[np.bool_]


def printed_black(grey: Grey, matrix: Matrix, page: Page) -> float:
    """How dark printed black is on this page (1: black), by its corners; one that is torn or covered has no say."""
    centres = np.array([(corner.x, corner.y) for corner in page.corners])
    half = page.corners[0].size / 2
    ring = np.array([(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)], np.float32)
    inner = np.median(sample(grey, matrix, centres, ring * (half * 0.5)), axis=1)
    outer = np.median(sample(grey, matrix, centres, ring[[0, 2, 6, 8]] * (half + 1.5)), axis=1)
    return float(np.clip(np.median(1 - inner / np.maximum(outer, 1)), PALEST, 1))


def bubbles_ink(
    grey: Grey, matrix: Matrix, bubbles: Sequence[Bubble], alignment: Alignment, black: float = 1.0
) -> Inked:
    """The measures of all bubbles of a page; `black` is how dark its print is."""
    centres = np.array([(bubble.x, bubble.y) for bubble in bubbles])
    count = len(bubbles)
    found = Inked(np.zeros(count), np.zeros(count), np.zeros(count, bool), np.zeros(count, bool))
    for size, members in sizes(bubbles):
        values = sample(grey, matrix, centres[members] + alignment.shifts[members], size.offsets, sharp=True)
        own = paper_white(values)
        usual = _usual_white(own, centres[members])
        dark = (1 - values / np.maximum(own, 0.85 * usual).astype(np.float32)[:, None]) / black
        clean = (dark[:, size.inside].mean(1) < CLEAN) & (dark[:, size.beside].mean(1) < CLEAN)
        share, found.match[members] = _against_blank(dark, size, clean, alignment.contrast > VISIBLE)
        found.ink[members] = _beyond_blank(_without_specks(share[:, size.counted], size.offsets[size.counted]), clean)
        found.leaving[members] = (share * (size.distance > MARGIN - 0.4)).max(1) > 0.3
        solid = (dark[:, size.counted] > SOLID[0]).mean(1) > SOLID[1]
        found.covered[members] = solid | (own < DARKENED * usual)
    return found


def _without_specks(share: Floats, offsets: Floats) -> Matrix:
    """The share that is ink. What lies all in one spot, a rested pencil's dot or a grain of dust, counts for little."""
    total = share.sum(1)
    moments = share @ np.c_[offsets, offsets**2] / np.maximum(total, 1e-6)[:, None]
    across = np.sqrt(np.maximum(moments[:, 2:] - moments[:, :2] ** 2, 0).sum(1))
    return np.asarray(share.mean(1) * np.clip(across / SPECK, 0, 1) ** 6)


def _usual_white(own: Floats, centres: Matrix) -> Matrix:
    """The paper's grey as the dozen bubbles around have it."""
    away = ((centres[:, None] - centres[None]) ** 2).sum(-1)
    nearest = np.argpartition(away, min(12, len(own) - 1), axis=1)[:, : min(12, len(own))]
    return np.asarray(np.median(own[nearest], axis=1), float)


def _beyond_blank(ink: Matrix, clean: NDArray[np.bool_]) -> Matrix:
    """Without what the empty bubbles of this page have as well: specks of a dithered scan, a jagged outline."""
    if clean.sum() < 2 * ENOUGH:
        return ink
    usual = np.median(ink[clean])
    return np.asarray(np.maximum(ink - usual - 4 * np.median(np.abs(ink[clean] - usual)), 0))


def _against_blank(dark: Floats, size: Shape, clean: NDArray[np.bool_], visible: bool) -> tuple[Floats, Matrix]:
    """How much each sample counts as ink (0 to 1), and the match of each bubble, from how dark the samples are."""
    blank, spread, grain = _blank(dark[clean], size)
    excess = dark - (blank + max(FLOOR, NOISE * grain) + 2 * spread)
    share = np.asarray(np.clip(excess / RAMP, 0, 1) ** SHARPNESS, np.float32)
    if not visible:
        return share, np.full(len(dark), UNSEEN)
    ring = np.abs(size.distance) < 0.45
    found = np.minimum(np.maximum(dark[:, ring], 0), blank[ring]).sum(1) / max(float(blank[ring].sum()), 1e-6)
    usual = float(np.median(found[clean])) if clean.sum() >= ENOUGH else 1.0
    return share, np.clip(found / max(usual, 0.3), 0, 1)


def _blank(dark: Floats, size: Shape) -> tuple[Floats, Floats, float]:
    """The printed blank of this page, how much it varies, and the paper's grain: only an outline is ever printed."""
    near = np.clip((0.75 - np.abs(size.distance)) / 0.25, 0, 1).astype(np.float32)
    if len(dark) < ENOUGH:
        away = np.abs(size.distance)
        return USUAL * np.clip((0.5 - away) / 0.3, 0, 1).astype(np.float32), 0.05 * near, 0.02
    grain = float(np.median(dark[:, size.inside].std(1)))
    return np.clip(dark.mean(0), 0, 1) * near, dark.std(0) * near, grain


def box_ink(grey: Grey, matrix: Matrix, box: Box, black: float = 1.0) -> float:
    """The share of a box to write in that is darker than its paper and its ruled lines."""
    x = np.arange(box.x + BOX_INSET, box.x + box.width - BOX_INSET, 0.25)
    y = np.arange(box.y + BOX_INSET, box.y + box.height - BOX_INSET, 0.25)
    if len(x) < 4 or len(y) < 4:
        return 0.0
    px, py, w = np.einsum("ij,jyx->iyx", matrix, np.stack([*np.meshgrid(x, y), np.ones((len(y), len(x)))]))
    maps = (px / w).astype(np.float32), (py / w).astype(np.float32)
    values = cv2.remap(grey, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    starts = range(0, max(len(x) - BLOCK // 2, 1), BLOCK)
    return float(np.mean([_block_ink(values[:, start : start + BLOCK], black) for start in starts]))


def _block_ink(values: Floats, black: float) -> float:
    """Rows are ruled lines where most of a row is dark; what writing adds to a row is never most of it."""
    white = np.maximum(np.percentile(values, 80, axis=1, keepdims=True), 1)
    white = np.maximum(white, np.median(white) * 0.97)
    dark = (1 - values / white) / black
    line = np.median(dark, axis=1, keepdims=True)
    line = np.maximum(line, cv2.dilate(line.astype(np.float32), np.ones((3, 1), np.uint8)))
    grain = 1.4826 * float(np.median(np.abs(dark - line)))
    share = np.clip((dark - np.maximum(line, 0) - FLOOR - NOISE * grain) / RAMP, 0, 1)
    return float((share * share).mean())
