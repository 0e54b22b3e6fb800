"""Content -> pages: what goes on which page, in millimetres, and the static PDF; knows no serials and no people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from paper import blocks, opening
from paper.blocks import Block
from paper.bubbles import EVEN, FITTED
from paper.canvas import POINT, Canvas
from paper.content import Composed, Content
from paper.layout import Field, Layout, Page
from paper.opening import Opening
from paper.sheet import Frame, frame
from paper.type0 import Typecase
from paper.typeset import DoesNotFit, Type, typeset

GAP = 1.0  # mm at least between the ink of one question and the white around the bubbles of the one before
COMFORT = 3.6  # mm between two questions where type is enlarged: room goes to white space before it goes to size
EVEN_GAPS = (5.2, 4.6, 4.0, 3.4, 2.8, 2.4, 2.0, 1.6)  # mm, tried in turn to fill the pages evenly
GAP_MAX = 7.0  # mm: beyond this a page looks torn apart
SCALES = (1.25, 1.15, 1.05, 1.0)  # of the type, the largest first: few questions leave room for large type
SMALLEST = 0.95  # of the type: 10 points
HAIRLINE = (0.78, 0.15)  # grey and width in mm of the line between two questions

NO_TIME = "D:19700101000000Z"  # the format asks for a time; equal content has to give equal bytes


@dataclass(frozen=True)
class Plan:
    """What goes on which page."""

    type: Type
    opening: Opening
    pages: tuple[tuple[Block, ...], ...]

    def room(self, number: int) -> float:
        """The height in mm that page `number` (from 1) has for questions."""
        sheet = self.type.frame
        return sheet.body_bottom - sheet.body_top - (self.opening.height if number == 1 else 0)


def lay_out(content: Content, paper: str = "letter") -> Composed:
    """The layout and static pages of `content` on "letter" or "a4", as many pages as it takes.

    DoesNotFit names the question and text that have no room, MissingGlyph the text that no font covers.
    """
    plan = _plan(content, typeset(content, frame(paper, content.direction == "rtl")))
    typecase = Typecase("F")
    drawn = [_draw_page(content, plan, number, typecase) for number in range(1, len(plan.pages) + 1)]
    layout = Layout(content.survey, content.version, content.locale, paper, tuple(page for page, _ in drawn))
    return Composed(layout, _pdf(content, plan.type.frame, [data for _, data in drawn], typecase), content.fonts)


def _plan(content: Content, type_: Type) -> Plan:
    """The largest type that takes no page more, and breaks no line of options, than the smallest; pages evenly full."""
    smallest = _paginated(content, type_.scaled(SMALLEST), GAP)
    for scale in SCALES:
        try:
            plan = _paginated(content, type_.scaled(scale), COMFORT if scale > 1 else GAP)
        except DoesNotFit:
            continue
        if len(plan.pages) == len(smallest.pages) and _on_one_line(plan) == _on_one_line(smallest):
            return _balanced(plan)
    return _balanced(smallest)


def _balanced(plan: Plan) -> Plan:
    """The same pages with the widest gap that needs no page more, so that the last page takes its share."""
    measured = [block for page in plan.pages for block in page]
    for gap in EVEN_GAPS:
        pages = _filled(measured, plan.type.frame, plan.opening, gap)
        if len(pages) == len(plan.pages):
            return replace(plan, pages=pages)
    return plan


def _on_one_line(plan: Plan) -> list[bool]:
    """Which questions have their options, and each label, on a single line."""
    rows = [block.rows for page in plan.pages for block in page]
    return [bool(placing and placing.arrangement in (EVEN, FITTED)) for placing in rows]


def _paginated(content: Content, type_: Type, gap: float) -> Plan:
    """Blocks in order on as few pages as hold them."""
    first = opening.measure(content.words, type_)
    measured = [blocks.measure(item, number, type_) for number, item in enumerate(content.items, 1)]
    return Plan(type_, first, _filled(measured, type_.frame, first, gap))


def _filled(measured: Sequence[Block], sheet: Frame, first: Opening, gap: float) -> tuple[tuple[Block, ...], ...]:
    room = sheet.body_bottom - sheet.body_top
    pages: list[list[Block]] = [[]]
    left = room - first.height
    for block in measured:
        if block.height > room:
            item = block.item
            raise DoesNotFit(f"{item.question}: {item.text!r} needs more than a page; shorten its options")
        if block.height > left:
            pages.append([])
            left = room
        pages[-1].append(block)
        left -= block.height + gap
    return tuple(tuple(page) for page in pages)


def _draw_page(content: Content, plan: Plan, number: int, typecase: Typecase) -> tuple[Page, bytes]:
    type_, sheet = plan.type, plan.type.frame
    canvas = Canvas(sheet.height, typecase)
    for corner in sheet.corners:
        canvas.square(corner.x, corner.y, corner.size)
    opening.draw_header(content, type_, number, canvas)
    if number == 1:
        opening.draw_opening(plan.opening, type_, canvas)
    fields = _draw_blocks(plan, number, canvas)
    opening.draw_footer(content.words, type_, (number, len(plan.pages)), canvas)
    return Page(number, sheet.width, sheet.height, sheet.tags, sheet.corners, fields), canvas.content()


def _draw_blocks(plan: Plan, number: int, canvas: Canvas) -> tuple[Field, ...]:
    """The page's questions; what is left of the page goes to a box to write in, then between the questions."""
    page, body = plan.pages[number - 1], plan.type.frame.body
    top = plan.type.frame.body_bottom - plan.room(number)
    gap, growth = _shared_out(page, plan.room(number))
    fields = []
    for index, block in enumerate(page):
        if index:
            y = top - min((gap + page[index - 1].white) / 2, gap - HAIRLINE[1])
            canvas.stroke(((body.start, y), (body.end, y)), HAIRLINE)
        grown = min(growth, block.stretch)
        fields.append(blocks.draw(block, plan.type, (top, grown), canvas))
        top += block.height + grown + gap
        growth -= grown
    return tuple(fields)


def _shared_out(page: Sequence[Block], room: float) -> tuple[float, float]:
    """The gap between questions, and what boxes to write in grow by."""
    spare = room - sum(block.height for block in page)
    gaps = max(len(page) - 1, 1)
    stretch = sum(block.stretch for block in page)
    growth = min(max(spare - gaps * COMFORT, 0.0), stretch)
    return min(max((spare - growth) / gaps, 0.0), GAP_MAX), growth


def _pdf(content: Content, sheet: Frame, pages: Sequence[bytes], typecase: Typecase) -> bytes:
    pdf = pikepdf.new()
    fonts = pdf.make_indirect(typecase.write(pdf))
    for data in pages:
        page = pdf.add_blank_page(page_size=(sheet.width * POINT, sheet.height * POINT))
        page.obj.Contents = pdf.make_stream(data)
        page.obj.Resources = Dictionary(Font=fonts)
    zone = opening.label_zone(sheet)
    # What the stamp has to know goes with the pages, so that an old document can be printed again by newer code.
    notes = Dictionary(
        Label=Array([round(value, 3) for value in (zone.start, zone.end, *opening.LABEL_AT)]),
        Serial=Array([round(value, 3) for value in (sheet.footer.end, *opening.SERIAL_AT)]),
        Direction=Name.R2L if sheet.rtl else Name.L2R,
    )
    pdf.Root.PieceInfo = Dictionary(Homeroom=Dictionary(LastModified=NO_TIME, Private=notes))
    pdf.Root.Lang = String(content.locale)
    pdf.docinfo["/Title"] = content.title
    out = BytesIO()
    pdf.save(out, deterministic_id=True, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
