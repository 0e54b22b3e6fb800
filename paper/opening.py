"""What surrounds the questions: title, promise, how to mark, page number."""

from __future__ import annotations

from paper.blocks import OUTLINE, PT, RX, RY, Type, broken
from paper.canvas import Canvas
from paper.content import Content, Words
from paper.sheet import HEADER, Frame, Span

TITLE, TITLE_NEXT, PROMISE, GUIDE, FOOT = 16 * PT, 11 * PT, 10 * PT, 9 * PT, 8.5 * PT  # mm, type sizes
LABEL_AT = (27.0, 10.5 * PT)  # mm: baseline of the stamped label, and its type size
SERIAL_AT = (16.0, 7.5 * PT)  # mm: baseline above the bottom edge of the stamped serial, and its type size
PEN = (0.15, 0.55)  # grey and width of the drawn examples: a soft pencil
AFTER = 4.0  # mm between the opening and the first question
CELL = 3.0  # mm, padding of the guide's two cells
EXAMPLE = 9.0  # mm, from one example bubble to the next


def label_zone(sheet: Frame) -> Span:
    """Where the label is stamped, from the start side."""
    return sheet.header


def draw_header(content: Content, type_: Type, number: int, canvas: Canvas) -> None:
    """The title, smaller after the first page, and a rule under the header."""
    span = type_.frame.header
    size = TITLE if number == 1 else TITLE_NEXT
    lines = broken(type_.bold, content.title, span.width / size, "title")
    if len(lines) > 1:
        size = TITLE_NEXT
        lines = broken(type_.bold, content.title, span.width / size, "title")
    top = 13.0
    for index, line in enumerate(lines[:2]):
        type_.draw(canvas, line, (span.start, top + type_.height(size, index)), size)
    y = HEADER[1] + 0.6
    body = type_.frame.body
    canvas.stroke(((body.start, y), (body.end, y)), (0.0, 0.35))


def height(words: Words, type_: Type) -> float:
    """The height of promise and guide, with the space after them."""
    promise = broken(type_.regular, words.promise, type_.frame.body.width / PROMISE, "promise")
    return type_.height(PROMISE, len(promise)) + 2.5 + _guide_height(words, type_) + AFTER


def _cells(type_: Type) -> tuple[Span, Span]:
    body = type_.frame.body
    middle = body.start + body.width / 2
    return Span(body.start + CELL, middle - CELL), Span(middle + CELL, body.end - CELL)


def _guide_height(words: Words, type_: Type) -> float:
    first, second = _cells(type_)
    lines = max(
        len(broken(type_.regular, words.how_to, first.width / GUIDE, "how_to")),
        len(broken(type_.regular, words.change, second.width / GUIDE, "change")),
    )
    return 2 * CELL + type_.height(GUIDE, lines) + 8.5


def draw_opening(words: Words, type_: Type, canvas: Canvas) -> float:
    """Promise and guide from the top of the body; the height they take."""
    body, top = type_.frame.body, type_.frame.body_top
    for line in broken(type_.regular, words.promise, body.width / PROMISE, "promise"):
        type_.draw(canvas, line, (body.start, top), PROMISE)
        top += type_.height(PROMISE)
    top += 2.5
    tall = _guide_height(words, type_)
    canvas.box(body.start, top, (body.width, tall), (0.6, 0.3))
    for span, text in zip(_cells(type_), (words.how_to, words.change), strict=True):
        for index, line in enumerate(broken(type_.regular, text, span.width / GUIDE, "how_to")):
            type_.draw(canvas, line, (span.start, top + CELL + type_.height(GUIDE, index)), GUIDE)
    _examples(words, type_, top + tall - CELL - 3.0, canvas)
    return height(words, type_)


def _examples(words: Words, type_: Type, y: float, canvas: Canvas) -> None:
    first, second = _cells(type_)
    at = [(type_.frame.x(first.start + 4 + index * EXAMPLE), y) for index in range(3)]
    for x, _ in at:
        canvas.ellipse((x, y), (RX, RY), OUTLINE)
    canvas.ellipse(at[0], (RX - 0.1, RY - 0.1), None)
    _tick(at[1], canvas)
    _cross(at[2], canvas)
    label = type_.regular.line(words.good)
    type_.draw(canvas, label, (first.start + 4 + 2.7 * EXAMPLE, y - type_.height(GUIDE) / 2), GUIDE)
    wrong, right = ((type_.frame.x(second.start + 4 + index * EXAMPLE * 1.4), y) for index in range(2))
    for centre in (wrong, right):
        canvas.ellipse(centre, (RX, RY), OUTLINE)
        canvas.ellipse(centre, (RX - 0.1, RY - 0.1), None)
    _cross(wrong, canvas, 3.2)
    canvas.ellipse(right, (RX + 1.5, RY + 1.4), PEN)


def _tick(at: tuple[float, float], canvas: Canvas) -> None:
    x, y = at
    canvas.stroke(((x - 1.5, y - 0.2), (x - 0.4, y + 1.4), (x + 2.3, y - 2.2)), PEN)


def _cross(at: tuple[float, float], canvas: Canvas, reach: float = 1.9) -> None:
    x, y = at
    rise = reach * 0.85
    canvas.stroke(((x - reach, y - rise), (x + reach, y + rise)), PEN)
    canvas.stroke(((x - reach, y + rise), (x + reach, y - rise)), PEN)


def draw_footer(words: Words, type_: Type, page: tuple[int, int], canvas: Canvas) -> None:
    """Page x of y at the end, the two reminders at the start."""
    sheet = type_.frame
    span = sheet.footer
    count = type_.bold.line(words.page.format(page=page[0], pages=page[1]))
    top = sheet.height - 25.0
    type_.draw(canvas, count, (span.end - count.width * FOOT, top), FOOT)
    room = span.width - 40.0
    for text in (words.online, words.no_folding):
        for line in broken(type_.regular, text, room / FOOT, "footer"):
            type_.draw(canvas, line, (span.start, top), FOOT)
            top += type_.height(FOOT)
