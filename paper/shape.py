"""Text of any script -> shaped lines (HarfBuzz shapes, ICU orders and breaks); knows neither pages nor PDF.

All measures are in em: multiply by the size of the type.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

import icu

from paper.face import Face, Shaped, ignorable

SLACK = 1e-6  # em: rounding when widths are added up
HAIR = 0.1  # em: no Latin letter hangs further over the end of its line
FAR = 3.0  # em: the widest letters of Nastaliq are 2 em wide
KEPT = 4000  # texts once set: labels come again in every class, and all of a sheet but the help line in every school
_COMMON = ("Zyyy", "Zinh")
_DIRECTIONS = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # done with once a line is ordered


class MissingGlyph(ValueError):
    """No font of the chain has a character; the message names the text and the locale."""


class TooWide(ValueError):
    """A piece of text that may not be broken is wider than its place."""


class Glyph(NamedTuple):
    """One glyph on a line: x and y from the line's left end and baseline (y up), the room it takes, what it spells.

    A glyph that takes no room (a dot, a vowel sign) spells nothing; an empty glyph carries its letter, if it is one.
    Readers of PDF would otherwise find a space, or a stray sign, in the middle of a word.
    """

    face: Face
    glyph: int
    text: str
    x: float
    y: float
    room: float


@dataclass(frozen=True)
class Line:
    """One shaped line; `glyphs` in visual order: readers of PDF turn right-to-left text round themselves. It is `cut`
    where the text goes on without a space, as it does in Thai or Chinese."""

    text: str
    glyphs: tuple[Glyph, ...]
    width: float
    cut: bool = False

    @property
    def reach(self) -> tuple[float, float]:
        """How far its ink reaches above and below the baseline, in em."""
        reaches = [(g.y, g.face.reach(g.glyph)) for g in self.glyphs]
        above = max((y + reach[0] for y, reach in reaches), default=0.0)
        return above, max((reach[1] - y for y, reach in reaches), default=0.0)


@dataclass(frozen=True)
class Writing:
    """How one locale is written in one weight: a chain of faces, a language and the direction of paragraphs."""

    faces: tuple[Face, ...]
    locale: str
    rtl: bool

    @lru_cache(maxsize=KEPT)  # noqa: B019 - like the faces, a locale's ways of writing are few and live long
    def line(self, text: str) -> Line:
        """`text` on one line; MissingGlyph when a character is in no font."""
        return _Paragraph(self, text).line(0, len(text))

    @lru_cache(maxsize=KEPT)  # noqa: B019 - as above
    def lines(self, text: str, width: float) -> tuple[Line, ...]:
        """`text` broken at the locale's line breaks to lines no wider than `width`; TooWide when a word is wider."""
        return tuple(line for part in text.split("\n") for line in _Paragraph(self, part).lines(width))


class _Run(NamedTuple):
    """Text of one font, script and direction."""

    face: Face
    text: str
    rtl: bool


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
        self.pieces: dict[int, list[tuple[str, Face, str]]] = {}
        self.to_char = _characters(text)
        self.to_unit = {char: unit for unit, char in reversed(list(enumerate(self.to_char)))}

    def lines(self, width: float) -> Iterator[Line]:
        start = 0
        ends = self._breaks()
        while start < len(self.text):
            line, start = self._fill(start, [end for end in ends if end > start], width)
            yield line

    def _fill(self, start: int, ends: Sequence[int], width: float) -> tuple[Line, int]:
        """The longest line from `start`, and where the next one begins."""
        count = bisect_right(ends, width + SLACK, key=lambda end: self._width(start, end))
        for end in reversed(ends[:count]):
            line = self.line(start, end)
            if line.width <= width + SLACK:  # what hangs over its ends has room as well
                return line, end
        raise TooWide(self.text[start : ends[0]].strip())

    def _width(self, start: int, end: int) -> float:
        """The advance of a line, without making it."""
        end = start + len(self.text[start:end].rstrip())
        return sum(shaped.advance for _, run in self._shaped(start, end) for shaped in run)

    def line(self, start: int, end: int) -> Line:
        ends = start + len(self.text[start:end].rstrip())
        cut, end = ends == end < len(self.text), ends
        glyphs: list[Glyph] = []
        x = 0.0
        for run, shaped in self._shaped(start, end):
            glyphs += self._glyphs(run, shaped, x)
            x += sum(glyph.advance for glyph in shaped)
        before, after = _overhang(glyphs, x)
        if before:
            glyphs = [glyph._replace(x=glyph.x + before) for glyph in glyphs]
        return Line(self.text[start:end], tuple(glyphs), before + x + after, cut)

    def _shaped(self, start: int, end: int) -> Iterator[tuple[_Run, Sequence[Shaped]]]:
        """The runs of a line from left to right, each with what HarfBuzz makes of it."""
        for first, last, rtl in self._visual_runs(start, end):
            pieces = self._pieces(first, last)
            for piece, used, script in reversed(pieces) if rtl else pieces:
                yield _Run(used, piece, rtl), used.shape(piece, rtl, script, self.writing.locale)

    def _pieces(self, first: int, last: int) -> list[tuple[str, Face, str]]:
        """What lies between, cut where script or font changes; to the end of the text that is worked out once."""
        if first not in self.pieces:
            self.pieces[first] = list(_pieces(self.writing.faces, self.text[first:]))
        found = []
        for piece, used, script in self.pieces[first]:
            if first >= last:
                break
            found.append((piece[: last - first], used, script))
            first += len(piece)
        return found

    def _glyphs(self, run: _Run, shaped: Sequence[Shaped], x: float) -> Iterator[Glyph]:
        """The glyphs of a run, placed from `x` on."""
        starts = [*sorted({glyph.cluster for glyph in shaped}), len(run.text)]
        spelled = {first: run.text[first:last] for first, last in pairwise(starts)}
        members: dict[int, list[tuple[Shaped, float]]] = {}
        for glyph in shaped:
            text = spelled[glyph.cluster]
            if glyph.glyph == 0 and not all(ignorable(char) for char in text):
                raise MissingGlyph(f"{self.writing.locale}: no font has {text!r} in {self.text!r}")
            members.setdefault(glyph.cluster, []).append((glyph, x))
            x += glyph.advance
        for first, glyphs in members.items():
            text = spelled[first]
            if len(glyphs) == len(text) == 1 and glyphs[0][0].advance > 0 and text not in _DIRECTIONS:
                ((glyph, at),) = glyphs  # a letter, a glyph: nothing to share out
                yield Glyph(run.face, glyph.glyph, text, at + glyph.dx, glyph.dy, glyph.advance)
            else:
                yield from _spell(run, glyphs, text)

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

    def _breaks(self) -> list[int]:
        return [self.to_char[unit] for unit in _boundaries("line", self.writing.locale, self.units)]


