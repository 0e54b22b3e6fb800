"""Text of any script -> shaped lines (HarfBuzz shapes, ICU orders and breaks); knows neither pages nor PDF.

All measures are in em: multiply by the size of the type.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple

import icu

from paper.face import Face, Shaping, ignorable
from paper.glyphs import Glyph, Run, clusters, glyphs, overhang
from paper.pieces import COMMON, Piece, boundaries, characters, face_for, graphemes, pieces, script_of

NEARLY = 1.0  # em: more than a line can differ from what it takes within its text, by a kern or a joined letter
SLACK = 1e-6  # em: rounding when widths are added up
WIDTHS_TRIED = 500  # texts whose breaks and order are kept, while widths are tried on them
KEPT = 4000  # texts once set: labels come again in every class, and all of a sheet but the help line in every school


class MissingGlyph(ValueError):
    """No font of the chain has a character; the message names the text and the locale."""


class TooWide(ValueError):
    """A piece of text that may not be broken is wider than its place."""


@dataclass(frozen=True)
class Line:
    """One shaped line. It is `cut` where the text goes on without a space, as it does in Thai or Chinese.

    Many lines are measured for one that is drawn: `draw` makes the glyphs, when they are asked for.
    """

    text: str
    draw: Callable[[], Iterable[Glyph]] = field(compare=False)
    width: float
    cut: bool = False

    @cached_property
    def glyphs(self) -> tuple[Glyph, ...]:
        """In visual order: readers of PDF turn right-to-left text round themselves."""
        return tuple(self.draw())


@dataclass(frozen=True)
class Writing:
    """How one locale is written in one weight: a chain of faces, a language and the direction of paragraphs."""

    faces: tuple[Face, ...]
    locale: str
    rtl: bool

    @lru_cache(maxsize=KEPT)  # noqa: B019 - like the faces, a locale's ways of writing are few and live long
    def line(self, text: str) -> Line:
        """`text` on one line; MissingGlyph when a character is in no font."""
        return self._paragraph(text).line(0, len(text))

    @lru_cache(maxsize=KEPT)  # noqa: B019 - as above
    def lines(self, text: str, width: float) -> tuple[Line, ...]:
        """`text` broken at the locale's line breaks to lines no wider than `width`; TooWide when a word is wider."""
        return tuple(line for part in text.split("\n") for line in self._paragraph(part).lines(width))

    def reach(self, text: str) -> tuple[float, float]:
        """How far the ink of a text on one line reaches above and below the baseline, in em."""
        return self._paragraph(text).reach()

    @lru_cache(maxsize=WIDTHS_TRIED)  # noqa: B019 - as above
    def _paragraph(self, text: str) -> _Paragraph:
        return _Paragraph(self, text)


class _Segment(NamedTuple):
    """Text of one font, script and direction within a paragraph: from its first character to before its last."""

    first: int
    last: int
    rtl: bool
    piece: Piece


