"""Content -> pages: what goes on which page, in millimetres, and the static PDF; knows no serials and no people."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from paper import blocks, opening
from paper.blocks import Block, DoesNotFit, Type, typeset
from paper.canvas import POINT, Canvas
from paper.content import Composed, Content
from paper.layout import Field, Layout, Page
from paper.sheet import Frame, frame
from paper.type0 import Typecase

GAP = 1.7  # mm at least between two questions
GAP_MAX = 5.5  # mm: beyond this a page looks torn apart


def lay_out(content: Content, paper: str = "letter") -> Composed:
    """The layout and static pages of `content` on "letter" or "a4", as many pages as it takes.

    DoesNotFit names the question and text that have no room, MissingGlyph the text that no font covers.
    """
    type_ = typeset(content, frame(paper, content.direction == "rtl"))
    measured = [blocks.measure(item, number, type_) for number, item in enumerate(content.items, 1)]
    first = opening.height(content.words, type_)
    pages = paginate(measured, type_.frame, first)
    typecase = Typecase("F")
    drawn = [_draw_page(content, type_, (number, pages), typecase) for number in range(1, len(pages) + 1)]
    layout = Layout(content.survey, content.version, content.locale, paper, tuple(page for page, _ in drawn))
    return Composed(layout, _pdf(content, type_.frame, [data for _, data in drawn], typecase), content.fonts)


def paginate(measured: Sequence[Block], sheet: Frame, first: float) -> list[list[Block]]:
    """Blocks in order on as few pages as hold them; the first page gives `first` mm to its opening."""
    room = sheet.body_bottom - sheet.body_top
    pages: list[list[Block]] = [[]]
    left = room - first
    for block in measured:
        if block.height > room:
            raise DoesNotFit(f"{block.item.question}: {block.item.text!r} needs more than a page; shorten its options")
        if block.height > left:
            pages.append([])
            left = room
        pages[-1].append(block)
        left -= block.height + GAP
    return pages


def _draw_page(
    content: Content, type_: Type, at: tuple[int, list[list[Block]]], typecase: Typecase
) -> tuple[Page, bytes]:
    number, pages = at
    sheet = type_.frame
    canvas = Canvas(sheet.height, typecase)
    for corner in sheet.corners:
        canvas.square(corner.x, corner.y, corner.size)
    opening.draw_header(content, type_, number, canvas)
    opening.draw_footer(content.words, type_, (number, len(pages)), canvas)
    top = sheet.body_top
    if number == 1:
        top += opening.draw_opening(content.words, type_, canvas)
    fields = _draw_blocks(pages[number - 1], type_, top, canvas)
    return Page(number, sheet.width, sheet.height, sheet.tags, sheet.corners, fields), canvas.content()


def _draw_blocks(page: Sequence[Block], type_: Type, top: float, canvas: Canvas) -> tuple[Field, ...]:
    """The page's blocks with what is left of it shared out between them."""
    used = sum(block.height for block in page)
    spare = type_.frame.body_bottom - top - used
    gap = min(max(spare / max(len(page) - 1, 1), GAP), GAP_MAX)
    spare -= gap * (len(page) - 1)
    fields = []
    for block in page:
        grown = max(min(spare, block.stretch), 0.0)
        block.height += grown
        spare -= grown
        fields.append(blocks.draw(block, type_, top, canvas))
        top += block.height + gap
    return tuple(fields)


def _pdf(content: Content, sheet: Frame, pages: Sequence[bytes], typecase: Typecase) -> bytes:
    pdf = pikepdf.new()
    fonts = pdf.make_indirect(typecase.write(pdf))
    for data in pages:
        page = pdf.add_blank_page(page_size=(sheet.width * POINT, sheet.height * POINT))
        page.obj.Contents = pdf.make_stream(data)
        page.obj.Resources = Dictionary(Font=fonts)
    zone = opening.label_zone(sheet)
    pdf.Root.PieceInfo = Dictionary(
        Homeroom=Dictionary(
            Label=Array([round(value, 3) for value in (zone.start, zone.end, *opening.LABEL_AT)]),
            Direction=Name.R2L if sheet.rtl else Name.L2R,
        )
    )
    pdf.Root.Lang = String(content.locale)
    pdf.docinfo["/Title"] = content.title
    out = BytesIO()
    pdf.save(out, deterministic_id=True, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
