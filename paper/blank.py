"""Whether a picture shows a side with nothing on it: a page in a millisecond, a bare side in a few."""

from __future__ import annotations

import cv2
import numpy as np

from paper.picture import Grey, shrink

SMALLEST = 400  # pixels along the short side: what is smaller shows no page, be it ever so white
WIDTH = 200  # pixels across at least: print is still grey there, grain and dust are not
EDGE = 0.05  # of the width: shadows of the lid and punch holes live there
FAINT = 0.08  # darkness of what counts as print
PRINT = 0.002  # share of the side: a sheet of ours has 0.06 and more

FINE = 500  # pixels across at least where a few words are looked for
SHORT_SIDE = 210.0  # mm, about
INK = 0.13  # darkness of a stroke; what shines through from the front has 0.1 at most
BROAD = 3.5  # mm: no pen writes so broad a stroke; holes, torn corners and the lid beyond the paper do
GAP = 1.2  # mm between the pieces of one letter
LETTER = 2.0  # mm across; dust is smaller
ACROSS = 0.6  # of a side: a fold or a streak of the glass is longer than that, a word is not
WORD = 5.0  # mm² of ink; two letters have as much


def is_blank(grey: Grey) -> bool:
    """Nothing printed or written. A wholly dark picture is not blank paper."""
    if min(grey.shape) < SMALLEST:
        return False
    small = shrink(grey, min(grey.shape) // WIDTH)
    paper = cv2.blur(cv2.dilate(small, np.ones((9, 9), np.uint8)), (25, 25))
    edge = int(EDGE * WIDTH)
    inner = (slice(edge, -edge), slice(edge, -edge))
    if np.median(paper[inner]) < 40 or (small[inner] < paper[inner] * (1 - FAINT)).mean() >= PRINT:
        return False
    return not _written_on(shrink(grey, max(min(grey.shape) // FINE, 1)), np.asarray(paper, np.uint8))


def _written_on(grey: Grey, paper: Grey) -> bool:
    """Whether there are strokes of a pen, as few as two letters of them."""
    scale = min(grey.shape) / SHORT_SIDE
    white = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    dark = (cv2.GaussianBlur(grey, (3, 3), 0) < white * (1 - INK)).astype(np.uint8)
    broad = cv2.dilate(cv2.morphologyEx(dark, cv2.MORPH_OPEN, _disc(BROAD * scale)), _disc(BROAD * scale))
    strokes = np.where(broad, 0, dark).astype(np.uint8)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(cv2.dilate(strokes, _disc(GAP * scale)))
    ink = np.bincount(labels.ravel(), strokes.ravel(), count)
    across = (boxes[:, 2] > ACROSS * grey.shape[1]) | (boxes[:, 3] > ACROSS * grey.shape[0])
    letter = boxes[:, 2:4].max(axis=1) > (LETTER + GAP) * scale
    letter[0] = False  # the paper itself
    return bool(ink[letter & ~across].sum() > WORD * scale**2)


def _disc(across: float) -> Grey:
    size = max(round(across), 1)
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
