"""Pixels lent by Pillow are the picture's, and stay so."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from PIL import Image

from paper import lent


@pytest.mark.parametrize("size", [(1, 1), (1701, 2203), (5001, 4003)])  # the last lies in pieces
@pytest.mark.parametrize("mode", ["1", "L"])
def test_lent_pixels_are_those_that_a_copy_has(size: tuple[int, int], mode: str) -> None:
    noise = Image.effect_noise(size, 200).convert(mode, dither=Image.Dither.NONE)
    assert (lent.grey(noise) == np.asarray(noise.convert("L"))).all()


def test_lent_pixels_outlive_the_picture_and_cannot_be_written_to() -> None:
    pixels = lent.grey(Image.new("L", (900, 900), 77))
    gc.collect()
    others = [Image.new("L", (900, 900), 1) for _ in range(9)]
    assert (pixels == 77).all()
    assert others
    with pytest.raises(ValueError, match="read-only"):
        pixels[0, 0] = 0
