"""What a PDF's page paints, as far as it takes to know whether it is one picture: which, where, and what else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pikepdf

CONTENT_CAP = 1_000_000  # bytes of drawing instructions worth parsing to find out that a page is one picture
SHOWN = 0.8  # share of the picture that a page shows at least; half of one may be another page's
COVERED = 0.8  # share of the page that a scan fills at least; a logo fills less
_PAINT = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "INLINE IMAGE", "BI"}
_SHOW_TEXT = {"Tj", "TJ", "'", '"'}
_COLOUR = {"g", "rg", "k", "sc", "scn", "cs"}
_INVISIBLE = 3  # text rendering mode of the words a scanner recognised
_NUMBER = rb"[-+]?(?:\d+\.?\d*|\.\d+)"
# What most scanners write: one picture put in its place. Anything else is parsed, which takes ten times as long.
_ONE_PICTURE = re.compile(rb"\s*q\s+((?:%b\s+){6})cm\s*(/[A-Za-z0-9_]+)\s+Do\s+Q\s*" % _NUMBER)
Matrix = tuple[float, float, float, float, float, float]
_WHOLE: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True)
class Painted:
    """The things that `Do` paints, by name and place; whether anything else is painted, and whether in colour."""

    things: tuple[tuple[str, Matrix], ...]
    more: bool
    coloured: bool


def painted(page: pikepdf.Page) -> Painted | None:
    """What a page paints; None when that would take long to tell."""
    parts = contents(page)
    raw = [part.read_raw_bytes() for part in parts]
    if sum(map(len, raw)) > CONTENT_CAP:
        return None
    if len(parts) == 1 and (one := _ONE_PICTURE.fullmatch(parts[0].read_bytes() if "/Filter" in parts[0] else raw[0])):
        return Painted(((one[2].decode(), _times(one[1].split(), _WHOLE)),), False, False)
    matrix = _WHOLE
    stack: list[Matrix] = []
    things: list[tuple[str, Matrix]] = []
    mode, more, coloured = 0, False, False
    for step in pikepdf.parse_content_stream(page):
        name, operands = str(step.operator), list(step.operands)
        if name == "q":
            stack.append(matrix)
        elif name == "Q":
            matrix = stack.pop() if stack else matrix
        elif name == "cm":
            matrix = _times(operands, matrix)
        elif name == "Do":
            things.append((str(operands[0]), matrix))
        elif name == "Tr":
            mode = int(operands[0])
        else:
            coloured = coloured or name in _COLOUR
            more = more or name in _PAINT or (name in _SHOW_TEXT and mode != _INVISIBLE)
    return Painted(tuple(things), more, coloured)


def contents(page: pikepdf.Page) -> list[Any]:
    """The streams of a page's drawing instructions."""
    found = page.obj.get("/Contents")
    return list(found) if isinstance(found, pikepdf.Array) else [found] if found is not None else []


def fills(matrix: Matrix, page: pikepdf.Page) -> bool:
    """Whether a picture put there is what the page shows: all but little of the one and of the other."""
    left, bottom, right, top = (float(side) for side in page.cropbox)
    a, b, c, d, e, f = matrix
    across, up = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
    wide = min(max(across), max(left, right)) - max(min(across), min(left, right))
    high = min(max(up), max(bottom, top)) - max(min(up), min(bottom, top))
    seen = max(wide, 0) * max(high, 0)
    return seen >= SHOWN * abs(a * d - b * c) and seen >= COVERED * abs((right - left) * (top - bottom))


def turn(matrix: Matrix) -> int | None:
    """The degrees clockwise by which a placement turns the picture; None when it mirrors or slants it."""
    a, b, c, d, _, _ = matrix
    slack = 0.01 * (abs(a) + abs(b))
    if abs(b) < slack and abs(c) < slack and a * d > 0:
        return 0 if a > 0 else 180
    if abs(a) < slack and abs(d) < slack and b * c < 0:
        return 270 if b > 0 else 90
    return None


def _times(operands: Any, outer: Matrix) -> Matrix:
    """Two placements, the inner one first."""
    a, b, c, d, e, f = (float(number) for number in operands[:6])
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u