def _overhang(glyphs: Sequence[Glyph], width: float) -> tuple[float, float]:
    """How far ink hangs over the two ends of a line, in em: its own room, where letters as those of Nastaliq do.

    A hair is left alone, as in all print; more would run into a bubble, or off the sheet.
    """
    before = max((-glyph.x - glyph.face.across(glyph.glyph)[0] for glyph in _near(glyphs, 0.0)), default=0.0)
    after = max((glyph.x + glyph.face.across(glyph.glyph)[1] - width for glyph in _near(glyphs, width)), default=0.0)
    return before if before > HAIR else 0.0, after if after > HAIR else 0.0


def _near(glyphs: Sequence[Glyph], end: float) -> Iterator[Glyph]:
    """The glyphs from one end of a line inwards, as far as any letter reaches."""
    return takewhile(lambda glyph: abs(glyph.x - end) < FAR, reversed(glyphs) if end else glyphs)


def _spell(run: _Run, members: Sequence[tuple[Shaped, float]], text: str) -> list[Glyph]:
    """The glyphs of one cluster in visual order, its characters shared out among those that take room.

    Readers of PDF expect one letter a code: several in one come out turned round in right-to-left text.
    """
    glyphs = [Glyph(run.face, g.glyph, "", x + g.dx, g.dy, g.advance) for g, x in members]
    text = "".join(char for char in text if char not in _DIRECTIONS)
    if not text:
        return glyphs
    spelling = [at for at, glyph in enumerate(glyphs) if glyph.room > 0]
    if not spelling:
        return [*glyphs, Glyph(run.face, run.face.carrier, text, members[0][1], 0.0, 0.0)]
    if run.rtl:
        spelling.reverse()
    silent = 0.0 if run.rtl else sum(glyphs[at].room for at in spelling[len(text) :])  # half a vowel sign on two sides
    spelling = spelling[: len(text)]
    for count, at in enumerate(spelling):
        last = at == spelling[-1]
        share = text[count:] if last else text[count]
        glyphs[at] = glyphs[at]._replace(text=share, room=glyphs[at].room + (silent if last else 0.0))
    return glyphs


def _characters(text: str) -> list[int]:
    """The character that each UTF-16 unit belongs to, and the end."""
    return [index for index, char in enumerate(text) for _ in range(2 if ord(char) > 0xFFFF else 1)] + [len(text)]


def _boundaries(kind: str, locale: str, units: icu.UnicodeString) -> list[int]:
    create = {"line": icu.BreakIterator.createLineInstance, "character": icu.BreakIterator.createCharacterInstance}
    iterator = create[kind](icu.Locale.forLanguageTag(locale))
    iterator.setText(units)
    return list(iterator)


def _pieces(faces: Sequence[Face], text: str) -> Iterator[tuple[str, Face, str]]:
    """`text` (of one direction) cut where script or font changes."""
    if text.isascii() and faces[0].has(text):
        yield text, faces[0], "Latn"
        return
    graphemes = list(_graphemes(text))
    scripts = _scripts([grapheme for _, grapheme in graphemes])
    start, used, script = 0, None, ""
    for (offset, grapheme), own in zip(graphemes, scripts, strict=True):
        best = used if used and own == script and used.has(grapheme) else _face_for(faces, grapheme)
        if used and (best is not used or own != script):
            yield text[start:offset], used, script
            start = offset
        used, script = best, own
    if used:
        yield text[start:], used, script


def _face_for(faces: Sequence[Face], grapheme: str) -> Face:
    return next((face for face in faces if face.has(grapheme)), faces[0])


def _graphemes(text: str) -> Iterator[tuple[int, str]]:
    if text.isascii():
        yield from enumerate(text)
        return
    to_char = _characters(text)
    ends = [to_char[unit] for unit in _boundaries("character", "en", icu.UnicodeString(text))]
    yield from ((start, text[start:end]) for start, end in pairwise([0, *ends]))


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