class _Paragraph:
    """One paragraph while it is broken and ordered; ICU counts UTF-16 units, Python characters."""

    def __init__(self, writing: Writing, text: str) -> None:
        self.writing = writing
        self.text = text
        self.units = icu.UnicodeString(text)  # kept: ICU refers to it
        self.plain = text.isascii() and not writing.rtl  # nothing to turn round
        self.bidi = icu.Bidi()
        if not self.plain:
            self.bidi.setPara(self.units, 1 if writing.rtl else 0)
        self.pieces: dict[int, Sequence[Piece]] = {}
        self.to_char = characters(text)
        self.to_unit = {char: unit for unit, char in reversed(list(enumerate(self.to_char)))}

    def lines(self, width: float) -> Iterator[Line]:
        start = 0
        while start < len(self.text):
            line, start = self._fill(start, self._breaks[bisect_right(self._breaks, start) :], width)
            yield line

    def _fill(self, start: int, ends: Sequence[int], width: float) -> tuple[Line, int]:
        """The longest line from `start`, and where the next one begins."""
        count = bisect_right(ends, width + NEARLY, key=lambda end: self._about(start, end))
        for end in reversed(ends[:count]):
            if self._about(start, end) > width - NEARLY and self._width(start, end) > width + SLACK:
                continue
            line = self.line(start, end)
            if line.width <= width + SLACK:  # what hangs over its ends has room as well
                return line, end
        raise TooWide(self.text[start : ends[0]].strip())

    def _about(self, start: int, end: int) -> float:
        """The advance of a line as it is in the whole text, which is nearly what it is alone."""
        end = start + len(self.text[start:end].rstrip())
        return self._advances[end] - self._advances[start]

    @cached_property
    def _advances(self) -> Sequence[float]:
        """By character, and at the end: the room that all before it takes, in the order of reading."""
        rooms = [0.0] * (len(self.text) + 1)
        for segment in self._segments:
            for glyph in self._shape(segment.piece, segment.rtl).glyphs:
                rooms[segment.first + glyph.cluster + 1] += glyph.advance
        return list(accumulate(rooms))

    def reach(self) -> tuple[float, float]:
        runs = list(self._runs(0, len(self.text.rstrip())))
        self._demand_glyphs(runs)
        reaches = [(glyph.dy, run.face.reach(glyph.glyph)) for run in runs for glyph in run.shaping.glyphs]
        above = max((y + reach[0] for y, reach in reaches), default=0.0)
        return above, max((reach[1] - y for y, reach in reaches), default=0.0)

    def _width(self, start: int, end: int) -> float:
        """The advance of a line, without making it."""
        end = start + len(self.text[start:end].rstrip())
        return sum(run.shaping.advance for run in self._runs(start, end))

    def line(self, start: int, end: int) -> Line:
        ends = start + len(self.text[start:end].rstrip())
        cut, end = ends == end < len(self.text), ends
        runs = list(self._runs(start, end))
        self._demand_glyphs(runs)
        before, after = overhang(runs)
        width = before + sum(run.shaping.advance for run in runs) + after
        return Line(self.text[start:end], lambda: glyphs(runs, before), width, cut)

    def _runs(self, start: int, end: int) -> Iterator[Run]:
        """The runs of a line from left to right."""
        for first, last, rtl in self._visual_runs(start, end):
            segments = self._cut(first, last, rtl)
            for segment in reversed(segments) if rtl else segments:
                yield Run(segment.piece.face, segment.piece.text, rtl, self._shaped(segment))

    def _cut(self, first: int, last: int, rtl: bool) -> list[_Segment]:
        """What lies between, cut where script or font changes."""
        found = []
        for piece in self._pieces(first, last):
            found.append(_Segment(first, first + len(piece.text), rtl, piece))
            first += len(piece.text)
        return found

    def _shaped(self, segment: _Segment) -> Shaping:
        """What HarfBuzz makes of a segment: a part of what it makes of the whole one, where it says that breaking there
        changes nothing, as it does between nearly all words."""
        first, last, rtl, piece = segment
        number = bisect_right(self._firsts, first) - 1
        whole = self._segments[number]
        if last <= whole.last and (rtl, piece.face, piece.script) == (whole.rtl, whole.piece.face, whole.piece.script):
            part = self._shape(whole.piece, rtl).part(first - whole.first, last - whole.first)
            if part:
                return part
        return self._shape(piece, rtl)

    def _shape(self, piece: Piece, rtl: bool) -> Shaping:
        return piece.face.shape(piece.text, rtl, piece.script, self.writing.locale)

    @cached_property
    def _segments(self) -> Sequence[_Segment]:
        """The whole text, were it one line, in the order it is read."""
        runs = sorted(self._visual_runs(0, len(self.text)))
        return [segment for run in runs for segment in self._cut(*run)]

    @cached_property
    def _firsts(self) -> Sequence[int]:
        return [segment.first for segment in self._segments]

    def _pieces(self, first: int, last: int) -> list[Piece]:
        """What lies between, cut where script or font changes; to the end of the text that is worked out once."""
        if first not in self.pieces:
            self.pieces[first] = self._from(first)
        found = []
        for piece, used, script in self.pieces[first]:
            if first >= last:
                break
            found.append(Piece(piece[: last - first], used, script))
            first += len(piece)
        return found

    def _from(self, first: int) -> Sequence[Piece]:
        """The pieces of the text from a character on. They are those of the whole text, from there, unless its first
        character takes its script from those before it, or its font."""
        at = 0
        for number, piece in enumerate(self._whole):
            ends = at + len(piece.text)
            if at <= first < ends:
                grapheme = self._graphemes.get(first)
                if grapheme is None or script_of(grapheme[0]) in COMMON:
                    break
                if face_for(self.writing.faces, grapheme) is not piece.face:
                    break
                return [piece._replace(text=piece.text[first - at :]), *self._whole[number + 1 :]]
            at = ends
        return list(pieces(self.writing.faces, self.text[first:]))

    @cached_property
    def _whole(self) -> Sequence[Piece]:
        return list(pieces(self.writing.faces, self.text))

    @cached_property
    def _graphemes(self) -> dict[int, str]:
        return dict(graphemes(self.text))

    def _demand_glyphs(self, runs: Iterable[Run]) -> None:
        for run in runs:
            for text, placed in clusters(run) if run.shaping.lacking else ():
                if any(glyph.glyph == 0 for glyph, _ in placed) and not all(ignorable(char) for char in text):
                    raise MissingGlyph(f"{self.writing.locale}: no font has {text!r} in {self.text!r}")

    def _visual_runs(self, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        if start >= end:
            return
        if self.plain:
            yield start, end, False
            return
        base = self.to_unit[start]
        line = self.bidi.setLine(base, self.to_unit[end])
        for index in range(line.countRuns()):
            first, size, rtl = line.getVisualRun(index)
            yield self.to_char[base + first], self.to_char[base + first + size], bool(rtl)

    @cached_property
    def _breaks(self) -> list[int]:
        return [self.to_char[unit] for unit in boundaries("line", self.writing.locale, self.units)]
