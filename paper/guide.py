"""Handouts drawn: the cover list and the return page of a class, in millimetres; knows no tags and no PDF objects."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from paper.canvas import Canvas
from paper.handout import MIDDLE, PT, Cover, Handout, Plane, Row, Separator, Step
from paper.sheet import BAND, Span
from paper.type0 import Typecase

KIND, TITLE, PLACE = 9.5 * PT, 24 * PT, 10.5 * PT  # mm, type sizes of the head
STEP, STEP_TEXT, FOOT = 11.5 * PT, 9.5 * PT, 8.75 * PT
NAME, NUMBER, HEADING = 10.5 * PT, 12 * PT, 8.5 * PT
BIDDING, BIG = 17 * PT, 84 * PT  # of a return page
BLACK, LIGHT = (0.0, 0.35), (0.72, 0.15)  # grey and width in mm of a rule
DISC = 3.1  # mm, half the width of the ring around a step's number
GUTTER = 7.0  # mm between columns
TICK = 4.4  # mm, side of a box to tick
NUMBER_ROOM, NOTE_ROOM, TICK_ROOM = 11.0, 17.0, 12.0  # mm that the columns of a list take, but for the name
ROW = 2.05  # em of the name's type from one line of the list to the next
LEAST = 9  # rows below which a list stands in one column
BAR = (9.0, 5.0)  # mm: from the page's edge to the middle of a return page's bars, and how wide they are


def draw_handout(handout: Handout, typecase: Typecase) -> list[Plane]:
    """The pages of a handout, each still open for its tags."""
    if isinstance(handout, Separator):
        return [_separator(handout, typecase)]
    return _cover(handout, typecase) if isinstance(handout, Cover) else []


def _plane(handout: Handout, typecase: Typecase) -> Plane:
    """A page with its head."""
    setting = handout.setting
    plane = Plane(setting, Canvas(0.0, typecase))
    plane = Plane(setting, Canvas(plane.size[1], typecase))
    head = plane.head
    plane.fitted(handout.kind, (head.start, 10.2), head.width, KIND)
    plane.fitted(handout.title, (head.start, 19.6), head.width, TITLE, bold=True)
    plane.fitted(handout.place, (head.start, 25.6), head.width, PLACE)
    plane.rule(plane.body, BAND, BLACK)
    return plane


def _cover(cover: Cover, typecase: Typecase) -> list[Plane]:
    planes: list[Plane] = []
    left = list(cover.rows)
    while left or not planes:
        plane = _plane(cover, typecase)
        top = BAND + 5.0 if planes else _steps(plane, cover.steps, BAND + 5.0) + 4.0
        count = _list(plane, cover, left, top) if left else 0
        left = left[count:]
        planes.append(plane)
    for number, plane in enumerate(planes, 1):
        page = cover.page.format(page=number, pages=len(planes)) if len(planes) > 1 else ""
        _foot(plane, cover.foot, page)
    return planes


def _separator(page: Separator, typecase: Typecase) -> Plane:
    plane = _plane(page, typecase)
    width, height = plane.size
    for start in (BAR[0], width - BAR[0]):
        plane.canvas.stroke(((start, BAND + 12), (start, height - BAND - 12)), (0.0, BAR[1]))
    middle = BAND + 0.33 * (height - 2 * BAND)
    plane.fitted(page.title, (plane.body.start, middle), plane.body.width, BIG, bold=True)
    top = plane.paragraph(page.bidding, plane.body, middle + 18.0, BIDDING) + 12.0
    share = (plane.body.width - GUTTER * (len(page.blanks) - 1)) / len(page.blanks)
    for place, blank in enumerate(page.blanks):
        start = plane.body.start + place * (share + GUTTER)
        plane.rule(Span(start, start + share), top, BLACK)
        plane.fitted(blank, (start, top + 5.0), share, STEP_TEXT)
    _steps(plane, page.steps, top + 22.0)
    _foot(plane, page.foot, "")
    return plane


def _steps(plane: Plane, steps: Sequence[Step], top: float) -> float:
    """What to do, side by side, each with its number in a ring; where the longest ends."""
    share = (plane.body.width - GUTTER * (len(steps) - 1)) / len(steps)
    ends = [top]
    for place, step in enumerate(steps):
        start = plane.body.start + place * (share + GUTTER)
        number = plane.bold.line(str(place + 1))
        middle = (start + DISC, top + DISC)
        plane.canvas.ellipse((plane.x(middle[0]), middle[1]), (DISC, DISC), (0.0, 0.4))
        plane.text(number, (middle[0] - number.width * STEP / 2, middle[1] + MIDDLE * STEP), STEP)
        title = Span(start + 2 * DISC + 2.2, start + share)
        plane.fitted(step.title, (title.start, middle[1] + MIDDLE * STEP), title.width, STEP, bold=True)
        ends.append(plane.paragraph(step.text, Span(start, start + share), top + 2 * DISC + 4.6, STEP_TEXT))
    return max(ends)


def _list(plane: Plane, cover: Cover, rows: Sequence[Row], top: float) -> int:
    """As many rows as the page holds, in two columns when they are many; how many."""
    step = max(ROW, plane.setting.leading + 0.6) * NAME
    most = int((plane.foot_top - 3.0 - top - 6.0) / step)
    columns = 1 if len(rows) < LEAST else 2
    tall = min(most, ceil(len(rows) / columns))
    share = (plane.body.width - GUTTER * (columns - 1)) / columns
    for column in range(columns):
        start = plane.body.start + column * (share + GUTTER)
        here = rows[column * tall : (column + 1) * tall]
        if here:
            _column(plane, cover, here, (Span(start, start + share), top, step))
    return min(len(rows), columns * tall)


def _column(plane: Plane, cover: Cover, rows: Sequence[Row], place: tuple[Span, float, float]) -> None:
    span, top, step = place
    noted = any(row.note for row in cover.rows)
    name = span.start + NUMBER_ROOM
    note = span.end - TICK_ROOM - (NOTE_ROOM if noted else 0)
    starts = (span.start, name, note, span.end - TICK_ROOM)
    rooms = (NUMBER_ROOM - 1.5, note - name - 2, NOTE_ROOM - 2, TICK_ROOM)
    for start, room, heading in zip(starts, rooms, cover.columns, strict=True):
        if heading and (noted or start != note or start == starts[3]):
            plane.fitted(heading, (start, top + 3.4), room, HEADING)
    plane.rule(span, top + 5.2, BLACK)
    top += 5.2
    for row in rows:
        line = top + 0.5 * step + MIDDLE * NAME
        plane.fitted(row.number, (span.start, line), rooms[0], NUMBER, bold=True)
        plane.name(row.name, (name, top + step / 2), rooms[1], NAME)
        if row.note:
            plane.fitted(row.note, (note, line), rooms[2], FOOT)
        if cover.columns[3]:
            plane.box(starts[3], top + (step - TICK) / 2, (TICK, TICK), (0.25, 0.3))
        top += step
        plane.rule(span, top, LIGHT)


def _foot(plane: Plane, text: str, page: str) -> None:
    """What to mind, and where more than one page makes it needed, which of them this is."""
    number = plane.bold.line(page)
    room = number.width * FOOT
    plane.text(number, (plane.foot.end - room, plane.foot_top + 6.0), FOOT)
    span = Span(plane.foot.start, plane.foot.end - (room + 6 if page else 0))
    plane.paragraph(text, span, plane.foot_top + 6.0, FOOT)
