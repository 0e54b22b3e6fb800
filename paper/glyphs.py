"""Shaped runs as glyphs on a line: where each stands, what it spells, and how far ink hangs over the ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from paper.face import Face, Shaped, Shaping

HAIR = 0.1  # em: no Latin letter hangs further over the end of its line
FAR = 3.0  # em: the widest letters of Nastaliq are 2 em wide
_DIRECTIONS = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # done with once a line is ordered


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


class Run(NamedTuple):
    """Text of one font, script and direction, and what HarfBuzz makes of it."""

    face: Face
    text: str
    rtl: bool
    shaping: Shaping


def clusters(run: Run, x: float = 0.0) -> Iterator[tuple[str, list[tuple[Shaped, float]]]]:
    """The glyphs of a run by what they spell together, each with where it begins, the run beginning at `x`."""
    shaped, base = run.shaping.glyphs, run.shaping.base
    starts = [*sorted({glyph.cluster - base for glyph in shaped}), len(run.text)]
    spelled = {first: run.text[first:last] for first, last in pairwise(starts)}
    for cluster, members in groupby(shaped, key=lambda glyph: glyph.cluster):
        placed = []
        for glyph in members:
            placed.append((glyph, x))
            x += glyph.advance
        yield spelled[cluster - base], placed


def glyphs(runs: Iterable[Run], before: float) -> Iterator[Glyph]:
    """The glyphs of a line, with room before them."""
    for glyph in _placed(runs):
        yield glyph._replace(x=glyph.x + before) if before else glyph


def _placed(runs: Iterable[Run]) -> Iterator[Glyph]:
    x = 0.0
    for run in runs:
        for text, glyphs in clusters(run, x):
            if len(glyphs) == len(text) == 1 and glyphs[0][0].advance > 0 and text not in _DIRECTIONS:
                ((glyph, at),) = glyphs  # a letter, a glyph: nothing to share out
                yield Glyph(run.face, glyph.glyph, text, at + glyph.dx, glyph.dy, glyph.advance)
            else:
                yield from _spell(run, glyphs, text)
        x += run.shaping.advance


def overhang(runs: Sequence[Run]) -> tuple[float, float]:
    """How far ink hangs over the two ends of a line, in em: its own room, where letters as those of Nastaliq do.

    A hair is left alone, as in all print; more would run into a bubble, or off the sheet.
    """
    before, x = 0.0, 0.0
    for face, glyph in ((run.face, glyph) for run in runs for glyph in run.shaping.glyphs):
        if x + glyph.dx >= FAR:
            break
        before = max(before, -x - glyph.dx - face.across(glyph.glyph)[0])
        x += glyph.advance
    after, x = 0.0, 0.0  # from the other end
    for face, glyph in ((run.face, glyph) for run in reversed(runs) for glyph in reversed(run.shaping.glyphs)):
        x -= glyph.advance
        if x + glyph.dx <= -FAR:
            break
        after = max(after, x + glyph.dx + face.across(glyph.glyph)[1])
    return before if before > HAIR else 0.0, after if after > HAIR else 0.0


def _spell(run: Run, members: Sequence[tuple[Shaped, float]], text: str) -> list[Glyph]:
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
