"""One question as a block: how high it is, and how it is drawn where the page puts it."""

from __future__ import annotations

from dataclasses import dataclass

from paper.bubbles import Placing, arrange
from paper.canvas import DECORATION, Canvas
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
    top, item = begin + lead, block.item
    told = block.heads or type_.style is not REGULAR
    ends = (round(begin, 3), round(top + block.height + grown, 3)) if told else (None, None)
    with canvas.part("TR" if block.heads else "Sect"):
        _draw_words(block, type_, top, canvas)
        if block.rows:
            bubbles = _draw_rows(block, block.rows, type_, (top + block.above, canvas))
            return Field(item.question, item.kind, bubbles, None, *ends)
        box = _box(type_, top + block.above + BOX_ABOVE, block.height - block.above - BOX_ABOVE + grown)
        with canvas.part("Form", {"role": "tv", "name": item.text}):
            _draw_box(box, type_.style.write[2], canvas)
    return Field(item.question, item.kind, (), box, *ends)


def _draw_words(block: Block, type_: Type, top: float, canvas: Canvas) -> None:
    """Number, question and note."""
    high = type_.height(type_.text, len(block.text))
    first = top + (block.height - high) / 2 if block.heads else top
    with canvas.part("TH" if block.heads else "H2", {"text": f"{block.number.text} {block.item.text}", "scope": "Row"}):
        type_.draw(canvas, block.number, (type_.frame.body.start, first), type_.text)
        type_.draw_lines(canvas, block.text, (type_.body.start, first), type_.text)
    if block.note:
        with canvas.part("P", {"text": block.item.note}):
            below = top + high + _before_note(type_)
            type_.draw_lines(canvas, block.note, (type_.body.start, below), type_.note)


def _draw_rows(block: Block, rows: Placing, type_: Type, on: tuple[float, Canvas]) -> tuple[Bubble, ...]:
    """The bubbles, each with its label, from a top in mm on; where they are."""
    (top, canvas), style = on, type_.style
    with canvas.part(DECORATION):
        for x, middle in rows.digit_boxes:
            corner = (type_.frame.x(x) - style.digit_box / 2, top + middle - style.digit_box / 2)
            canvas.box(*corner, (style.digit_box, style.digit_box), style.outline)
    if block.heads:
        return tuple(_draw_option(block, option, type_, on) for option in zip(rows.bubbles, rows.labels, strict=True))
    with canvas.part("L"):
        return tuple(_draw_option(block, option, type_, on) for option in zip(rows.bubbles, rows.labels, strict=True))


def _draw_option(
    block: Block, option: tuple[Bubble, tuple[tuple[Line, ...], float, float]], type_: Type, on: tuple[float, Canvas]
) -> Bubble:
    (bubble, (lines, start, middle)), (top, canvas) = option, on
    x, y = round(type_.frame.x(bubble.x), 3), round(top + bubble.y, 3)
    item = block.item
    label = {choice.id: choice.text for choice in item.choices}.get(bubble.option, bubble.option)
    column = "" if bubble.place is None else f" ({item.digits - bubble.place}/{item.digits})"
    said = {"role": "cb" if item.kind == "many" else "rb", "name": label + column}
    with canvas.part("TD" if block.heads else "LI"):
        with canvas.part("Lbl"), canvas.part("Form", said):
            canvas.ellipse((x, y), (bubble.rx, bubble.ry), type_.style.outline)
        if lines:
            with canvas.part("LBody", {"text": label}):
                type_.draw_centred(canvas, lines, (start, top + middle), type_.label)
    exclusive = any(choice.exclusive for choice in item.choices if choice.id == bubble.option) or None
    return Bubble(bubble.option, x, y, bubble.rx, bubble.ry, bubble.place, exclusive)


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
