"""Whether a picture shows a side with nothing on it, told in a millisecond."""

from __future__ import annotations

import cv2
import numpy as np

from paper.picture import Grey

WIDTH = 256  # pixels across: print is still grey there, grain and dust are not
EDGE = 0.05  # of the width: shadows of the lid and punch holes live there
FAINT = 0.08  # darkness of what counts as print
PRINT = 0.002  # share of the side: a sheet of ours has 0.06 and more


def is_blank(grey: Grey) -> bool:
    """Nothing printed or written. A wholly dark picture is not blank paper."""
    height = max(round(grey.shape[0] * WIDTH / grey.shape[1]), 8)
    small = cv2.resize(grey, (WIDTH, height), interpolation=cv2.INTER_AREA)
    edge = int(EDGE * WIDTH)
    inner = small[edge:-edge, edge:-edge] if height > 4 * edge else small
    paper = cv2.blur(cv2.dilate(inner, np.ones((9, 9), np.uint8)), (25, 25))
    if np.median(paper) < 40:
        return False
    dark = inner < paper * (1 - FAINT)
    return bool(dark.mean() < PRINT)
