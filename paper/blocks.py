"""One question as a block: how high it is, where its bubbles sit, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from paper.canvas import Canvas
from paper.content import Choice, Content, Item
from paper.layout import Box, Bubble, Field
from paper.shape import Line, TooWide, Writing, face
from paper.sheet import Frame

PT = 25.4 / 72  # mm
RX, RY = 2.6, 2.0  # mm, half-axes of a bubble's outline
OUTLINE = (0.55, 0.28)  # grey (0 black, so 45 % ink) and width in mm: prints light, a pencil is darker
WHITE = 1.25  # mm of clear paper around an outline
BESIDE = 0.75  # mm more between that clear paper and a label
APART = 4.0  # mm at least between a label and the next bubble: which bubble a label belongs to must be plain
NUMBER = 8.5  # mm, hanging indent of the question's number
ROW = 2 * (RY + OUTLINE[1] / 2 + WHITE)  # mm, height of a row of bubbles
REACH = RX + OUTLINE[1] / 2 + WHITE  # mm from a bubble's centre to where a label may begin
TEXT, LABEL, NOTE = 10.5 * PT, 9.25 * PT, 8.5 * PT  # mm, type sizes
WRITE_MIN, WRITE_MAX, WRITE_LINE = 17.0, 52.0, 8.5  # mm, heights of a box to write in, and between its lines


class DoesNotFit(ValueError):
    """Text that has no room on the sheet; the message names the question and the text."""


@dataclass(frozen=True)
class Type:
    """The two weights of a locale and its leading."""

    regular: Writing
    bold: Writing
    leading: float
    frame: Frame

    def draw(self, canvas: Canvas, line: Line, at: tuple[float, float], size: float) -> None:
        """A line at the start position `at` = (x from the start side, top of the line)."""
        left = self.frame.x(at[0]) - (line.width * size if self.frame.rtl else 0)
        canvas.text(line, (left, at[1] + self.baseline(size)), size)

    def baseline(self, size: float) -> float:
        """From the top of a line to its baseline."""
        room = self.leading - self.regular.ascent - self.regular.descent
        return (room / 2 + self.regular.ascent) * size

    def height(self, size: float, lines: int = 1) -> float:
        return self.leading * size * lines


def typeset(content: Content, frame: Frame) -> Type:
    """The faces of a content's locale."""
    regular = tuple(face(path) for path in content.fonts.regular)
    bold = tuple(face(path) for path in content.fonts.bold)
    locale, rtl = content.locale, content.direction == "rtl"
    return Type(Writing(regular, locale, rtl), Writing(bold, locale, rtl), max(content.leading, 1.2), frame)


@dataclass
class Block:
    """One item, measured; every x from the start side, every y from the block's top."""

    item: Item
    text: tuple[Line, ...]
    note: tuple[Line, ...]
    number: Line
    height: float
    stretch: float = 0.0  # mm a box to write in may still grow
    bubbles: tuple[Bubble, ...] = ()
    labels: list[tuple[Line, float, float]] = field(default_factory=list)
    box_top: float = 0.0
    digit_boxes: tuple[float, ...] = ()


def measure(item: Item, number: int, type_: Type) -> Block:
    """The block of an item; DoesNotFit when a word is wider than the sheet."""
    width = type_.frame.body.width - NUMBER
    text = broken(type_.regular, item.text, width / TEXT, item.question)
    note = broken(type_.regular, item.note, width / NOTE, item.question) if item.note else ()
    top = type_.height(TEXT, len(text)) + type_.height(NOTE, len(note))
    block = Block(item, text, note, type_.bold.line(f"{number}."), top)
    if item.kind == "text":
        block.box_top = top + 1.0
        block.height, block.stretch = block.box_top + WRITE_MIN, WRITE_MAX - WRITE_MIN
    elif item.kind == "number":
        _digits(block, type_)
    elif not _columns(block, type_):
        _stacked(block, type_)
    return block


def broken(writing: Writing, text: str, width: float, name: str) -> tuple[Line, ...]:
    """`text` in lines of `width` em; DoesNotFit names the question, or the place, and the text."""
    try:
        return writing.lines(text, width)
    except TooWide as error:
        raise DoesNotFit(f"{name}: no room for {str(error)!r} in {text!r}; shorten it or allow a line break") from error


