"""One question as a block: how high it is, and how it is drawn where the page puts it."""

from __future__ import annotations

from dataclasses import dataclass

from paper.bubbles import Placing, arrange
from paper.canvas import Canvas
from paper.content import Item
from paper.grid import Heads
from paper.layout import Box, Bubble, Field
from paper.shape import Line
from paper.style import REGULAR, WHITE
from paper.typeset import Type

WRITE_PEN = (0.45, 0.3)  # grey and width in mm of a box to write in
WRITE_GUIDE = (0.82, 0.2)  # its lines, lighter than any pencil
ROOMIER = 6.0  # mm more between question and options for type of twice the size
BOX_ABOVE = 1.8  # mm between a question and its box
NOTE_ABOVE = 0.4  # mm between a question and its note, beyond the distance of lines


@dataclass(frozen=True)
class Block:
    """One item, measured. `rows` is None for a box to write in, which may grow up to `stretch` mm; `heads` stand over
    the rows of a scale block, once on a page."""

    item: Item
    number: Line
    text: tuple[Line, ...]
    note: tuple[Line, ...]
    above: float  # mm, height of what stands above the bubbles or the box
    height: float
    rows: Placing | None
    heads: Heads | None = None
    stretch: float = 0.0

    @property
    def white(self) -> float:
        """Clear paper at the foot of the block, in mm."""
        return WHITE if self.rows else 0.0

    def lead(self, before: Block | None) -> float:
        """The height in mm of the heads, when the block `before` it on the page has not shown them."""
        return self.heads.height if self.heads and (before is None or before.heads is not self.heads) else 0.0


def measure(item: Item, number: int, heads: Heads | None, type_: Type) -> Block:
    """The block of an item; DoesNotFit when a word of it is wider than the sheet."""
    own = type_.bold.line(f"{number}.")
    if heads:
        text = type_.broken(item.text, heads.text.width, type_.text, item.question)
        rows = heads.row(len(text), type_)
        return Block(item, own, text, (), 0.0, rows.height, rows, heads)
    text = type_.broken(item.text, type_.body.width, type_.text, item.question)
    note = type_.broken(item.note, type_.body.width, type_.note, item.question)
    above = type_.height(type_.text, len(text)) + max(type_.scale - 1, 0) * ROOMIER
    if note:
        above += _before_note(type_) + type_.height(type_.note, len(note))
    above += type_.style.under
    if item.kind == "text":
        least, most, _ = type_.style.write
        return Block(item, own, text, note, above, above + BOX_ABOVE + least, None, stretch=most - least)
    rows = arrange(item, type_.body, type_)
    return Block(item, own, text, note, above, above + rows.height, rows)


def _before_note(type_: Type) -> float:
    return type_.spacing(type_.note) + NOTE_ABOVE


def draw(block: Block, before: Block | None, type_: Type, at: tuple[float, float], canvas: Canvas) -> Field:
    """Draws the block, `at` = (top, what its box grows by) in mm, its heads first where the block `before` it on the
    page has not shown them; its field, in page millimetres."""
    (begin, grown), lead = at, block.lead(before)
    if block.heads and lead:
        block.heads.draw(type_, begin, canvas)
    top = begin + lead
    item, start = block.item, type_.frame.body.start
    high = type_.height(type_.text, len(block.text))
    first = top + (block.height - high) / 2 if block.heads else top
    type_.draw(canvas, block.number, (start, first), type_.text)
    type_.draw_lines(canvas, block.text, (type_.body.start, first), type_.text)
    type_.draw_lines(canvas, block.note, (type_.body.start, top + high + _before_note(type_)), type_.note)
    told = block.heads or type_.style is not REGULAR
    ends = (round(begin, 3), round(top + block.height + grown, 3)) if told else (None, None)
    if block.rows:
        return Field(item.question, item.kind, _draw_rows(block.rows, type_, top + block.above, canvas), None, *ends)
    box = _box(type_, top + block.above + BOX_ABOVE, block.height - block.above - BOX_ABOVE + grown)
    _draw_box(box, type_.style.write[2], canvas)
    return Field(item.question, item.kind, (), box, *ends)


def _draw_rows(rows: Placing, type_: Type, top: float, canvas: Canvas) -> tuple[Bubble, ...]:
    frame, style = type_.frame, type_.style
    for lines, x, middle in rows.labels:
        type_.draw_centred(canvas, lines, (x, top + middle), type_.label)
    for x, middle in rows.digit_boxes:
        corner = (frame.x(x) - style.digit_box / 2, top + middle - style.digit_box / 2)
        canvas.box(*corner, (style.digit_box, style.digit_box), style.outline)
    placed = []
    for bubble in rows.bubbles:
        x, y = round(frame.x(bubble.x), 3), round(top + bubble.y, 3)
        canvas.ellipse((x, y), (bubble.rx, bubble.ry), style.outline)
        placed.append(Bubble(bubble.option, x, y, bubble.rx, bubble.ry, bubble.place))
    return tuple(placed)


def _box(type_: Type, top: float, height: float) -> Box:
    across = type_.body
    left = min(type_.frame.x(across.start), type_.frame.x(across.end))
    return Box(round(left, 3), round(top, 3), round(across.width, 3), round(height, 3))


def _draw_box(box: Box, apart: float, canvas: Canvas) -> None:
    canvas.box(box.x, box.y, (box.width, box.height), WRITE_PEN)
    y = box.y + apart
    while y < box.y + box.height - apart / 2:
        canvas.stroke(((box.x + 3, y), (box.x + box.width - 3, y)), WRITE_GUIDE)
        y += apart
