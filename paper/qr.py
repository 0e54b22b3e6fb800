"""A tag's text as a square code to draw: one path of rectangles a module high; knows no PDF objects and no pictures."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import zxingcpp

SMALLEST, LARGER = 3, 4  # QR versions: the quiet zone is measured for the modules of the smallest
SMALLEST_HOLDS = 61  # characters of the alphanumeric set in version 3 at level M; version 4 holds tag.LONGEST
MASK = 4  # fixed: the search for the best mask takes most of the time, and any mask reads
_RUN = re.compile("1+")


def path(text: str) -> tuple[int, bytes]:
    """How many modules a side has, and the dark ones as PDF path operators, a unit a module, from the top left."""
    version = SMALLEST if len(text) <= SMALLEST_HOLDS else LARGER
    code = zxingcpp.create_barcode(
        text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", version=version, data_mask=MASK
    ).to_image(scale=1, add_quiet_zones=False)
    dark = np.packbits(np.asarray(code) == 0, axis=1)
    tables = _tables(*dark.shape)
    return code.shape[0], b"".join([table[byte] for table, byte in zip(tables, dark.tobytes(), strict=True)])


@cache
def _tables(rows: int, across: int) -> tuple[tuple[bytes, ...], ...]:
    """For each byte of a code, row by row: what each of its 256 values looks like there."""
    shapes = [[(run.start(), run.end() - run.start()) for run in _RUN.finditer(f"{byte:08b}")] for byte in range(256)]
    return tuple(
        tuple(b"".join(b"%d %d %d 1 re\n" % (8 * part + start, y, width) for start, width in shape) for shape in shapes)
        for y in range(rows)
        for part in range(across)
    )
