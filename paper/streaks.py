"""What crosses bubbles without being a mark: scanner streaks, folds, holes, shadows' edges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from paper.layout import Bubble
from paper.outline import Matrix
from paper.picture import Grey


def disturbances(grey: Grey, matrix: Matrix, bubbles: Sequence[Bubble], ink: Matrix) -> NDArray[np.bool_]:
    """Which bubbles are crossed."""
    return np.zeros(len(bubbles), bool)
