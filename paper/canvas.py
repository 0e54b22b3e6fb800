"""Marks on one PDF page in millimetres from its top left, y down: text, boxes, lines, ellipses; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

from paper.shape import Line
from paper.type0 import Typecase

POINT = 72 / 25.4  # PDF points per mm
DECORATION = "Artifact"  # the part that says nothing: lines, boxes, what is repeated on every page
KAPPA = 0.5522847498  # control points of a quarter of an ellipse


class Canvas:
    """The content of one page, or of a part stamped on it."""

    def __init__(self, height: float, typecase: Typecase) -> None:
        self.typecase, self.height = typecase, height
        self.parts = ["q", f"{POINT:.8f} 0 0 {-POINT:.8f} 0 {height * POINT:.6f} cm"]

    def content(self) -> bytes:
        return self.opened() + b"\nQ"

    def opened(self) -> bytes:
        """The content so far, to go on with in the same millimetres; a Q closes it."""
        return "\n".join(self.parts).encode("ascii")

    def add(self, *operators: str) -> None:
        self.parts += operators

    def part(self, role: str, said: Mapping[str, str] | None = None) -> AbstractContextManager[None]:
        """What is drawn within is one part of the document; a canvas that keeps a structure says so, this one does not.

        `said` may hold "text" (the words in their logical order), "alt" (what a picture shows), "scope" (of a table's
        head), and what a place to mark is: "role" (rb, cb or tv) and "name"."""
        return nullcontext()

    def square(self, x: float, y: float, size: float) -> None:
        """A solid black square around its centre."""
        self.add(f"0 g {_n(x - size / 2)} {_n(y - size / 2)} {_n(size)} {_n(size)} re f")

    def box(self, x: float, y: float, size: tuple[float, float], pen: tuple[float, float]) -> None:
        """An outlined box from its top left; `pen` is grey (0 black) and width in mm."""
        self.add(f"{_n(pen[0])} G {_n(pen[1])} w {_n(x)} {_n(y)} {_n(size[0])} {_n(size[1])} re S")

    def stroke(self, points: tuple[tuple[float, float], ...], pen: tuple[float, float]) -> None:
        """A line through the points, its ends round."""
        moves = [f"{_n(x)} {_n(y)} {'l' if index else 'm'}" for index, (x, y) in enumerate(points)]
        self.add(f"{_n(pen[0])} G {_n(pen[1])} w 1 J 1 j", " ".join([*moves, "S 0 J 0 j"]))

    def ellipse(self, centre: tuple[float, float], axes: tuple[float, float], pen: tuple[float, float]) -> None:
        """An ellipse's outline; `pen` is grey (0 black) and width in mm."""
        self.add(f"{_n(pen[0])} G {_n(pen[1])} w", _ellipse(centre, axes), "h S")

    def filled_ellipse(self, centre: tuple[float, float], axes: tuple[float, float], grey: float) -> None:
        self.add(f"{_n(grey)} g", _ellipse(centre, axes), "h f")

    def text(self, line: Line, at: tuple[float, float], size: float) -> None:
        """A shaped line with its left end and baseline at `at`; size in mm per em."""
        if not line.glyphs:
            return
        matrix = f"{_n(size)} 0 0 {_n(-size)} {_n(at[0])} {_n(at[1])}"
        self.add("BT 0 g", f"{matrix} Tm", *_codes(line, self.typecase), "ET")
        for glyph in line.glyphs:
            outline = "" if glyph.text else glyph.face.outline(glyph.glyph)
            if outline:
                unit = size / glyph.face.units
                x, y = at[0] + glyph.x * size, at[1] - glyph.y * size
                self.add(f"q {unit:.7f} 0 0 {-unit:.7f} {_n(x)} {_n(y)} cm {outline} f Q")


def _codes(line: Line, typecase: Typecase) -> list[str]:
    """Operators that show, from the origin in em, every glyph that spells something."""
    parts: list[str] = []
    piece: list[str] = []
    pen, rise, current = 0.0, 0.0, ""
    for glyph in line.glyphs:
        if not glyph.text:
            continue
        font, code, width = typecase.code(glyph)
        if font != current or abs(glyph.y - rise) > 1e-4:
            parts += _show(piece)
            parts += [f"{font} 1 Tf", f"{_n(glyph.y)} Ts"]
            piece, rise, current = [], glyph.y, font
        shift = glyph.x - pen
        if abs(shift) > 5e-4:
            piece.append(f"{-shift * 1000:.1f}")
        piece.append(code)
        pen = glyph.x + width
    return parts + _show(piece) + (["0 Ts"] if rise else [])


def _show(piece: list[str]) -> list[str]:
    return [f"[{''.join(piece).replace('><', '')}] TJ"] if piece else []


def _ellipse(centre: tuple[float, float], axes: tuple[float, float]) -> str:
    (x, y), (rx, ry) = centre, axes
    kx, ky = rx * KAPPA, ry * KAPPA
    return " ".join(
        [
            f"{_n(x + rx)} {_n(y)} m",
            _curve((x + rx, y + ky), (x + kx, y + ry), (x, y + ry)),
            _curve((x - kx, y + ry), (x - rx, y + ky), (x - rx, y)),
            _curve((x - rx, y - ky), (x - kx, y - ry), (x, y - ry)),
            _curve((x + kx, y - ry), (x + rx, y - ky), (x + rx, y)),
        ]
    )


def _curve(*points: tuple[float, float]) -> str:
    return " ".join(f"{_n(x)} {_n(y)}" for x, y in points) + " c"


def _n(value: float) -> str:
    """A short decimal: 0.1 micrometre, or a ten-thousandth of an em."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
