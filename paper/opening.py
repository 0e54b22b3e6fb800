"""What surrounds the questions: title, promise, how to mark, page number."""

from __future__ import annotations

from dataclasses import dataclass

from paper.bubbles import OUTLINE, RX, RY
from paper.canvas import Canvas
from paper.content import Content, Words
from paper.shape import Line
from paper.sheet import BAND, RULE, Frame, Span
from paper.typeset import PT, DoesNotFit, Type

TITLE, TITLE_NEXT, FOOT = 17 * PT, 11 * PT, 8.5 * PT  # mm, type sizes
TITLE_MIDDLE = 14.6  # mm, middle of the title's lines
LABEL_AT = (25.4, 10.5 * PT)  # mm: baseline of the stamped label, and its type size
SERIAL_AT = (17.0, 7.5 * PT)  # mm: baseline above the bottom edge of the stamped serial, and its type size
COUNT_ROOM = 40.0  # mm beside the reminders for page number and serial
PENCIL = (0.2, 0.55)  # grey and width in mm of the drawn examples
FILLED = 0.35  # grey of an example filled with a pencil
ABOVE_GUIDE = 2.8  # mm between the promise and the guide
AFTER = 3.6  # mm between the opening and the first question
PAD = 2.6  # mm inside the guide's two cells
EXAMPLES = 7.8  # mm, height of a row of examples
STEP = 9.0  # mm from one example to the next


@dataclass(frozen=True)
class Opening:
    """Promise and guide, measured."""

    promise: tuple[Line, ...]
    how_to: tuple[Line, ...]
    change: tuple[Line, ...]
    good: Line
    guide: float  # mm, height of the guide's panel
    height: float


def label_zone(sheet: Frame) -> Span:
    """Where the label is stamped, from the start side."""
    return sheet.header


def draw_header(content: Content, type_: Type, number: int, canvas: Canvas) -> None:
    """The title, smaller after the first page, and a rule under the header."""
    span, body = type_.frame.header, type_.frame.body
    size = TITLE if number == 1 else TITLE_NEXT
    lines = type_.broken_bold(content.title, span.width, size, "title")
    if len(lines) > 1:
        size = TITLE_NEXT
        lines = type_.broken_bold(content.title, span.width, size, "title")
    if len(lines) > 2:
        raise DoesNotFit(f"title: no room for {content.title!r}; shorten it")
    type_.draw_lines(canvas, lines, (span.start, TITLE_MIDDLE - type_.height(size, len(lines)) / 2), size)
    canvas.stroke(((body.start, BAND + RULE / 2), (body.end, BAND + RULE / 2)), (0.0, RULE))


def measure(words: Words, type_: Type) -> Opening:
    """The opening of the first page; DoesNotFit when a word is wider than its place."""
    first, second = _cells(type_)
    promise = type_.broken(words.promise, type_.frame.body.width, type_.text, "promise")
    how_to = type_.broken(words.how_to, first.width, type_.label, "how_to")
    change = type_.broken(words.change, second.width, type_.label, "change")
    good = type_.broken(words.good, first.width - 3 * STEP, type_.label, "good")
    if len(good) > 1:
        raise DoesNotFit(f"good: no room for {words.good!r} beside the drawn marks; shorten it")
    lines = max(len(how_to), len(change))
    guide = 2 * PAD + type_.height(type_.label, lines) + EXAMPLES
    height = type_.height(type_.text, len(promise)) + ABOVE_GUIDE + guide + AFTER
    return Opening(promise, how_to, change, good[0], guide, height)


def _cells(type_: Type) -> tuple[Span, Span]:
    """The guide's two cells, side by side."""
    body = type_.frame.body
    middle = body.start + body.width / 2
    return Span(body.start + PAD, middle - PAD), Span(middle + PAD, body.end - PAD)


def draw_opening(opening: Opening, type_: Type, canvas: Canvas) -> None:
    """Promise and guide from the top of the body."""
    body, top = type_.frame.body, type_.frame.body_top
    type_.draw_lines(canvas, opening.promise, (body.start, top), type_.text)
    top += type_.height(type_.text, len(opening.promise)) + ABOVE_GUIDE
    canvas.box(body.start, top, (body.width, opening.guide), (0.5, 0.25))
    middle = body.start + body.width / 2
    canvas.stroke(((middle, top), (middle, top + opening.guide)), (0.5, 0.25))
    first, second = _cells(type_)
    type_.draw_lines(canvas, opening.how_to, (first.start, top + PAD), type_.label)
    type_.draw_lines(canvas, opening.change, (second.start, top + PAD), type_.label)
    y = top + opening.guide - PAD - EXAMPLES / 2 + 1.0
    _good_marks((first.start + RX, y), type_, canvas)
    type_.draw_centred(canvas, (opening.good,), (first.start + 3 * STEP, y), type_.label)
    _changed_mark((second.start + RX + 1.0, y), type_, canvas)


def _good_marks(at: tuple[float, float], type_: Type, canvas: Canvas) -> None:
    """A filled bubble, a tick and a cross: the outlines are drawn as on the sheet, the marks as by a pencil."""
    centres = [(type_.frame.x(at[0] + index * STEP), at[1]) for index in range(3)]
    for centre in centres:
        canvas.ellipse(centre, (RX, RY), OUTLINE)
    canvas.filled_ellipse(centres[0], (RX, RY), FILLED)
    x, y = centres[1]
    canvas.stroke(((x - 1.5, y - 0.1), (x - 0.4, y + 1.4), (x + 2.2, y - 2.2)), PENCIL)
    _cross(centres[2], 1.8, canvas)


def _changed_mark(at: tuple[float, float], type_: Type, canvas: Canvas) -> None:
    """A filled bubble crossed out, and another one filled."""
    wrong, right = ((type_.frame.x(at[0] + index * 1.6 * STEP), at[1]) for index in range(2))
    for centre in (wrong, right):
        canvas.ellipse(centre, (RX, RY), OUTLINE)
        canvas.filled_ellipse(centre, (RX, RY), FILLED)
    _cross(wrong, 3.5, canvas)


def _cross(at: tuple[float, float], reach: float, canvas: Canvas) -> None:
    (x, y), rise = at, reach * 0.85
    canvas.stroke(((x - reach, y - rise), (x + reach, y + rise)), PENCIL)
    canvas.stroke(((x - reach, y + rise), (x + reach, y - rise)), PENCIL)


def draw_footer(words: Words, type_: Type, page: tuple[int, int], canvas: Canvas) -> None:
    """The reminders at the start, page x of y at the end; the serial is stamped below that."""
    span = type_.frame.footer
    top = type_.frame.height - BAND + 2.6
    count = type_.bold.line(words.page.format(page=page[0], pages=page[1]))
    type_.draw(canvas, count, (span.end - count.width * FOOT, top), FOOT)
    lines = tuple(
        line
        for text in (words.online, words.no_folding)
        for line in type_.broken(text, span.width - COUNT_ROOM, FOOT, "footer")
    )
    if type_.height(FOOT, len(lines)) > BAND - 10:
        raise DoesNotFit(f"footer: no room for {words.online!r} and {words.no_folding!r}; shorten them")
    type_.draw_lines(canvas, lines, (span.start, top), FOOT)
