"""Sheets -> one PDF: each composed page is kept once, each sheet stamps only its tags, label and serial on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import BinaryIO

import pikepdf
from pikepdf import Name

from paper import qr
from paper.book import Book
from paper.canvas import POINT, Canvas
from paper.content import Composed, Stamp
from paper.face import face
from paper.layout import Page, Square
from paper.plate import Plate, take
from paper.shape import Glyph, Line, Writing
from paper.tag import Tag, encode
from paper.type0 import Typecase
from paper.typeset import DoesNotFit


@dataclass(frozen=True)
class _Static:
    """One composed document: its pages, the first objects of the plate, and where it wants to be stamped."""

    plate: Plate
    label: tuple[float, ...]  # mm: start, end, baseline, type size
    serial: tuple[float, ...]  # mm: end, baseline above the bottom edge, type size
    rtl: bool
    title: str


@dataclass(frozen=True)
class _Master:
    """A composed document inside the PDF that is being made: its pages by the names that resources give them."""

    static: _Static
    writing: Writing
    names: tuple[bytes, ...]
    width: float

    def left(self, start: float, taken: float) -> float:
        """The left end of a line that takes `taken` mm and begins `start` mm from the start side."""
        return self.width - start - taken if self.static.rtl else start


def draw(
    sheets: Iterable[tuple[Composed, Stamp]],
    link: str,
    out: BinaryIO,
    progress: Callable[[int], object] | None = None,
) -> list[tuple[str, tuple[int, ...]]]:
    """Writes the sheets in order; each serial with its 1-based PDF pages. `progress` hears how many sheets are drawn.

    Equal input gives equal bytes, and memory does not grow with the sheets. LinkUnusable when a tag cannot hold the
    public address, DoesNotFit when a label is wider than its zone.
    """
    drawing = _Drawing(out, link)
    forms = []
    for done, (composed, stamp) in enumerate(sheets, 1):
        forms.append((stamp.serial, drawing.add_sheet(composed, stamp)))
        if progress:
            progress(done)
    drawing.finish()
    return forms


class _Drawing:
    """One PDF while it is made."""

    def __init__(self, out: BinaryIO, link: str) -> None:
        self.book, self.link = Book(out), link
        self.typecase = Typecase("S")
        self.masters: dict[bytes, _Master] = {}
        self.pages: list[int] = []  # the composed pages, by their objects' numbers; /P1 is the first
        self.resources = self.book.reserve()

    def add_sheet(self, composed: Composed, stamp: Stamp) -> tuple[int, ...]:
        """A sheet's pages, by their places in the PDF."""
        master = self.masters.get(composed.pdf) or self._master(composed)
        words: dict[float, bytes] = {}  # by the page's height: the same on every page of a sheet
        places = []
        for page, name in zip(composed.layout.pages, master.names, strict=True):
            if page.height not in words:
                words[page.height] = _words(master, stamp, Canvas(page.height, self.typecase))
            tags = _tags(encode(Tag(stamp.serial, page.page), self.link), page.tags)
            parts = (master.writing.locale.encode("ascii"), name, words[page.height], tags)
            content = b"/Span <</Lang (%b)>> BDC\n/%b Do\n%b\n%bQ\nEMC" % parts
            places.append(self.book.add_page(content, _size(page), self.resources))
        return tuple(places)

    def finish(self) -> None:
        scratch = pikepdf.new()
        fonts = self.book.write_plate(take([scratch.make_indirect(self.typecase.write(scratch))]))
        pages = b"".join(b"/P%d %d 0 R" % (place, number) for place, number in enumerate(self.pages, 1))
        self.book.write(b"<</Font %d 0 R/XObject<<%b>>>>" % (fonts, pages), self.resources)
        first = next(iter(self.masters.values()), None)
        title, locale = (first.static.title, first.writing.locale) if first else ("", "en")
        self.book.finish(title, locale, "")

    def _master(self, composed: Composed) -> _Master:
        static = _static(composed.pdf)
        number = self.book.write_plate(static.plate)
        here = range(number, number + len(composed.layout.pages))
        names = tuple(b"P%d" % place for place, _ in enumerate(here, len(self.pages) + 1))
        self.pages += here
        writing = Writing(tuple(face(path) for path in composed.fonts.regular), composed.layout.locale, static.rtl)
        master = _Master(static, writing, names, composed.layout.pages[0].width)
        self.masters[composed.pdf] = master
        return master


@lru_cache(maxsize=64)
def _static(pdf: bytes) -> _Static:
    with pikepdf.open(BytesIO(pdf)) as source:
        plate = take([source.make_indirect(page.as_form_xobject()) for page in source.pages])
        notes = source.Root.PieceInfo.Homeroom.Private
        label, serial = (tuple(float(value) for value in zone) for zone in (notes.Label, notes.Serial))
        return _Static(plate, label, serial, bool(notes.Direction == Name.R2L), str(source.docinfo["/Title"]))


def _words(master: _Master, stamp: Stamp, canvas: Canvas) -> bytes:
    """Label and serial; what follows is in millimetres from the page's top left too, until a Q."""
    if stamp.label:
        start, end, baseline, size = master.static.label
        line = master.writing.line(stamp.label)
        if line.width * size > end - start:
            raise DoesNotFit(f"label: no room for {stamp.label!r}; shorten the class's name")
        canvas.text(line, (master.left(start, line.width * size), baseline), size)
    end, above, size = master.static.serial
    line = _spaced(master.writing, stamp.serial)
    taken = line.width * size
    canvas.text(line, (master.left(end - taken, taken), canvas.height - above), size)
    return canvas.opened()


def _spaced(writing: Writing, serial: str) -> Line:
    """A serial in groups of four, set letter by letter: it is read letter by letter, too."""
    space = writing.line("0 0").glyphs[1]  # alone it would be cut off, being the end of its line
    glyphs: list[Glyph] = []
    x = 0.0
    for place, char in enumerate(serial):
        if place and place % 4 == 0:
            glyphs.append(Glyph(space.face, space.glyph, " ", x, 0.0, space.room))
            x += space.room
        line = writing.line(char)
        glyphs += [Glyph(g.face, g.glyph, g.text, x + g.x, g.y, g.room) for g in line.glyphs]
        x += line.width
    return Line(serial, tuple(glyphs), x)


def _tags(text: str, squares: Iterable[Square]) -> bytes:
    """The same code in each place."""
    modules, path = qr.path(text)
    parts = []
    for square in squares:
        side = square.size / modules
        left, top = square.x - square.size / 2, square.y - square.size / 2
        parts.append(b"q 0 g %.6f 0 0 %.6f %.4f %.4f cm\n%bf Q\n" % (side, side, left, top, path))
    return b"".join(parts)


def _size(page: Page) -> bytes:
    return b"%.4f %.4f" % (page.width * POINT, page.height * POINT)
