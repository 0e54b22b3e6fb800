"""Text cut where script or font changes, with ICU's eyes: what HarfBuzz takes is of one font and script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import icu

from paper.face import Face

COMMON = ("Zyyy", "Zinh")  # the scripts of characters that are written among those of any


class Piece(NamedTuple):
    """Text of one font and script."""

    text: str
    face: Face
    script: str


def characters(text: str) -> list[int]:
    """The character that each UTF-16 unit belongs to, and the end."""
    return [index for index, char in enumerate(text) for _ in range(2 if ord(char) > 0xFFFF else 1)] + [len(text)]


def boundaries(kind: str, locale: str, units: icu.UnicodeString) -> list[int]:
    create = {"line": icu.BreakIterator.createLineInstance, "character": icu.BreakIterator.createCharacterInstance}
    iterator = create[kind](icu.Locale.forLanguageTag(locale))
    iterator.setText(units)
    return list(iterator)


def pieces(faces: Sequence[Face], text: str) -> Iterator[Piece]:
    """`text` (of one direction) cut where script or font changes."""
    if text.isascii() and faces[0].has(text):
        yield Piece(text, faces[0], "Latn")
        return
    parts = list(graphemes(text))
    scripts = _scripts([grapheme for _, grapheme in parts])
    start, used, script = 0, None, ""
    for (offset, grapheme), own in zip(parts, scripts, strict=True):
        best = used if used and own == script and used.has(grapheme) else face_for(faces, grapheme)
        if used and (best is not used or own != script):
            yield Piece(text[start:offset], used, script)
            start = offset
        used, script = best, own
    if used:
        yield Piece(text[start:], used, script)


def face_for(faces: Sequence[Face], grapheme: str) -> Face:
    return next((face for face in faces if face.has(grapheme)), faces[0])


def graphemes(text: str) -> Iterator[tuple[int, str]]:
    if text.isascii():
        yield from enumerate(text)
        return
    to_char = characters(text)
    ends = [to_char[unit] for unit in boundaries("character", "en", icu.UnicodeString(text))]
    yield from ((start, text[start:end]) for start, end in pairwise([0, *ends]))


def _scripts(graphemes: Sequence[str]) -> list[str]:
    """Each grapheme's script; shared characters take the one before them, leading ones the one after."""
    own = [script_of(grapheme[0]) for grapheme in graphemes]
    current = next((script for script in own if script not in COMMON), "Latn")
    result = []
    for script in own:
        current = current if script in COMMON else script
        result.append(current)
    return result


@cache
def script_of(char: str) -> str:
    return str(icu.Script.getScript(char).getShortName())
