"""Scale blocks: questions of one scale, a row each, under its words, which stand once above them as column heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from paper.bubbles import GRID, Placing
from paper.canvas import DECORATION, Canvas
from paper.content import Choice, Item
from paper.shape import Line, TooWide
from paper.sheet import Span
from paper.typeset import Type

FEWEST, MOST = 3, 10  # rows under one set of heads: fewer save nothing, more lose sight of the words
SHARE = 2 / 3  # of the scaled questions, from which a sheet has blocks: one that goes to and fro is hard to follow
COLUMNS = (16.0, 18.0, 20.0, 22.0, 24.0)  # mm, widths of a column, tried in turn
HEAD_LINES, TEXT_LINES = 3, 3  # a head, or a question beside the bubbles, of more lines is better read as a list
BESIDE = 4.0  # mm between questions and columns
AIR = 1.2  # mm above and below the text of a row
UNDER, BELOW = 1.2, 1.4  # mm between the heads and the line below them, and between that and the first row
RULE = (0.5, 0.2)  # grey and width in mm of that line


@dataclass(frozen=True)
class Heads:
    """The words of a scale above its columns; all in mm from the start side."""

    choices: tuple[Choice, ...]
    labels: tuple[tuple[Line, ...], ...]
    centres: tuple[float, ...]
    text: Span  # where the questions stand
    height: float

    def row(self, lines: int, type_: Type) -> Placing:
        """The bubbles of a row whose question takes so many lines."""
        high = max(type_.style.row, type_.height(type_.text, lines) + 2 * AIR)
        placing = Placing(GRID, high, type_.style)
        for choice, x in zip(self.choices, self.centres, strict=True):
            placing.add(choice.id, (), (x, high / 2))
        return placing

    def draw(self, type_: Type, top: float, canvas: Canvas) -> None:
        """The words at the foot of their stretch, each centred on its column."""
        with canvas.part("TR"):
            with canvas.part("TD"):
                pass  # nothing stands over the questions
            for choice, lines, x in zip(self.choices, self.labels, self.centres, strict=True):
                first = top + self.height - UNDER - BELOW - type_.height(type_.label, len(lines))
                with canvas.part("TH", {"text": choice.text, "scope": "Column"}):
                    for index, line in enumerate(lines):
                        at = (x - line.width * type_.label / 2, first + type_.leading * type_.label * index)
                        type_.draw(canvas, line, at, type_.label)
        body, y = type_.frame.body, top + self.height - BELOW
        with canvas.part(DECORATION):
            canvas.stroke(((body.start, y), (body.end, y)), RULE)


def heads(items: Sequence[Item], type_: Type) -> dict[int, Heads]:
    """The heads over each question, by its place; empty where the sheet is better a list from end to end."""
    if not type_.style.blocks:
        return {}
    scaled = sum(bool(item.scale) for item in items)
    found: dict[int, Heads] = {}
    for run in _runs(items):
        made = _heads([items[place] for place in run], type_)
        found |= dict.fromkeys(run, made) if made else {}
    return found if len(found) >= max(SHARE * scaled, 1) else {}


def _runs(items: Sequence[Item]) -> Iterator[range]:
    """The stretches of questions that may share heads, cut evenly."""
    for (scale, *_), group in groupby(range(len(items)), lambda place: _shared(items[place])):
        places = list(group)
        if not scale or len(places) < FEWEST:
            continue
        parts = -(-len(places) // MOST)
        ends = [places[0] + len(places) * part // parts for part in range(parts + 1)]
        yield from (range(*pair) for pair in pairwise(ends))


def _shared(item: Item) -> tuple[str, tuple[Choice, ...]]:
    """What questions of one block have in common; "" for one that stands alone."""
    return (item.scale, item.choices) if item.kind == "one" and not item.note else ("", ())


def _heads(items: Sequence[Item], type_: Type) -> Heads | None:
    """Heads in the narrowest columns that hold them; None where words or questions are too long for any."""
    body, choices = type_.body, items[0].choices
    for column in COLUMNS:
        text = Span(body.start, body.end - column * len(choices) - BESIDE)
        labels = [_lines(choice.text, column - BESIDE / 2, type_.label, type_) for choice in choices]
        asked = (_lines(item.text, text.width, type_.text, type_) for item in items)
        if all(0 < len(lines) <= HEAD_LINES for lines in labels) and all(0 < len(t) <= TEXT_LINES for t in asked):
            centres = tuple(body.end - column * (index + 0.5) for index in reversed(range(len(choices))))
            height = max(type_.height(type_.label, len(lines)) for lines in labels) + UNDER + BELOW
            return Heads(choices, tuple(labels), centres, text, height)
    return None


def _lines(text: str, width: float, size: float, type_: Type) -> tuple[Line, ...]:
    """The lines of a text; none where a word is too wide."""
    try:
        return type_.regular.lines(text, width / size) if width > 0 else ()
    except TooWide:
        return ()
