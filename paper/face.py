"""One font file: what HarfBuzz makes of a run of text in it, and the outlines of its glyphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import icu
import uharfbuzz as hb

_UNSAFE = int(hb.GlyphFlags.UNSAFE_TO_BREAK)
_JOINERS = "\u200c\u200d\u200b"  # where a font has one, its glyph is blank and has no width


class Shaped(NamedTuple):
    """What HarfBuzz says about one glyph: id, first character of its cluster, advance and offset in em."""

    glyph: int
    cluster: int
    advance: float
    dx: float
    dy: float


@dataclass(frozen=True)
class Shaping:
    """A run of text as glyphs in visual order, and the room they take together in em.

    `safe`: by character (as clusters count), how many glyphs stand before it in the order of reading, where breaking
    changes no glyph. `base` is the cluster of the first character.
    """

    glyphs: tuple[Shaped, ...]
    rtl: bool
    safe: Mapping[int, int]
    base: int = 0

    @cached_property
    def advance(self) -> float:
        return sum([glyph.advance for glyph in self.glyphs])

    @cached_property
    def lacking(self) -> bool:
        """Whether one of the glyphs is in no font."""
        return any(glyph.glyph == 0 for glyph in self.glyphs)

    def part(self, first: int, last: int) -> Shaping | None:
        """The shaping of some of the characters; None where breaking there might change it."""
        if first not in self.safe or last not in self.safe:
            return None
        begin, end = self.safe[first], self.safe[last]
        if self.rtl:
            begin, end = len(self.glyphs) - end, len(self.glyphs) - begin
        return Shaping(self.glyphs[begin:end], self.rtl, {}, first)


class Face:
    """One font file, opened once; immutable after that. Its `carrier` is a glyph to spell what has none of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem.replace("_", "-")
        self.face = hb.Face(hb.Blob.from_file_path(str(path)))
        self.font = hb.Font(self.face)
        self.units: int = self.face.upem
        self.covers = frozenset(self.face.unicodes)
        self.space = self._nominal(" ")
        self.carrier = next((glyph for glyph in map(self._nominal, _JOINERS) if self._shows_nothing(glyph)), self.space)
        extents = self.font.get_font_extents("ltr")
        self.ascent: float = extents.ascender / self.units
        self.descent: float = -extents.descender / self.units

    def advance(self, glyph: int) -> float:
        """The glyph's own advance, in em."""
        return float(self.font.get_glyph_h_advance(glyph)) / self.units

    def _nominal(self, char: str) -> int:
        return int(self.font.get_nominal_glyph(ord(char)) or 0)

    def _shows_nothing(self, glyph: int) -> bool:
        """Whether a glyph takes no room and has no ink: readers of PDF take one that has a width for a gap."""
        return bool(glyph) and not self.advance(glyph) and not self.outline(glyph)

    @lru_cache(maxsize=20_000)  # noqa: B019 - faces live as long as the process, see `face`
    def reach(self, glyph: int) -> tuple[float, float]:
        """How far the glyph's ink reaches above and below its origin, in em."""
        extents = self.font.get_glyph_extents(glyph)
        if extents is None:
            return 0.0, 0.0
        return extents.y_bearing / self.units, -(extents.y_bearing + extents.height) / self.units

    def has(self, text: str) -> bool:
        """Whether every visible character of `text` is in this file."""
        return self.covers.issuperset(map(ord, text)) or all(ord(c) in self.covers or ignorable(c) for c in text)

    @lru_cache(maxsize=20_000)  # noqa: B019 - as above
    def across(self, glyph: int) -> tuple[float, float]:
        """Where the glyph's ink begins and ends, from its origin to the right, in em."""
        extents = self.font.get_glyph_extents(glyph)
        if extents is None:
            return 0.0, 0.0
        return extents.x_bearing / self.units, (extents.x_bearing + extents.width) / self.units

    @lru_cache(maxsize=2_000)  # noqa: B019 - as above
    def outline(self, glyph: int) -> str:
        """The glyph's outline as PDF path operators in font units, y up; empty for a blank one."""
        pen = _Outline()
        self.font.draw_glyph_with_pen(glyph, pen)
        return " ".join(pen.parts)

    @lru_cache(maxsize=20_000)  # noqa: B019 - as above
    def shape(self, text: str, rtl: bool, script: str, language: str) -> Shaping:
        """A run of one script and direction."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.direction = "rtl" if rtl else "ltr"
        buffer.script = script
        buffer.language = language
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
        hb.shape(self.font, buffer)
        per = 1 / self.units
        infos = buffer.glyph_infos
        glyphs = tuple(
            Shaped(i.codepoint, i.cluster, p.x_advance * per, p.x_offset * per, p.y_offset * per)
            for i, p in zip(infos, buffer.glyph_positions, strict=True)
        )
        return Shaping(glyphs, rtl, _safe(infos[::-1] if rtl else infos, len(text)))


def _safe(infos: Sequence[hb.GlyphInfo], end: int) -> dict[int, int]:
    """See Shaping.safe; `infos` in the order of reading."""
    safe: dict[int, int] = {}
    for place, info in enumerate(infos):
        if not int.__and__(info.flags, _UNSAFE):
            safe.setdefault(info.cluster, place)
    return {**safe, 0: 0, end: len(infos)}


class _Outline:
    """Collects an outline; quadratic curves become cubic ones, which is all that PDF draws."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.at = (0.0, 0.0)

    def _add(self, operator: str, *points: tuple[float, float]) -> None:
        self.parts += [f"{value:.4g}" for point in points for value in point] + [operator]
        self.at = points[-1]

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - the pen's names are HarfBuzz's
        self._add("m", point)

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - as above
        self._add("l", point)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802 - as above
        self._add("c", *points)

    def qCurveTo(self, control: tuple[float, float], end: tuple[float, float]) -> None:  # noqa: N802 - as above
        first, second = (
            (point[0] + 2 / 3 * (control[0] - point[0]), point[1] + 2 / 3 * (control[1] - point[1]))
            for point in (self.at, end)
        )
        self._add("c", first, second, end)

    def closePath(self) -> None:  # noqa: N802 - as above
        self.parts.append("h")


@cache
def face(path: Path) -> Face:
    """The opened font file."""
    return Face(path)


@cache
def ignorable(char: str) -> bool:
    """Whether a character, such as a direction mark, has no shape of its own."""
    return bool(icu.Char.hasBinaryProperty(char, icu.UProperty.DEFAULT_IGNORABLE_CODE_POINT))
