"""A sheet to be checked, not printed: the same pages as one tagged PDF, for screen readers and whoever tests them."""

from __future__ import annotations

from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name, String

from paper import qr, tagged
from paper.canvas import POINT
from paper.compose import draw_page, planned_pages
from paper.content import Content
from paper.layout import Page
from paper.pages import Plan
from paper.tag import SERIAL_LENGTH, Tag, encode
from paper.tagged import Element, Tagged
from paper.type0 import Typecase

SERIAL = "0" * SERIAL_LENGTH  # nobody's: a reader calls such a sheet foreign


def specimen(content: Content, link: str, paper: str = "letter", style: str = "regular") -> bytes:
    """The sheet as a tagged PDF: structure in reading order, language, title, words for what is drawn. Equal input
    gives equal bytes; refusals as `lay_out`'s."""
    planned = planned_pages(content, paper, style)
    typecase, root = Typecase("F", exact=True), Element("Document", {})
    high, rtl = planned.type.frame.height, content.direction == "rtl"
    canvases = [Tagged(high, typecase, (root, place), rtl) for place in range(len(planned.pages))]
    drawn = [_draw(content, planned, canvas, link) for canvas in canvases]
    return _pdf(content, drawn, root, typecase)


def _draw(content: Content, planned: Plan, canvas: Tagged, link: str) -> tuple[Page, Tagged]:
    number = canvas.page + 1
    page = draw_page(content, planned, number, canvas)
    text = encode(Tag(SERIAL, number), link)
    for place, square in enumerate(page.tags):
        side, path = qr.path(text)
        with canvas.part("Figure" if place == 0 else "Artifact", {"alt": content.words.tag_shown}):
            left, top, unit = square.x - square.size / 2, square.y - square.size / 2, square.size / side
            dark = path.decode("ascii").strip()
            canvas.add(f"q 0 g {unit:.6f} 0 0 {unit:.6f} {left:.4f} {top:.4f} cm {dark} f Q")
    return page, canvas


def _pdf(content: Content, drawn: list[tuple[Page, Tagged]], root: Element, typecase: Typecase) -> bytes:
    pdf = pikepdf.new()
    fonts = pdf.make_indirect(Dictionary())
    for page, canvas in drawn:
        made = pdf.add_blank_page(page_size=(page.width * POINT, page.height * POINT))
        made.obj.Contents = pdf.make_stream(canvas.content())
        made.obj.Resources = Dictionary(Font=fonts)
    fonts.update(typecase.write(pdf))
    tagged.write(pdf, root, [canvas for _, canvas in drawn])
    pdf.Root.Lang = String(content.locale)
    pdf.Root.ViewerPreferences = Dictionary(
        DisplayDocTitle=True, Direction=Name.R2L if content.direction == "rtl" else Name.L2R
    )
    pdf.docinfo["/Title"] = content.title
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = content.title
        metadata["pdfuaid:part"] = "1"
    out = BytesIO()
    pdf.save(out, deterministic_id=True, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
