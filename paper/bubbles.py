"""Where a question's bubbles and labels go: columns sized from the real text, or one option a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from paper.content import Choice, Item
from paper.layout import Bubble
from paper.shape import Line, TooWide
from paper.sheet import Span
from paper.typeset import Type

RX, RY = 2.6, 2.0  # mm, half-axes of a bubble's outline: a child's pencil fits, five labelled options fit on a line
OUTLINE = (0.45, 0.28)  # grey (0 black, so 55 % ink), width in mm: light, yet a 1-bit scan cut at half keeps it
WHITE = 1.25  # mm of clear paper around an outline
ROW = 2 * (RY + OUTLINE[1] / 2 + WHITE)  # mm, height of a row of bubbles
EDGE = RX + OUTLINE[1] / 2  # mm from a bubble's centre to the outside of its outline
LABEL_AT = EDGE + WHITE + 0.6  # mm from a bubble's centre to its label
LABEL_AIR = 1.0  # mm above and below a label of several lines
APART = 3.8  # mm at least between a label and the next bubble: twice the way to its own, so it is plain whose it is
WIDEST = 46.0  # mm, a column: two options at the two ends of a line do not look like one question
DIGIT_BOX = 5.0  # mm, side of the box a digit may be written in
EVEN, FITTED, TWO_LINES, STACKED, DIGITS = range(5)


@dataclass
class Placing:
    """Bubbles and labels of one question; x from the start side, y from the top of the rows."""

    arrangement: int
    height: float
    bubbles: list[Bubble] = field(default_factory=list)
    labels: list[tuple[tuple[Line, ...], float, float]] = field(default_factory=list)  # lines, x, middle
    digit_boxes: list[tuple[float, float]] = field(default_factory=list)  # x, middle

    def add(self, option: str, lines: tuple[Line, ...], at: tuple[float, float], place: int | None = None) -> None:
        """A bubble centred at `at`, its label beside it."""
        self.bubbles.append(Bubble(option, at[0], at[1], RX, RY, place))
        self.labels.append((lines, at[0] + LABEL_AT, at[1]))


def arrange(item: Item, span: Span, type_: Type) -> Placing:
    """The first arrangement that fits: even columns, columns fitted to their labels, labels of two lines, stacked.

    Even columns first, because unequal distances pull answers towards the roomier side. DoesNotFit when even a stacked
    label is too wide.
    """
    if item.kind == "number":
        return _digits(item, span, type_)
    if len(item.choices) > 1:
        columns = _even(item.choices, span, type_, 1) or _fitted(item.choices, span, type_)
        columns = columns or _even(item.choices, span, type_, 2)
        if columns:
            return columns
    return _stacked(item, span, type_)


def _even(choices: Sequence[Choice], span: Span, type_: Type, most: int) -> Placing | None:
    """Equal columns, labels of at most `most` lines; None when they do not fit."""
    column = min((span.width + APART) / len(choices), WIDEST)
    labels = [_lines(choice.text, column - EDGE - LABEL_AT - APART, type_) for choice in choices]
    if any(not 0 < len(lines) <= most for lines in labels):
        return None
    centres = [span.start + EDGE + index * column for index in range(len(choices))]
    return _columns(EVEN if most == 1 else TWO_LINES, (choices, labels), centres, type_)


def _fitted(choices: Sequence[Choice], span: Span, type_: Type) -> Placing | None:
    """Columns as wide as their labels, what is left shared out between them; None when they do not fit."""
    labels = [(type_.regular.line(choice.text),) for choice in choices]
    widths = [EDGE + LABEL_AT + line.width * type_.label for (line,) in labels]
    spare = (span.width - sum(widths)) / (len(choices) - 1)
    if spare < APART or any("\n" in choice.text for choice in choices):
        return None
    starts = accumulate((width + spare for width in widths[:-1]), initial=span.start)
    return _columns(FITTED, (choices, labels), [start + EDGE for start in starts], type_)


def _columns(
    arrangement: int,
    options: tuple[Sequence[Choice], Sequence[tuple[Line, ...]]],
    centres: Sequence[float],
    type_: Type,
) -> Placing:
    choices, labels = options
    row = _row(max(len(lines) for lines in labels), type_)
    placing = Placing(arrangement, row)
    for choice, lines, x in zip(choices, labels, centres, strict=True):
        placing.add(choice.id, lines, (x, row / 2))
    return placing


def _row(lines: int, type_: Type) -> float:
    """The height of a row whose labels have so many lines."""
    return max(ROW, type_.height(type_.label, lines) + 2 * LABEL_AIR)


def _lines(text: str, width: float, type_: Type) -> tuple[Line, ...]:
    """A label's lines; none when it cannot be broken to `width`."""
    try:
        return type_.regular.lines(text, width / type_.label) if width > 0 else ()
    except TooWide:
        return ()


def _stacked(item: Item, span: Span, type_: Type) -> Placing:
    """One option a row."""
    placing = Placing(STACKED, 0.0)
    for choice in item.choices:
        lines = type_.broken(choice.text, span.width - EDGE - LABEL_AT, type_.label, item.question)
        row = _row(len(lines), type_)
        placing.add(choice.id, lines, (span.start + EDGE, placing.height + row / 2))
        placing.height += row
    return placing


def _digits(item: Item, span: Span, type_: Type) -> Placing:
    """A row of ten bubbles for each decimal place, the highest first, each after a box to write the digit in."""
    placing = Placing(DIGITS, ROW * item.digits)
    start = span.start + DIGIT_BOX + 5.0
    column = (span.end - start) / 10
    for row, place in enumerate(range(item.digits - 1, -1, -1)):
        middle = (row + 0.5) * ROW
        placing.digit_boxes.append((span.start + DIGIT_BOX / 2, middle))
        for digit in range(10):
            lines = (type_.regular.line(str(digit)),)
            placing.add(str(digit), lines, (start + EDGE + digit * column, middle), place)
    return placing
