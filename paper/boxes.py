"""Writing in a box, as the share of it that is darker than its paper, its ruled lines and what runs across it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.ink import FLOOR, NOISE, RAMP
from paper.layout import Box
from paper.median import median, medians
from paper.picture import Grey
from paper.plan import Floats, Matrix

BOX_INSET = 1.5  # mm: the printed frame of a box to write in stays out
BOX_STEP = 0.3  # mm between samples of a box
BLOCK = 20.0  # mm: light is taken as even so far
CELLS = (16, 4)  # parts of a box, across and down
SPREAD, SPECKLED = (
    0.02,
    0.06,
)  # a dithered scan has specks in every part: how unlike the parts are, and how many at most
RULED = 0.04  # darkness of a row in seven blocks of ten beyond most rows': a ruled line, or a line of writing
RULED_ROWS = 7  # samples (2.1 mm): a line of writing is at least so high, a ruled line is not
STREAKED_ROWS, LEANING = 8, 5  # parts of a column, and samples (1.5 mm) that a streak may lean from top to bottom
STREAK_COLUMNS = 15  # samples (4.5 mm): no streak is so broad, however it leans; the shade of a spine or a hand is
ONE_WORD = 0.04  # weight of the fullest of the cells: a faint word lies in one or two, dust in all


def box_ink(grey: Grey, matrix: Matrix, box: Box, black: float = 1.0) -> float:
    """The share of a box to write in that is darker than its paper and its ruled lines."""
    width, height = box.width - 2 * BOX_INSET, box.height - 2 * BOX_INSET
    blocks = max(round(width / BLOCK), 1)
    across, rows = int(width / BOX_STEP / blocks), int(height / BOX_STEP)
    if across * blocks < 4 or rows < 4:
        return 0.0
    start = np.array([[BOX_STEP, 0, box.x + BOX_INSET], [0, BOX_STEP, box.y + BOX_INSET], [0, 0, 1]])
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    values = cv2.warpPerspective(
        grey, matrix @ start, (across * blocks, rows), flags=way, borderMode=cv2.BORDER_REPLICATE
    )
    dark = _box_darkness(values.reshape(rows, blocks, across).astype(np.float32), black)
    written = dark[~_ruled(dark)].reshape(-1, across * blocks)
    if not len(written) or written.max() <= FLOOR:
        return 0.0
    streaked, shade = _streaked(dark.reshape(rows, -1))
    written = (written - shade)[:, ~streaked]
    if not written.size:
        return 0.0
    grain = 1.4826 * median(np.abs(written[::2, ::3]).ravel())
    share = np.clip((written - max(FLOOR, NOISE * grain)) / RAMP, 0, 1)
    cells = cv2.resize(share * share, (CELLS[0], CELLS[1]), interpolation=cv2.INTER_AREA)
    fewest = float(np.percentile(cells, 20))  # no hand writes so evenly
    specks = min(3 * fewest, fewest + SPREAD, SPECKLED)
    cells = np.maximum(cells - specks, 0)
    return max(float(cells.mean()) * len(written) / rows, ONE_WORD * float(cells.max()))


def _box_darkness(values: Floats, black: float) -> Floats:
    """How dark a box (rows, blocks, across) is, each block's rows against its own paper."""
    rank = values.shape[2] * 4 // 5
    white = np.partition(values, rank, axis=2)[:, :, rank]
    white = np.maximum(np.maximum(white, medians(white.T) * np.float32(0.97)), 1)
    values *= -1 / (white * np.float32(black))[:, :, None]
    values += np.float32(1 / black)
    return values


def _ruled(dark: Floats) -> NDArray[np.bool_]:
    """The rows of a box that are printed lines: dark from end to end, and thin."""
    means = cv2.dilate(dark.mean(2), np.ones((3, 1), np.uint8))
    lightest = np.sort(means, axis=1)[:, (means.shape[1] - 1) * 3 // 10]
    even = (lightest > RULED + median(lightest)).astype(np.uint8)[:, None]
    thin = even - cv2.morphologyEx(even, cv2.MORPH_OPEN, np.ones((RULED_ROWS, 1), np.uint8))
    return np.asarray(cv2.dilate(thin, np.ones((3, 1), np.uint8)).ravel() > 0)


def _streaked(dark: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """The columns that a line from the box's top to its bottom runs through, leaning a little; and how dark the others
    are from top to bottom, where light falls off."""
    blocks = np.stack([block.mean(0) for block in np.array_split(dark, STREAKED_ROWS) if len(block)])
    near = np.sort(cv2.dilate(blocks, np.ones((1, LEANING), np.uint8)), axis=0)
    even = (near[1] > RULED + median(near[1])).astype(np.uint8)[None]
    broad = cv2.morphologyEx(even, cv2.MORPH_OPEN, np.ones((1, STREAK_COLUMNS), np.uint8)).ravel() > 0
    return ~broad & (even.ravel() > 0), np.where(broad, np.sort(blocks, axis=0)[1], 0).astype(np.float32)
