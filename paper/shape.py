"""Text of any script -> shaped lines (HarfBuzz shapes, ICU orders and breaks); knows neither pages nor PDF.

All measures are in em: multiply by the size of the type. Clusters come in logical order, so that text reads back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import icu
import uharfbuzz as hb

SLACK = 1e-6  # em: rounding when widths are added up
_COMMON = ("Zyyy", "Zinh")


class MissingGlyph(ValueError):
    """No font of the chain has a character; the message names the text and the locale."""


class TooWide(ValueError):
    """A piece of text that may not be broken is wider than its place."""


class Shaped(NamedTuple):
    """What HarfBuzz says about one glyph: id, first character of its cluster, advance and offset in em."""

    glyph: int
    cluster: int
    advance: float
    dx: float
    dy: float


class Face:
    """One font file, opened once; immutable after that."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem.replace("_", "-")
        self.face = hb.Face(hb.Blob.from_file_path(str(path)))
        self.font = hb.Font(self.face)
        self.units = self.face.upem
        self.covers = frozenset(self.face.unicodes)
        extents = self.font.get_font_extents("ltr")
        self.ascent = extents.ascender / self.units
        self.descent = -extents.descender / self.units

    def advance(self, glyph: int) -> float:
        """The glyph's own advance, in em."""
        return float(self.font.get_glyph_h_advance(glyph)) / self.units

    def has(self, text: str) -> bool:
        """Whether every visible character of `text` is in this file."""
        return all(ord(char) in self.covers or _ignorable(char) for char in text)

    @lru_cache(maxsize=20_000)  # noqa: B019 - faces live as long as the process, see `face`
    def shape(self, text: str, rtl: bool, script: str, language: str) -> tuple[Shaped, ...]:
        """The glyphs of a run of one script and direction, in visual order."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.direction = "rtl" if rtl else "ltr"
        buffer.script = script
        buffer.language = language
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_GRAPHEMES
        hb.shape(self.font, buffer)
        per = 1 / self.units
        return tuple(
            Shaped(i.codepoint, i.cluster, p.x_advance * per, p.x_offset * per, p.y_offset * per)
            for i, p in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        )


@cache
def face(path: Path) -> Face:
    """The opened font file."""
    return Face(path)


class Glyph(NamedTuple):
    """One glyph on a line: x and y from the line's left end and baseline (y up), `text` what its cluster spells (given
    with the cluster's first glyph only)."""

    face: Face
    glyph: int
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """One shaped line; `glyphs` in logical order."""

    text: str
    glyphs: tuple[Glyph, ...]
    width: float


@dataclass(frozen=True)
class Writing:
    """How one locale is written in one weight: a chain of faces, a language and the direction of paragraphs."""

    faces: tuple[Face, ...]
    locale: str
    rtl: bool

    @property
    def ascent(self) -> float:
        return self.faces[0].ascent

    @property
    def descent(self) -> float:
        return self.faces[0].descent

    def line(self, text: str) -> Line:
        """`text` on one line; MissingGlyph when a character is in no font."""
        return _Paragraph(self, text).line(0, len(text))

    def lines(self, text: str, width: float) -> tuple[Line, ...]:
        """`text` broken at the locale's line breaks to lines no wider than `width`; TooWide when a word is wider."""
        return tuple(line for part in text.split("\n") for line in _Paragraph(self, part).lines(width))


