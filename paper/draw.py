"""Sheets -> one PDF: each composed page is kept once, each sheet stamps only its tags, label and serial on it."""

from __future__ import annotations

import re
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
from paper.face import face
from paper.layout import Page, Square
from paper.shape import Line, TooWide, Writing
from paper.tag import Tag, encode
from paper.type0 import Typecase
from paper.typeset import DoesNotFit

SMALLEST = 3  # QR version: the quiet zone is measured for its modules
MASK = 4  # fixed: the search for the best mask takes most of the time, and any mask reads
_RUN = re.compile("1+")


@dataclass(frozen=True)
class _Static:
    """One composed document inside the PDF that is being made, and where it wants to be stamped."""

    pages: tuple[pikepdf.Object, ...]
    writing: Writing
    label: tuple[float, ...]  # mm: start, end, baseline, type size
    serial: tuple[float, ...]  # mm: end, baseline above the bottom edge, type size
    width: float
    title: str

    def left(self, start: float, taken: float) -> float:
        """The left end of a line that takes `taken` mm and begins `start` mm from the start side."""
        return self.width - start - taken if self.writing.rtl else start


def draw(
    sheets: Iterable[tuple[Composed, Stamp]],
    link: str,
    out: BinaryIO,
    progress: Callable[[int], object] | None = None,
) -> list[tuple[str, tuple[int, ...]]]:
    """Writes the sheets in order; each serial with its 1-based PDF pages. `progress` hears how many sheets are drawn.

    Equal input gives equal bytes. LinkUnusable when a tag cannot hold the public address, DoesNotFit when a label is
    wider than its zone.
    """
    pdf = pikepdf.new()
    fonts = pdf.make_indirect(Dictionary())
    typecase = Typecase("S")
    statics: dict[bytes, _Static] = {}
    forms = []
    for done, (composed, stamp) in enumerate(sheets, 1):
        if composed.pdf not in statics:
            statics[composed.pdf] = _import(composed, pdf)
        static = statics[composed.pdf]
        numbers = []
        for page in composed.layout.pages:
            content = _stamped(static, stamp, (page, encode(Tag(stamp.serial, page.page), link)), typecase)
            numbers.append(_add_page(pdf, static, page, (content, fonts)))
        forms.append((stamp.serial, tuple(numbers)))
        if progress:
            progress(done)
    fonts.update(typecase.write(pdf))
    _finish(pdf, list(statics.values()), out)
    return forms


def _import(composed: Composed, pdf: pikepdf.Pdf) -> _Static:
    with pikepdf.open(BytesIO(composed.pdf)) as source:
        pages = tuple(pdf.copy_foreign(source.make_indirect(page.as_form_xobject())) for page in source.pages)
        notes = source.Root.PieceInfo.Homeroom.Private
        label, serial = (tuple(float(value) for value in zone) for zone in (notes.Label, notes.Serial))
        rtl = bool(notes.Direction == Name.R2L)
        title = str(source.docinfo["/Title"])
    writing = Writing(tuple(face(path) for path in composed.fonts.regular), composed.layout.locale, rtl)
    return _Static(pages, writing, label, serial, composed.layout.pages[0].width, title)


def _stamped(static: _Static, stamp: Stamp, on: tuple[Page, str], typecase: Typecase) -> bytes:
    page, text = on
    canvas = Canvas(page.height, typecase)
    _draw_tags(text, page.tags, canvas)
    if stamp.label:
        start, end, baseline, size = static.label
        line = _label(static, stamp.label, (end - start) / size)
        canvas.text(line, (static.left(start, line.width * size), baseline), size)
    end, above, size = static.serial
    line = static.writing.line(" ".join(stamp.serial[first : first + 4] for first in range(0, len(stamp.serial), 4)))
    taken = line.width * size
    canvas.text(line, (static.left(end - taken, taken), page.height - above), size)
    return canvas.content()


def _label(static: _Static, text: str, width: float) -> Line:
    try:
        lines = static.writing.lines(text, width)
    except TooWide:
        lines = ()
    if len(lines) != 1:
        raise DoesNotFit(f"label: no room for {text!r}; shorten the class's name")
    return lines[0]


def _draw_tags(text: str, squares: Iterable[Square], canvas: Canvas) -> None:
    """The same code in each place, as rectangles one module high."""
    code = qrcode.QRCode(SMALLEST, qrcode.ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM), optimize=0)
    code.make(fit=True)
    path = [
        f"{run.start()} {y} {run.end() - run.start()} 1 re"
        for y, row in enumerate(code.modules)
        for run in _RUN.finditer("".join("1" if dark else "0" for dark in row))
    ]
    for square in squares:
        side = square.size / len(code.modules)
        left, top = square.x - square.size / 2, square.y - square.size / 2
        canvas.add("q 0 g", f"{side:.6f} 0 0 {side:.6f} {left:.4f} {top:.4f} cm", *path, "f Q")


def _add_page(pdf: pikepdf.Pdf, static: _Static, page: Page, stamp: tuple[bytes, pikepdf.Object]) -> int:
    """The static page with its stamp on it, marked as text of its locale; its number, from 1."""
    content, fonts = stamp
    made = pdf.add_blank_page(page_size=(page.width * POINT, page.height * POINT))
    head = f"/Span <</Lang ({static.writing.locale})>> BDC\n/P Do\n".encode("ascii")
    made.obj.Contents = pdf.make_stream(head + content + b"\nEMC")
    made.obj.Resources = Dictionary(XObject=Dictionary(P=static.pages[page.page - 1]), Font=fonts)
    return len(pdf.pages)


def _finish(pdf: pikepdf.Pdf, statics: list[_Static], out: BinaryIO) -> None:
    if statics:
        pdf.Root.Lang = String(statics[0].writing.locale)
        pdf.docinfo["/Title"] = statics[0].title
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.save(out, deterministic_id=True, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate)
