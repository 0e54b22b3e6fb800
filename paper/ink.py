"""Ink in bubbles and boxes, measured against this printed blank under this local paper white; it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.layout import Box, Bubble
from paper.outline import CLEAN, VISIBLE, Alignment, Floats, Matrix, Shape, paper_white, sample, sizes
from paper.picture import Grey

FLOOR = 0.07  # darkness a pixel must exceed its blank by; show-through and eraser film stay below
RAMP = 0.22  # darkness from there to where a pixel counts in full: a hard pencil's stroke does
NOISE = 2.5  # standard deviations of the paper's grain that count as paper
ENOUGH = 4  # empty bubbles from which this page's printed blank is learnt
USUAL = 0.4  # darkness of an outline where a page has too few of them to learn from
UNSEEN = 0.5  # match where the page shows no outlines at all and only the corners vouch for the place
DARKENED = 0.7  # share of its neighbours' white below which a bubble lies under something, not on paper
BOX_INSET = 1.5  # mm: the printed frame of a box to write in stays out
BLOCK = 80  # samples (20 mm): light and ruled lines are taken as even so far


@dataclass(frozen=True)
class Inked:
    """Per bubble, in order: ink, match, and whether it lies in something dark that is no mark."""

    ink: Matrix
    match: Matrix
    covered: NDArray[np.bool_]


def bubbles_ink(grey: Grey, matrix: Matrix, bubbles: Sequence[Bubble], alignment: Alignment) -> Inked:
    """The measures of all bubbles of a page."""
    centres = np.array([(bubble.x, bubble.y) for bubble in bubbles])
    ink, match, white = np.zeros(len(bubbles)), np.zeros(len(bubbles)), np.zeros(len(bubbles))
    covered = np.zeros(len(bubbles), bool)
    for size, members in sizes(bubbles):
        values = sample(grey, matrix, centres[members] + alignment.shifts[members], size.offsets)
        white[members] = own = paper_white(values)
        usual = _usual_white(own, centres[members])
        covered[members] = own < DARKENED * usual
        dark = 1 - values / np.maximum(own, 0.85 * usual).astype(np.float32)[:, None]
        ink[members], match[members] = _against_blank(dark, size, alignment.contrast > VISIBLE)
    return Inked(ink, match, covered)


def _usual_white(own: Floats, centres: Matrix) -> Matrix:
    """The paper's grey as the dozen bubbles around have it."""
    away = ((centres[:, None] - centres[None]) ** 2).sum(-1)
    nearest = np.argpartition(away, min(12, len(own) - 1), axis=1)[:, : min(12, len(own))]
    return np.asarray(np.median(own[nearest], axis=1), float)


def _against_blank(dark: Floats, size: Shape, visible: bool) -> tuple[Matrix, Matrix]:
    """Ink and match of each bubble, from how dark it is at every sample."""
    clean = (dark[:, size.inside].mean(1) < CLEAN) & (dark[:, size.counted].mean(1) < 2.5 * CLEAN)
    blank, spread, grain = _blank(dark[clean], size)
    excess = dark[:, size.counted] - (blank + FLOOR + np.maximum(NOISE * grain - FLOOR, 0) + 2 * spread)[size.counted]
    share = np.clip(excess / RAMP, 0, 1)
    ink = (share * share).mean(1)
    if not visible:
        return ink, np.full(len(dark), UNSEEN)
    ring = np.abs(size.distance) < 0.45
    found = np.minimum(np.maximum(dark[:, ring], 0), blank[ring]).sum(1) / max(float(blank[ring].sum()), 1e-6)
    usual = float(np.median(found[clean])) if clean.sum() >= ENOUGH else 1.0
    return ink, np.clip(found / max(usual, 0.3), 0, 1)


def _blank(dark: Floats, size: Shape) -> tuple[Floats, Floats, float]:
    """The printed blank of this page, how much it varies, and the paper's grain: only an outline is ever printed."""
    near = np.clip((0.75 - np.abs(size.distance)) / 0.25, 0, 1).astype(np.float32)
    if len(dark) < ENOUGH:
        away = np.abs(size.distance)
        return USUAL * np.clip((0.5 - away) / 0.3, 0, 1).astype(np.float32), 0.05 * near, 0.02
    grain = float(np.median(dark[:, size.inside].std(1)))
    return np.clip(dark.mean(0), 0, 1) * near, dark.std(0) * near, grain


def box_ink(grey: Grey, matrix: Matrix, box: Box) -> float:
    """The share of a box to write in that is darker than its paper and its ruled lines."""
    x = np.arange(box.x + BOX_INSET, box.x + box.width - BOX_INSET, 0.25)
    y = np.arange(box.y + BOX_INSET, box.y + box.height - BOX_INSET, 0.25)
    if len(x) < 4 or len(y) < 4:
        return 0.0
    px, py, w = np.einsum("ij,jyx->iyx", matrix, np.stack([*np.meshgrid(x, y), np.ones((len(y), len(x)))]))
    maps = (px / w).astype(np.float32), (py / w).astype(np.float32)
    values = cv2.remap(grey, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    return float(
        np.mean([_block_ink(values[:, start : start + BLOCK]) for start in range(0, len(x) - BLOCK // 2, BLOCK)])
    )


def _block_ink(values: Floats) -> float:
    """Rows are ruled lines where most of a row is dark; what writing adds to a row is never most of it."""
    white = np.maximum(np.percentile(values, 80, axis=1, keepdims=True), 1)
    white = np.maximum(white, np.median(white) * 0.97)
    dark = 1 - values / white
    line = np.median(dark, axis=1, keepdims=True)
    line = np.maximum(line, cv2.dilate(line.astype(np.float32), np.ones((3, 1), np.uint8)))
    grain = 1.4826 * float(np.median(np.abs(dark - line)))
    share = np.clip((dark - np.maximum(line, 0) - FLOOR - NOISE * grain) / RAMP, 0, 1)
    return float((share * share).mean())
