"""Whether a picture shows a side with nothing on it, told in a millisecond."""

from __future__ import annotations

import cv2
import numpy as np

from paper.picture import Grey, shrink

WIDTH = 200  # pixels across at least: print is still grey there, grain and dust are not
EDGE = 0.05  # of the width: shadows of the lid and punch holes live there
FAINT = 0.08  # darkness of what counts as print
PRINT = 0.002  # share of the side: a sheet of ours has 0.06 and more


def is_blank(grey: Grey) -> bool:
    """Nothing printed or written. A wholly dark picture is not blank paper."""
    small = shrink(grey, max(min(grey.shape) // WIDTH, 1))
    edge = int(EDGE * WIDTH)
    inner = small[edge:-edge, edge:-edge] if min(small.shape) > 4 * edge else small
    paper = cv2.blur(cv2.dilate(inner, np.ones((9, 9), np.uint8)), (25, 25))
    if np.median(paper) < 40:
        return False
    dark = inner < paper * (1 - FAINT)
    return bool(dark.mean() < PRINT)
