"""Content -> pages drawn in millimetres: layout and static PDF; knows no serials and no people."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from io import BytesIO
from itertools import groupby

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from paper import blocks, opening
from paper.blocks import Block
from paper.canvas import DECORATION, POINT, Canvas
from paper.content import Composed, Content
from paper.layout import Field, Layout, Page
from paper.pages import Plan, plan, shared_out
from paper.sheet import frame
from paper.style import STYLES
from paper.type0 import Typecase
from paper.typeset import Type, typeset

NO_TIME = "D:19700101000000Z"  # the format asks for a time; equal content has to give equal bytes


def lay_out(content: Content, paper: str = "letter", style: str = "regular") -> Composed:
    """The layout and static pages of `content` on "letter" or "a4", as many pages as it takes.

    `style` is one of paper.style.STYLES. DoesNotFit names the question and text that have no room, MissingGlyph the
    text that no font covers.
    """
    planned = planned_pages(content, paper, style)
    typecase = Typecase("F")
    pages, drawn = [], []
    for number in range(1, len(planned.pages) + 1):
        canvas = Canvas(planned.type.frame.height, typecase)
        pages.append(draw_page(content, planned, number, canvas))
        drawn.append(canvas.content())
    layout = Layout(content.survey, content.version, content.locale, paper, tuple(pages), style)
    return Composed(layout, _pdf(content, planned.type, drawn, typecase), content.fonts)


def planned_pages(content: Content, paper: str, style: str) -> Plan:
    """What goes on which page; ValueError when there is no such paper or style."""
    if style not in STYLES:
        raise ValueError(f"{style}: no such style; write one of {', '.join(STYLES)}")
    chosen = STYLES[style]
    return plan(content, typeset(content, frame(paper, content.direction == "rtl", chosen.air), chosen))


def draw_page(content: Content, plan: Plan, number: int, canvas: Canvas) -> Page:
    """Draws page `number` (from 1); where everything on it sits."""
    type_, sheet = plan.type, plan.type.frame
    for corner in sheet.corners:
        canvas.square(corner.x, corner.y, corner.size)
    opening.draw_header(content, type_, number, canvas)
    if number == 1:
        opening.draw_opening(plan.opening, type_, canvas)
    fields = _draw_blocks(plan, number, canvas)
    opening.draw_footer(content.words, type_, (number, len(plan.pages)), canvas)
    return Page(number, sheet.width, sheet.height, sheet.tags, sheet.corners, fields)


def _draw_blocks(plan: Plan, number: int, canvas: Canvas) -> tuple[Field, ...]:
    """The page's questions; what is left of the page goes to a box to write in, then between the questions."""
    type_, page, rule = plan.type, plan.pages[number - 1], plan.type.style.rule
    top = type_.frame.body_bottom - plan.room(number)
    gap, growth = shared_out(page, plan.room(number), type_)
    fields: list[Field] = []
    before: Block | None = None
    for shared, group in groupby(page, lambda block: block.heads and id(block.heads)):
        with canvas.part("Table") if shared else nullcontext():
            for block in group:
                if before:
                    y = top - min((gap + before.white) / 2, gap - rule[1])
                    with canvas.part(DECORATION):
                        canvas.stroke(((type_.frame.body.start, y), (type_.frame.body.end, y)), rule)
                grown = min(growth, block.stretch)
                fields.append(blocks.draw(block, before, type_, (top, grown), canvas))
                top += block.lead(before) + block.height + grown + gap
                growth -= grown
                before = block
    return tuple(fields)


def _pdf(content: Content, type_: Type, pages: Sequence[bytes], typecase: Typecase) -> bytes:
    pdf, sheet, style = pikepdf.new(), type_.frame, type_.style
    fonts = pdf.make_indirect(typecase.write(pdf))
    for data in pages:
        page = pdf.add_blank_page(page_size=(sheet.width * POINT, sheet.height * POINT))
        page.obj.Contents = pdf.make_stream(data)
        page.obj.Resources = Dictionary(Font=fonts)
    # What the stamp has to know goes with the pages, so that an old document can be printed again by newer code.
    notes = Dictionary(
        Label=Array([round(value, 3) for value in (sheet.header.start, sheet.header.end, *style.stamped)]),
        Serial=Array([round(value, 3) for value in (sheet.footer.end, *style.serial)]),
        Direction=Name.R2L if sheet.rtl else Name.L2R,
    )
    pdf.Root.PieceInfo = Dictionary(Homeroom=Dictionary(LastModified=NO_TIME, Private=notes))
    pdf.Root.Lang = String(content.locale)
    pdf.docinfo["/Title"] = content.title
    out = BytesIO()
    pdf.save(out, deterministic_id=True, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
