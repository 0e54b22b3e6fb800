"""Gate 6, rendering: every text shaped with the fonts of its locale, regular and bold, as a sheet is set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from paper.face import face
from paper.fonts import find
from paper.shape import Line, MissingGlyph, Writing
from surveys.core.gates import Finding, Rule, Wording
from surveys.core.gates.findings import found
from surveys.core.locales import Locale

_NOTHING = "\u25cc"  # the dotted circle, which stands in for a letter where a sign has none to stand on


def findings(locale: Locale, wordings: Sequence[Wording], folder: Path) -> Iterator[Finding]:
    """Findings on texts that the fonts in `folder` cannot draw, or whose signs are in an order that no letter takes.

    MissingFont when the locale's own files are not there.
    """
    chains = find(folder, locale.fonts)
    for files in (chains.regular, chains.bold):
        writing = Writing(tuple(face(path) for path in files), locale.tag, locale.direction == "rtl")
        for wording in wordings:
            yield from _shaped(writing, wording)


def _shaped(writing: Writing, wording: Wording) -> Iterator[Finding]:
    try:
        lines = [writing.line(part) for part in wording.text.split("\n")]
    except MissingGlyph as error:
        yield found(Rule.GLYPHS, wording, str(error), "look for a slip of the keys, or name a font that has it")
        return
    if any(_lost(line) for line in lines) and _NOTHING not in wording.text:
        cure = "write letter and signs in the order they are spoken, each once"
        yield found(Rule.GLYPHS, wording, "has a sign that stands on no letter", cure)


def _lost(line: Line) -> bool:
    return any(g.glyph and g.glyph == g.face.font.get_nominal_glyph(ord(_NOTHING)) for g in line.glyphs)
