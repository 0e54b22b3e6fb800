"""What surrounds the questions: title, promise, how to mark, page number."""

from __future__ import annotations

from dataclasses import dataclass

from paper.canvas import DECORATION, Canvas
from paper.content import Content, Words
from paper.shape import Line
from paper.sheet import BAND, RULE, Span
from paper.style import REGULAR
from paper.typeset import DoesNotFit, Type

COUNT_ROOM = 40.0  # mm beside the reminders for page number and serial
PENCIL = (0.2, 0.55)  # grey and width in mm of the drawn examples
FILLED = 0.35  # grey of an example filled with a pencil
ABOVE_GUIDE = 2.8  # mm between the promise and the guide
BELOW_BODY = 2.6  # mm between the body and the words at the foot
PAD = 2.6  # mm inside the guide's two cells for regular type; a larger one keeps them apart as clearly
AROUND = 3.8  # mm that a row of examples is higher, and an example wider, than its bubble


@dataclass(frozen=True)
class Opening:
    """Promise, guide and, where the style has them on the first page, the reminders; measured."""

    words: Words
    promise: tuple[Line, ...]
    how_to: tuple[Line, ...]
    change: tuple[Line, ...]
    good: tuple[Line, ...]
    guide: float  # mm, height of the guide's panel
    reminders: tuple[Line, ...]
    height: float


def draw_header(content: Content, type_: Type, number: int, canvas: Canvas) -> None:
    """The title, smaller after the first page, and a rule under the header."""
    span, body, style = type_.frame.header, type_.frame.body, type_.style
    size = style.title if number == 1 else style.title_next
    lines = type_.broken_bold(content.title, span.width, size, "title")
    if len(lines) > 1:
        size = style.title_next
        lines = type_.broken_bold(content.title, span.width, size, "title")
    if len(lines) > 2:
        raise DoesNotFit(f"title: no room for {content.title!r}; shorten it")
    top = style.title_middle - type_.height(size, len(lines)) / 2
    with canvas.part("H1" if number == 1 else DECORATION, {"text": content.title}):
        type_.draw_lines(canvas, lines, (span.start, top), size)
    canvas.stroke(((body.start, BAND + RULE / 2), (body.end, BAND + RULE / 2)), (0.0, RULE))


def measure(words: Words, type_: Type) -> Opening:
    """The opening of the first page; DoesNotFit when a word is wider than its place."""
    first, second = _cells(type_)
    width = type_.frame.body.width
    promise = type_.broken(words.promise, width, type_.text, "promise")
    how_to = type_.broken(words.how_to, first.width, type_.label, "how_to")
    change = type_.broken(words.change, second.width, type_.label, "change")
    good = type_.broken(words.good, first.width - 3 * _step(type_), type_.label, "good")
    if len(good) > 2:
        raise DoesNotFit(f"good: no room for {words.good!r} beside the drawn marks; shorten it")
    reminders = type_.broken(_reminders(words) if type_.style.reminders_first else "", width, type_.text, "reminders")
    guide = 2 * _pad(type_) + type_.height(type_.label, max(len(how_to), len(change))) + _examples(type_, len(good))
    height = type_.height(type_.text, len(promise)) + ABOVE_GUIDE + guide + type_.style.comfort
    height += type_.height(type_.text, len(reminders)) + (ABOVE_GUIDE if reminders else 0)
    return Opening(words, promise, how_to, change, good, guide, reminders, height)


def _examples(type_: Type, lines: int) -> float:
    """The height of the row of examples, in mm."""
    return max(2 * type_.style.ry + AROUND, type_.height(type_.label, lines))


def _step(type_: Type) -> float:
    """The way from one example to the next, in mm."""
    return 2 * type_.style.rx + AROUND


def _cells(type_: Type) -> tuple[Span, Span]:
    """The guide's two cells, side by side."""
    body, pad = type_.frame.body, _pad(type_)
    middle = body.start + body.width / 2
    return Span(body.start + pad, middle - pad), Span(middle + pad, body.end - pad)


def _pad(type_: Type) -> float:
    return max(PAD, PAD * type_.style.label / REGULAR.label)


def draw_opening(opening: Opening, type_: Type, canvas: Canvas) -> None:
    """Promise, guide and reminders from the top of the body."""
    body, top = type_.frame.body, type_.frame.body_top
    with canvas.part("P", {"text": opening.words.promise}):
        type_.draw_lines(canvas, opening.promise, (body.start, top), type_.text)
    top += type_.height(type_.text, len(opening.promise)) + ABOVE_GUIDE
    _draw_guide(opening, type_, top, canvas)
    top += opening.guide + ABOVE_GUIDE
    if opening.reminders:
        with canvas.part("P", {"text": _reminders(opening.words)}):
            type_.draw_lines(canvas, opening.reminders, (body.start, top), type_.text)


