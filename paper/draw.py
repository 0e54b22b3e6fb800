"""Sheets -> one PDF: each composed page is kept once, each sheet stamps only its tags, label and serial on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

import pikepdf
import qrcode
from pikepdf import Dictionary, Name, String
from qrcode.util import MODE_ALPHA_NUM, QRData

from paper.canvas import POINT, Canvas
from paper.content import Composed, Stamp
from paper.layout import Page, Square
from paper.opening import SERIAL_AT
from paper.shape import Line, Writing, face
from paper.sheet import Frame
from paper.tag import Tag, encode
from paper.type0 import Typecase

SMALLEST, LARGEST = 3, 4  # QR versions: the quiet zone is measured for the smallest, modules of the largest read at 150 dpi
MASK = 4  # fixed: the search for the best mask takes most of the time, and any mask reads


@dataclass(frozen=True)
class _Static:
    """One composed document inside the PDF that is being made."""

    composed: Composed
    pages: tuple[pikepdf.Object, ...]
    writing: Writing
    label: tuple[float, ...]  # start, end, baseline, type size: mm
    title: str

    @property
    def frame(self) -> Frame:
        first = self.composed.layout.pages[0]
        return Frame(first.width, first.height, self.writing.rtl)


def draw(
    sheets: Iterable[tuple[Composed, Stamp]],
    link: str,
    out: BinaryIO,
    progress: Callable[[int], object] | None = None,
) -> list[tuple[str, tuple[int, ...]]]:
    """Writes the sheets in order; each serial with its 1-based PDF pages. `progress` hears how many sheets are drawn.

    Equal input gives equal bytes. LinkTooLong when the public address leaves no room in a tag.
    """
    pdf = pikepdf.new()
    fonts = pdf.make_indirect(Dictionary())
    typecase = Typecase("S")
    statics: dict[int, _Static] = {}
    forms = []
    for done, (composed, stamp) in enumerate(sheets, 1):
        static = statics.get(id(composed))
        if static is None:
            static = statics[id(composed)] = _import(composed, pdf)
        numbers = []
        for page in composed.layout.pages:
            canvas = _stamped(static, stamp, (page, encode(Tag(stamp.serial, page.page), link)), typecase)
            numbers.append(_add_page(pdf, static, page, (canvas, fonts)))
        forms.append((stamp.serial, tuple(numbers)))
        if progress:
            progress(done)
    fonts.update(typecase.write(pdf))
    _finish(pdf, list(statics.values()), out)
    return forms


def _import(composed: Composed, pdf: pikepdf.Pdf) -> _Static:
    with pikepdf.open(BytesIO(composed.pdf)) as source:
        pages = tuple(pdf.copy_foreign(source.make_indirect(page.as_form_xobject())) for page in source.pages)
        notes = source.Root.PieceInfo.Homeroom
        label = tuple(float(value) for value in notes.Label)
        rtl = bool(notes.Direction == Name.R2L)
        title = str(source.docinfo["/Title"])
    faces = tuple(face(path) for path in composed.fonts.regular)
    return _Static(composed, pages, Writing(faces, composed.layout.locale, rtl), label, title)


def _stamped(static: _Static, stamp: Stamp, on: tuple[Page, str], typecase: Typecase) -> bytes:
    page, text = on
    canvas = Canvas(page.height, typecase)
    modules = _modules(text)
    for square in page.tags:
        _draw_tag(modules, square, canvas)
    start, end, baseline, size = static.label
    if stamp.label:
        _draw_label(static, static.writing.lines(stamp.label, (end - start) / size)[0], canvas)
    serial = static.writing.line(" ".join(stamp.serial[first : first + 4] for first in range(0, len(stamp.serial), 4)))
    up, small = SERIAL_AT
    footer = static.frame.footer
    end = static.frame.x(footer.end)
    canvas.text(serial, (end if static.writing.rtl else end - serial.width * small, page.height - up), small)
    return canvas.content()


def _draw_label(static: _Static, line: Line, canvas: Canvas) -> None:
    start, _, baseline, size = static.label
    left = static.frame.x(start) - (line.width * size if static.writing.rtl else 0)
    canvas.text(line, (left, baseline), size)


def _modules(text: str) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0, mask_pattern=MASK, version=SMALLEST)
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM), optimize=0)
    code.make(fit=True)
    return code.modules


def _draw_tag(modules: list[list[bool]], square: Square, canvas: Canvas) -> None:
    """Runs of dark modules as rectangles."""
    side = square.size / len(modules)
    left, top = square.x - square.size / 2, square.y - square.size / 2
    canvas.add("q 0 g", f"{side:.6f} 0 0 {side:.6f} {left:.4f} {top:.4f} cm")
    for y, row in enumerate(modules):
        x = 0
        while x < len(row):
            run = next((end for end in range(x, len(row)) if not row[end]), len(row)) - x
            if run:
                canvas.add(f"{x} {y} {run} 1 re")
            x += run or 1
    canvas.add("f Q")


def _add_page(pdf: pikepdf.Pdf, static: _Static, page: Page, stamp: tuple[bytes, pikepdf.Object]) -> int:
    data, fonts = stamp
    made = pdf.add_blank_page(page_size=(page.width * POINT, page.height * POINT))
    made.obj.Contents = pdf.make_stream(b"/P Do\n" + data)
    made.obj.Resources = Dictionary(XObject=Dictionary(P=static.pages[page.page - 1]), Font=fonts)
    return len(pdf.pages)


def _finish(pdf: pikepdf.Pdf, statics: list[_Static], out: BinaryIO) -> None:
    if statics:
        pdf.Root.Lang = String(statics[0].composed.layout.locale)
        pdf.docinfo["/Title"] = statics[0].title
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.save(out, deterministic_id=True, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate)
