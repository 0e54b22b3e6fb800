"""One question as a block: how high it is, and how it is drawn where the page puts it."""

from __future__ import annotations

from dataclasses import dataclass

from paper.bubbles import DIGIT_BOX, OUTLINE, WHITE, Placing, arrange
from paper.canvas import Canvas
from paper.content import Item
from paper.layout import Box, Bubble, Field
from paper.shape import Line
from paper.sheet import Span
from paper.typeset import Type

NUMBER = 8.5  # mm, hanging indent of the question's number
WRITE_MIN, WRITE_MAX, WRITE_LINE = 19.0, 58.0, 8.5  # mm, heights of a box to write in, and between its lines
WRITE_PEN = (0.45, 0.3)  # grey and width in mm of such a box
WRITE_GUIDE = (0.82, 0.2)  # its lines, lighter than any pencil
ROOMIER = 6.0  # mm more between question and options for type of twice the size
BOX_ABOVE = 1.8  # mm between a question and its box
NOTE_ABOVE = 0.4  # mm between a question and its note, beyond the distance of lines


@dataclass(frozen=True)
class Block:
    """One item, measured. `rows` is None for a box to write in, which may grow up to `stretch` mm."""

    item: Item
    number: Line
    text: tuple[Line, ...]
    note: tuple[Line, ...]
    head: float  # mm, height of text and note
    rows: Placing | None

    @property
    def height(self) -> float:
        return self.head + (self.rows.height if self.rows else BOX_ABOVE + WRITE_MIN)

    @property
    def white(self) -> float:
        """Clear paper at the foot of the block, in mm."""
        return WHITE if self.rows else 0.0

    @property
    def stretch(self) -> float:
        return 0.0 if self.rows else WRITE_MAX - WRITE_MIN


def span(type_: Type) -> Span:
    """Where questions and options stand, from the start side: the body beside the numbers."""
    return Span(type_.frame.body.start + NUMBER, type_.frame.body.end)


def measure(item: Item, number: int, type_: Type) -> Block:
    """The block of an item; DoesNotFit when a word of it is wider than the sheet."""
    across = span(type_)
    text = type_.broken(item.text, across.width, type_.text, item.question)
    note = type_.broken(item.note, across.width, type_.note, item.question)
    head = type_.height(type_.text, len(text))
    if note:
        head += _before_note(type_) + type_.height(type_.note, len(note))
    head += max(type_.scale - 1, 0) * ROOMIER
    rows = None if item.kind == "text" else arrange(item, across, type_)
    return Block(item, type_.bold.line(f"{number}."), text, note, head, rows)


def _before_note(type_: Type) -> float:
    return type_.spacing(type_.note) + NOTE_ABOVE


def draw(block: Block, type_: Type, at: tuple[float, float], canvas: Canvas) -> Field:
    """Draws the block, `at` = (top, what its box grows by) in mm; its field, in page millimetres."""
    top, grown = at
    start = type_.frame.body.start
    type_.draw(canvas, block.number, (start, top), type_.text)
    type_.draw_lines(canvas, block.text, (start + NUMBER, top), type_.text)
    below = top + type_.height(type_.text, len(block.text)) + _before_note(type_)
    type_.draw_lines(canvas, block.note, (start + NUMBER, below), type_.note)
    item = block.item
    if block.rows:
        return Field(item.question, item.kind, _draw_rows(block.rows, type_, top + block.head, canvas))
    box = _box(type_, top + block.head + BOX_ABOVE, WRITE_MIN + grown)
    _draw_box(box, canvas)
    return Field(item.question, item.kind, box=box)


def _draw_rows(rows: Placing, type_: Type, top: float, canvas: Canvas) -> tuple[Bubble, ...]:
    frame = type_.frame
    for lines, x, middle in rows.labels:
        type_.draw_centred(canvas, lines, (x, top + middle), type_.label)
    for x, middle in rows.digit_boxes:
        corner = (frame.x(x) - DIGIT_BOX / 2, top + middle - DIGIT_BOX / 2)
        canvas.box(*corner, (DIGIT_BOX, DIGIT_BOX), OUTLINE)
    placed = []
    for bubble in rows.bubbles:
        x, y = round(frame.x(bubble.x), 3), round(top + bubble.y, 3)
        canvas.ellipse((x, y), (bubble.rx, bubble.ry), OUTLINE)
        placed.append(Bubble(bubble.option, x, y, bubble.rx, bubble.ry, bubble.place))
    return tuple(placed)


def _box(type_: Type, top: float, height: float) -> Box:
    across = span(type_)
    left = min(type_.frame.x(across.start), type_.frame.x(across.end))
    return Box(round(left, 3), round(top, 3), round(across.width, 3), round(height, 3))


def _draw_box(box: Box, canvas: Canvas) -> None:
    canvas.box(box.x, box.y, (box.width, box.height), WRITE_PEN)
    y = box.y + WRITE_LINE
    while y < box.y + box.height - WRITE_LINE / 2:
        canvas.stroke(((box.x + 3, y), (box.x + box.width - 3, y)), WRITE_GUIDE)
        y += WRITE_LINE