def _reminders(words: Words) -> str:
    return f"{words.online} {words.no_folding}"


def _draw_guide(opening: Opening, type_: Type, top: float, canvas: Canvas) -> None:
    body, rx = type_.frame.body, type_.style.rx
    canvas.box(body.start, top, (body.width, opening.guide), (0.5, 0.25))
    middle = body.start + body.width / 2
    canvas.stroke(((middle, top), (middle, top + opening.guide)), (0.5, 0.25))
    first, second = _cells(type_)
    y = top + opening.guide - _pad(type_) - _examples(type_, len(opening.good)) / 2 + 1.0
    with canvas.part("P", {"text": opening.words.how_to}):
        type_.draw_lines(canvas, opening.how_to, (first.start, top + _pad(type_)), type_.label)
    with canvas.part("Figure", {"alt": opening.words.good_shown}):
        _good_marks((first.start + rx, y), type_, canvas)
    with canvas.part("P", {"text": opening.words.good}):
        type_.draw_centred(canvas, opening.good, (first.start + 3 * _step(type_), y), type_.label)
    with canvas.part("P", {"text": opening.words.change}):
        type_.draw_lines(canvas, opening.change, (second.start, top + _pad(type_)), type_.label)
    with canvas.part("Figure", {"alt": opening.words.change_shown}):
        _changed_mark((second.start + rx + 1.0, y), type_, canvas)


def _good_marks(at: tuple[float, float], type_: Type, canvas: Canvas) -> None:
    """A filled bubble, a tick and a cross: the outlines are drawn as on the sheet, the marks as by a pencil."""
    axes, outline = (type_.style.rx, type_.style.ry), type_.style.outline
    centres = [(type_.frame.x(at[0] + index * _step(type_)), at[1]) for index in range(3)]
    for centre in centres:
        canvas.ellipse(centre, axes, outline)
    canvas.filled_ellipse(centres[0], axes, FILLED)
    (x, y), large = centres[1], axes[1] / 2
    tick = ((-1.5, -0.1), (-0.4, 1.4), (2.2, -2.2))
    canvas.stroke(tuple((x + across * large, y + down * large) for across, down in tick), PENCIL)
    _cross(centres[2], 0.9 * axes[1], canvas)


def _changed_mark(at: tuple[float, float], type_: Type, canvas: Canvas) -> None:
    """A filled bubble crossed out, and another one filled."""
    axes, outline = (type_.style.rx, type_.style.ry), type_.style.outline
    wrong, right = ((type_.frame.x(at[0] + index * 1.6 * _step(type_)), at[1]) for index in range(2))
    for centre in (wrong, right):
        canvas.ellipse(centre, axes, outline)
        canvas.filled_ellipse(centre, axes, FILLED)
    _cross(wrong, 1.75 * axes[1], canvas)


def _cross(at: tuple[float, float], reach: float, canvas: Canvas) -> None:
    (x, y), rise = at, reach * 0.85
    canvas.stroke(((x - reach, y - rise), (x + reach, y + rise)), PENCIL)
    canvas.stroke(((x - reach, y + rise), (x + reach, y - rise)), PENCIL)


def draw_footer(words: Words, type_: Type, page: tuple[int, int], canvas: Canvas) -> None:
    """The reminders at the start, page x of y at the end; the serial is stamped below that."""
    span, foot = type_.frame.footer, type_.style.foot
    top = type_.frame.height - BAND + BELOW_BODY
    count = type_.bold.line(words.page.format(page=page[0], pages=page[1]))
    type_.draw(canvas, count, (span.end - count.width * foot, top), foot)
    if type_.style.reminders_first:
        return
    lines = tuple(
        line
        for text in (words.online, words.no_folding)
        for line in type_.broken(text, span.width - COUNT_ROOM, foot, "footer")
    )
    if type_.height(foot, len(lines)) > BAND - 10:
        raise DoesNotFit(f"footer: no room for {words.online!r} and {words.no_folding!r}; shorten them")
    with canvas.part("P" if page[0] == 1 else DECORATION, {"text": _reminders(words)}):
        type_.draw_lines(canvas, lines, (span.start, top), foot)
