"""Where a question's bubbles and labels go: columns sized from the real text, or one option a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from paper.content import Choice, Item
from paper.layout import Bubble
from paper.shape import Line, TooWide
from paper.sheet import Span
from paper.style import REGULAR, WHITE, Style
from paper.typeset import DoesNotFit, Type

LABEL_AIR = 1.0  # mm above and below a label of several lines
APART = 3.8  # mm at least between a label and the next bubble: twice the way to its own, so it is plain whose it is
WIDEST = 46.0  # mm, a column: two options at the two ends of a line do not look like one question
MOST_STACKED = 12  # options in one column: a list any longer is read in several
BOX_ABOVE_DIGITS = 1.0  # mm between the box for a digit and its column
EVEN, FITTED, TWO_LINES, STACKED, DIGITS, GRID = range(6)


@dataclass
class Placing:
    """Bubbles and labels of one question; x from the start side, y from the top of the rows."""

    arrangement: int
    height: float
    style: Style
    bubbles: list[Bubble] = field(default_factory=list)
    labels: list[tuple[tuple[Line, ...], float, float]] = field(default_factory=list)  # lines, x, middle
    digit_boxes: list[tuple[float, float]] = field(default_factory=list)  # x, middle

    def add(self, option: str, lines: tuple[Line, ...], at: tuple[float, float], place: int | None = None) -> None:
        """A bubble centred at `at`, its label beside it."""
        self.bubbles.append(Bubble(option, at[0], at[1], self.style.rx, self.style.ry, place))
        self.labels.append((lines, at[0] + self.style.label_at, at[1]))


def arrange(item: Item, span: Span, type_: Type) -> Placing:
    """The first arrangement that fits: even columns, columns fitted to their labels, labels of two lines, stacked.

    Even columns first, because unequal distances pull answers towards the roomier side. DoesNotFit when even a stacked
    label is too wide.
    """
    if item.kind == "number":
        return _digits(item, span, type_)
    if 1 < len(item.choices) <= (type_.style.abreast or len(item.choices)):
        columns = _even(item.choices, span, type_, 1) or _fitted(item.choices, span, type_)
        columns = columns or _even(item.choices, span, type_, 2)
        if columns:
            return columns
    return _stacked(item, span, type_)


def _even(choices: Sequence[Choice], span: Span, type_: Type, most: int) -> Placing | None:
    """Equal columns, labels of at most `most` lines; None when they do not fit."""
    style = type_.style
    column = min((span.width + APART) / len(choices), WIDEST * style.label / REGULAR.label)
    labels = [_lines(choice.text, column - style.edge - style.label_at - APART, type_) for choice in choices]
    if any(not 0 < len(lines) <= most for lines in labels):
        return None
    centres = [span.start + style.edge + index * column for index in range(len(choices))]
    return _columns(EVEN if most == 1 else TWO_LINES, (choices, labels), centres, type_)


def _fitted(choices: Sequence[Choice], span: Span, type_: Type) -> Placing | None:
    """Columns as wide as their labels, what is left shared out between them; None when they do not fit."""
    labels = [(type_.regular.line(choice.text),) for choice in choices]
    own = type_.style.edge + type_.style.label_at
    widths = [own + line.width * type_.label for (line,) in labels]
    spare = (span.width - sum(widths)) / (len(choices) - 1)
    if spare < APART or any("\n" in choice.text for choice in choices):
        return None
    starts = accumulate((width + spare for width in widths[:-1]), initial=span.start)
    return _columns(FITTED, (choices, labels), [start + type_.style.edge for start in starts], type_)


def _columns(
    arrangement: int,
    options: tuple[Sequence[Choice], Sequence[tuple[Line, ...]]],
    centres: Sequence[float],
    type_: Type,
) -> Placing:
    choices, labels = options
    row = _row(max(len(lines) for lines in labels), type_)
    placing = Placing(arrangement, row, type_.style)
    for choice, lines, x in zip(choices, labels, centres, strict=True):
        placing.add(choice.id, lines, (x, row / 2))
    return placing


def _row(lines: int, type_: Type) -> float:
    """The height of a row whose labels have so many lines; tall scripts reach further up than down from the middle."""
    high = max(type_.height(type_.label, lines), 2 * type_.over(type_.label, lines))
    return max(type_.style.row, high + 2 * LABEL_AIR)


def _lines(text: str, width: float, type_: Type) -> tuple[Line, ...]:
    """A label's lines; none when it cannot be broken to `width`."""
    try:
        return type_.regular.lines(text, width / type_.label) if width > 0 else ()
    except TooWide:
        return ()


def _stacked(item: Item, span: Span, type_: Type) -> Placing:
    """One option a row; a long list of short options in two to four columns, read down the first, then the second."""
    needed = min(-(-len(item.choices) // MOST_STACKED), 4)
    for columns in range(needed, 1, -1):
        rows = _listed(item.choices, columns, span, type_)
        if rows:
            return rows
    placing = Placing(STACKED, 0.0, type_.style)
    edge = type_.style.edge
    for choice in item.choices:
        lines = type_.broken(choice.text, span.width - edge - type_.style.label_at, type_.label, item.question)
        row = _row(len(lines), type_)
        placing.add(choice.id, lines, (span.start + edge, placing.height + row / 2))
        placing.height += row
    return placing


def _listed(choices: Sequence[Choice], columns: int, span: Span, type_: Type) -> Placing | None:
    """Options in columns, from top to bottom; None when a label takes more than two lines."""
    edge, column = type_.style.edge, (span.width + APART) / columns
    labels = [_lines(choice.text, column - edge - type_.style.label_at - APART, type_) for choice in choices]
    if any(not 0 < len(lines) <= 2 for lines in labels):
        return None
    deep = -(-len(choices) // columns)
    row = _row(max(len(lines) for lines in labels), type_)
    placing = Placing(STACKED, deep * row, type_.style)
    for index, (choice, lines) in enumerate(zip(choices, labels, strict=True)):
        across, down = divmod(index, deep)
        placing.add(choice.id, lines, (span.start + edge + across * column, (down + 0.5) * row))
    return placing


def _digits(item: Item, span: Span, type_: Type) -> Placing:
    """A column of ten bubbles for each decimal place, the highest first, under a box to write the digit in.

    Every bubble has its digit beside it; where so many places have no room for that, the first column alone has.
    DoesNotFit when there is no room for them at all.
    """
    style = type_.style
    widest = max(type_.regular.line(str(digit)).width for digit in range(10)) * type_.label
    wide, narrow = style.edge + style.label_at + widest + 2 * APART, 2 * (style.edge + WHITE)
    all_labelled = wide * item.digits - 2 * APART <= span.width
    if not all_labelled and wide + narrow * (item.digits - 1) > span.width:
        raise DoesNotFit(f"{item.question}: no room for {item.digits} digits; ask for fewer")
    top = style.digit_box + BOX_ABOVE_DIGITS
    placing = Placing(DIGITS, top + 10 * style.row, style)
    for column in range(item.digits):
        x = span.start + style.edge + (column * wide if all_labelled else column and wide + (column - 1) * narrow)
        placing.digit_boxes.append((x, style.digit_box / 2))
        for digit in range(10):
            labelled = all_labelled or not column
            lines = (type_.regular.line(str(digit)),) if labelled else ()
            placing.add(str(digit), lines, (x, top + (digit + 0.5) * style.row), item.digits - 1 - column)
    return placing
