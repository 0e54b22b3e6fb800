"""Sheets and handouts -> one PDF: each composed page is kept once, each sheet stamps tags, label, serial on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
from paper.glyphs import Glyph
from paper.guide import draw_handout
from paper.handout import Handout
from paper.layout import Square
from paper.plate import Plate, take
from paper.shape import Line, Writing
from paper.tag import ASIDE, Tag, encode
from paper.type0 import Typecase
from paper.typeset import DoesNotFit

Sheet = tuple[Composed, Stamp] | Handout


@dataclass(frozen=True)
class Pack:
    """What one PDF is: its title, its language, a name (hex) for its last line, and how many sides of a leaf are
    printed: with two, everything begins on a new leaf. Without a title it has the first sheet's, and its language."""

    title: str = ""
    locale: str = ""
    name: str = ""
    sides: int = 1


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
    sheets: Iterable[Sheet],
    link: str,
    out: BinaryIO,
    progress: Callable[[int], object] | None = None,
    pack: Pack | None = None,
) -> list[tuple[str, tuple[int, ...]]]:
    """Writes the sheets in order; each form's serial with its 1-based PDF pages. `progress` hears how many are drawn.

    Equal input gives equal bytes, and memory does not grow with the sheets. LinkUnusable when a tag cannot hold the
    public address, DoesNotFit when a label is wider than its zone.
    """
    forms = []
    for form in drawing(sheets, link, out, pack or Pack()):
        forms.append(form)
        if progress:
            progress(len(forms))
    return forms


def drawing(sheets: Iterable[Sheet], link: str, out: BinaryIO, pack: Pack) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The same, a form at a time: each as soon as it was written."""
    made = _Drawing(out, link)
    for sheet in sheets:
        if isinstance(sheet, Handout):
            made.add_handout(sheet)
            made.fill_leaf(pack.sides)
        else:
            composed, stamp = sheet
            places = made.add_sheet(composed, stamp)
            made.fill_leaf(pack.sides)
            yield stamp.serial, places
    made.finish(pack)


class _Drawing:
    """One PDF while it is made."""

    def __init__(self, out: BinaryIO, link: str) -> None:
        self.book, self.link = Book(out), link
        self.typecase = Typecase("S")
        self.masters: dict[bytes, _Master] = {}
        self.pages: list[int] = []  # the composed pages, by their objects' numbers; /P1 is the first
        self.resources = self.book.reserve()
        self.last = b""  # the size of the page before

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
            places.append(self._add(content, _size(page.width, page.height)))
        return tuple(places)

    def add_handout(self, handout: Handout) -> None:
        text = encode(ASIDE, self.link)
        for plane in draw_handout(handout, self.typecase):
            parts = (handout.setting.locale.encode("ascii"), plane.canvas.opened(), _tags(text, plane.tags))
            self._add(b"/Span <</Lang (%b)>> BDC\n%b\n%bQ\nEMC" % parts, _size(*plane.size))

    def fill_leaf(self, sides: int) -> None:
        """Empty pages until what follows begins on a new leaf."""
        while self.book.pages % sides:
            self._add(b"", self.last)

    def _add(self, content: bytes, size: bytes) -> int:
        self.last = size
        return self.book.add_page(content, size, self.resources)

    def finish(self, pack: Pack) -> None:
        scratch = pikepdf.new()
        fonts = self.book.write_plate(take([scratch.make_indirect(self.typecase.write(scratch))]))
        pages = b"".join(b"/P%d %d 0 R" % (place, number) for place, number in enumerate(self.pages, 1))
        self.book.write(b"<</Font %d 0 R/XObject<<%b>>>>" % (fonts, pages), self.resources)
        first = next(iter(self.masters.values()), None)
        title, locale = (first.static.title, first.writing.locale) if first else ("", "en")
        self.book.finish(pack.title or title, pack.locale or locale, pack.name)

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
    return Line(serial, lambda: glyphs, x)


def _tags(text: str, squares: Iterable[Square]) -> bytes:
    """The same code in each place."""
    modules, path = qr.path(text)
    parts = []
    for square in squares:
        side = square.size / modules
        left, top = square.x - square.size / 2, square.y - square.size / 2
        parts.append(b"q 0 g %.6f 0 0 %.6f %.4f %.4f cm\n%bf Q\n" % (side, side, left, top, path))
    return b"".join(parts)


def _size(width: float, height: float) -> bytes:
    return b"%.4f %.4f" % (width * POINT, height * POINT)