class _Paragraph:
    """One paragraph while it is broken and ordered; ICU counts UTF-16 units, Python characters."""

    def __init__(self, writing: Writing, text: str) -> None:
        self.writing = writing
        self.text = text
        self.units = icu.UnicodeString(text)  # kept: ICU refers to it
        self.bidi = icu.Bidi()
        self.bidi.setPara(self.units, 1 if writing.rtl else 0)
        self.to_unit = [0]
        self.to_char: list[int] = []
        for index, char in enumerate(text):
            size = 2 if ord(char) > 0xFFFF else 1
            self.to_unit.append(self.to_unit[-1] + size)
            self.to_char += [index] * size
        self.to_char.append(len(text))

    def lines(self, width: float) -> Iterator[Line]:
        start = 0
        ends = self._breaks()
        while start < len(self.text):
            line, start = self._fill(start, [end for end in ends if end > start], width)
            yield line

    def _fill(self, start: int, ends: Sequence[int], width: float) -> tuple[Line, int]:
        """The longest line from `start`, and where the next one begins."""
        low, high, best = 0, len(ends) - 1, None
        while low <= high:
            middle = (low + high) // 2
            line = self.line(start, ends[middle])
            if line.width <= width + SLACK:
                best, low = (line, ends[middle]), middle + 1
            else:
                high = middle - 1
        if best is None:
            raise TooWide(self.text[start : ends[0]].strip())
        return best

    def line(self, start: int, end: int) -> Line:
        end = start + len(self.text[start:end].rstrip())
        clusters: list[tuple[int, list[Glyph]]] = []
        x = 0.0
        for first, last, rtl in self._visual_runs(start, end):
            pieces = list(_pieces(self.writing.faces, self.text[first:last]))
            for offset, piece, used, script in reversed(pieces) if rtl else pieces:
                shaped = used.shape(piece, rtl, script, self.writing.locale)
                clusters += self._clusters(used, piece, shaped, (first + offset, x))
                x += sum(glyph.advance for glyph in shaped)
        clusters.sort(key=lambda cluster: cluster[0])
        return Line(self.text[start:end], tuple(g for _, glyphs in clusters for g in glyphs), x)

    def _clusters(
        self, used: Face, piece: str, shaped: Sequence[Shaped], at: tuple[int, float]
    ) -> list[tuple[int, list[Glyph]]]:
        """Each cluster with its base glyph first: marks follow what they sit on."""
        offset, x = at
        starts = sorted({glyph.cluster for glyph in shaped}) + [len(piece)]
        spelled = {first: piece[first:last] for first, last in zip(starts, starts[1:], strict=False)}
        found: dict[int, list[tuple[bool, Glyph]]] = {}
        for glyph in shaped:
            text = spelled[glyph.cluster]
            if glyph.glyph == 0 and not all(_ignorable(char) for char in text):
                raise MissingGlyph(f"{self.writing.locale}: no font has {text!r} in {self.text!r}")
            placed = Glyph(used, glyph.glyph, "", x + glyph.dx, glyph.dy)
            found.setdefault(glyph.cluster, []).append((glyph.advance == 0, placed))
            x += glyph.advance
        clusters = []
        for first, members in found.items():
            glyphs = [glyph for _, glyph in sorted(members, key=lambda member: member[0])]
            clusters.append((offset + first, [glyphs[0]._replace(text=spelled[first]), *glyphs[1:]]))
        return clusters

    def _visual_runs(self, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        if start >= end:
            return
        base = self.to_unit[start]
        line = self.bidi.setLine(base, self.to_unit[end])
        for index in range(line.countRuns()):
            first, size, rtl = line.getVisualRun(index)
            yield self.to_char[base + first], self.to_char[base + first + size], bool(rtl)

    def _breaks(self) -> list[int]:
        return [self.to_char[unit] for unit in _boundaries("line", self.writing.locale, self.units)]


def _boundaries(kind: str, locale: str, units: icu.UnicodeString) -> list[int]:
    create = {"line": icu.BreakIterator.createLineInstance, "character": icu.BreakIterator.createCharacterInstance}
    iterator = create[kind](icu.Locale.forLanguageTag(locale))
    iterator.setText(units)
    return list(iterator)


def _pieces(faces: Sequence[Face], text: str) -> Iterator[tuple[int, str, Face, str]]:
    """`text` (of one direction) cut where script or font changes: offset, piece, face, script."""
    graphemes = list(_graphemes(text))
    scripts = _scripts([grapheme for _, grapheme in graphemes])
    start, used, script = 0, None, ""
    for (offset, grapheme), own in zip(graphemes, scripts, strict=True):
        best = used if used and own == script and used.has(grapheme) else _face_for(faces, grapheme)
        if used and (best is not used or own != script):
            yield start, text[start:offset], used, script
            start = offset
        used, script = best, own
    if used:
        yield start, text[start:], used, script


def _face_for(faces: Sequence[Face], grapheme: str) -> Face:
    return next((face for face in faces if face.has(grapheme)), faces[0])


def _graphemes(text: str) -> Iterator[tuple[int, str]]:
    if text.isascii():
        yield from enumerate(text)
        return
    start = 0
    for unit in _boundaries("character", "en", icu.UnicodeString(text)):
        end = len(text.encode("utf-16-le")[: 2 * unit].decode("utf-16-le"))
        yield start, text[start:end]
        start = end


def _scripts(graphemes: Sequence[str]) -> list[str]:
    """Each grapheme's script; shared characters take the one before them, leading ones the one after."""
    own = [_script(grapheme[0]) for grapheme in graphemes]
    current = next((script for script in own if script not in _COMMON), "Latn")
    result = []
    for script in own:
        current = current if script in _COMMON else script
        result.append(current)
    return result


@cache
def _script(char: str) -> str:
    return str(icu.Script.getScript(char).getShortName())


@cache
def _ignorable(char: str) -> bool:
    return bool(icu.Char.hasBinaryProperty(char, icu.UProperty.DEFAULT_IGNORABLE_CODE_POINT))