def _columns(block: Block, type_: Type) -> bool:
    """Options side by side in equal columns; False when a label is too wide for its column."""
    choices = block.item.choices
    column = (type_.frame.body.width - NUMBER) / max(len(choices), 1)
    room = column - 2 * REACH - BESIDE - APART + WHITE
    labels = _labels(choices, type_, room)
    if labels is None:
        return False
    row = max(ROW, type_.height(LABEL, max(len(lines) for lines in labels)))
    middle = block.height + row / 2
    start = type_.frame.body.start + NUMBER + REACH - WHITE
    for index, (choice, lines) in enumerate(zip(choices, labels, strict=True)):
        _place(block, type_, (choice.id, lines), (start + index * column, middle))
    block.height += row
    return True


def _labels(choices: tuple[Choice, ...], type_: Type, room: float) -> list[tuple[Line, ...]] | None:
    """Labels in at most two lines, or None."""
    if room <= 0:
        return None
    try:
        labels = [type_.regular.lines(choice.text, room / LABEL) for choice in choices]
    except TooWide:
        return None
    return labels if all(len(lines) <= 2 for lines in labels) else None


def _stacked(block: Block, type_: Type) -> None:
    """One option a row."""
    start = type_.frame.body.start + NUMBER + REACH - WHITE
    room = type_.frame.body.end - start - REACH - BESIDE
    for choice in block.item.choices:
        lines = broken(type_.regular, choice.text, room / LABEL, block.item.question)
        row = max(ROW, type_.height(LABEL, len(lines)))
        _place(block, type_, (choice.id, lines), (start, block.height + row / 2))
        block.height += row


def _digits(block: Block, type_: Type) -> None:
    """A row of ten bubbles for each decimal place, the highest first, each with a small box to write the digit in."""
    start = type_.frame.body.start + NUMBER + 12
    column = (type_.frame.body.end - start) / 10
    for place in range(block.item.digits - 1, -1, -1):
        middle = block.height + ROW / 2
        block.digit_boxes += (middle,)
        for digit in range(10):
            lines = (type_.regular.line(str(digit)),)
            _place(block, type_, (str(digit), lines), (start + digit * column, middle), place)
        block.height += ROW


def _place(
    block: Block, type_: Type, option: tuple[str, tuple[Line, ...]], at: tuple[float, float], place: int | None = None
) -> None:
    """A bubble centred at `at`, its label beside it."""
    name, lines = option
    block.bubbles += (Bubble(name, at[0], at[1], RX, RY, place),)
    top = at[1] - type_.height(LABEL, len(lines)) / 2
    for index, line in enumerate(lines):
        block.labels.append((line, at[0] + REACH + BESIDE, top + type_.height(LABEL, index)))


def placed(block: Block, type_: Type, top: float) -> Field:
    """The block's field when its top is at `top` on the page."""
    item, frame = block.item, type_.frame
    if item.kind == "text":
        start, end = sorted((frame.x(frame.body.start + NUMBER), frame.x(frame.body.end)))
        height = block.height - block.box_top
        shape = (start, top + block.box_top, end - start, height)
        return Field(item.question, item.kind, box=Box(*(round(value, 3) for value in shape)))
    bubbles = tuple(
        Bubble(b.option, round(frame.x(b.x), 3), round(top + b.y, 3), b.rx, b.ry, b.place) for b in block.bubbles
    )
    return Field(item.question, item.kind, bubbles)


def draw(block: Block, type_: Type, top: float, canvas: Canvas) -> Field:
    """Draws the block at `top`; its field, in page millimetres."""
    frame = type_.frame
    start = frame.body.start
    type_.draw(canvas, block.number, (start, top), TEXT)
    for index, line in enumerate(block.text):
        type_.draw(canvas, line, (start + NUMBER, top + type_.height(TEXT, index)), TEXT)
    below = top + type_.height(TEXT, len(block.text))
    for index, line in enumerate(block.note):
        type_.draw(canvas, line, (start + NUMBER, below + type_.height(NOTE, index)), NOTE)
    for line, x, y in block.labels:
        type_.draw(canvas, line, (x, top + y), LABEL)
    place = placed(block, type_, top)
    for bubble in place.bubbles:
        canvas.ellipse((bubble.x, bubble.y), (bubble.rx, bubble.ry), OUTLINE)
    for middle in block.digit_boxes:
        left = frame.x(start + NUMBER) - (5 if frame.rtl else 0)
        canvas.box(left, top + middle - 2.5, (5, 5), OUTLINE)
    if place.box:
        _writing_box(place.box, canvas)
    return place


def _writing_box(box: Box, canvas: Canvas) -> None:
    canvas.box(box.x, box.y, (box.width, box.height), (0.4, 0.3))
    y = box.y + WRITE_LINE
    while y < box.y + box.height - 2:
        canvas.stroke(((box.x + 3, y), (box.x + box.width - 3, y)), (0.8, 0.2))
        y += WRITE_LINE
