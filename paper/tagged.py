"""A canvas that keeps a structure tree beside what it draws, so that a screen reader hears words, not ink."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from paper.canvas import DECORATION, Canvas
from paper.glyphs import Glyph
from paper.shape import Line
from paper.type0 import Typecase

_OWNERS = {"TH": "Table", "L": "List", "Form": "PrintField"}  # whose attributes a part's own are


@dataclass
class Element:
    """One part of the document: its own pieces of content, by (page from 0, mark), and parts within it, in order."""

    role: str
    said: Mapping[str, str]
    kids: list[tuple[int, int] | Element] = field(default_factory=list)


class Tagged(Canvas):
    """One page (from 0) of a document whose root element is given. What is drawn outside any part is decoration."""

    def __init__(self, height: float, typecase: Typecase, on: tuple[Element, int], rtl: bool) -> None:
        super().__init__(height, typecase)
        (root, self.page), self._rtl = on, rtl
        self._within: list[Element | None] = [root]
        self._current: Element | None = None
        self._begun = False
        self.marks: list[Element] = []

    @contextmanager
    def part(self, role: str, said: Mapping[str, str] | None = None) -> Iterator[None]:
        outer = self._within[-1]
        element = Element(role, said or {}) if role != DECORATION and outer else None
        if element and outer:
            outer.kids.append(element)
        self._within.append(element)
        yield
        self._within.pop()

    def add(self, *operators: str) -> None:
        element = self._within[-1] if len(self._within) > 1 else None
        if not self._begun or element is not self._current:
            self._end()
            if element:
                self.parts.append(f"/{element.role} <</MCID {len(self.marks)}>> BDC")
                element.kids.append((self.page, len(self.marks)))
                self.marks.append(element)
            else:
                self.parts.append(f"/{DECORATION} BMC")
            self._current, self._begun = element, True
        super().add(*operators)

    def text(self, line: Line, at: tuple[float, float], size: float) -> None:
        """A line and the space after it, where there is one: it keeps the last word from the first of the next line."""
        super().text(_spaced(line, self._rtl), at, size)

    def _end(self) -> None:
        if self._begun:
            self.parts.append("EMC")
        self._begun = False

    def content(self) -> bytes:
        self._end()
        return super().content()


def _spaced(line: Line, rtl: bool) -> Line:
    if not line.glyphs or line.cut:
        return line
    face = line.glyphs[0].face
    room = face.advance(face.space)
    space = Glyph(face, face.space, " ", -room if rtl else line.width, 0.0, room)
    return replace(line, draw=lambda: (space, *line.glyphs) if rtl else (*line.glyphs, space))


def write(pdf: pikepdf.Pdf, root: Element, pages: list[Tagged]) -> None:
    """Puts the structure into a PDF whose pages were drawn on these canvases."""
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    made: dict[int, pikepdf.Object] = {}
    tree.K = Array([_element(pdf, root, tree, made)])
    numbers = Array([])
    for number, canvas in enumerate(pages):
        pdf.pages[number].obj.StructParents = number
        pdf.pages[number].obj.Tabs = Name.S
        numbers.append(number)
        numbers.append(pdf.make_indirect(Array([made[id(element)] for element in canvas.marks])))
    tree.ParentTree = pdf.make_indirect(Dictionary(Nums=numbers))
    tree.ParentTreeNextKey = len(pages)
    pdf.Root.StructTreeRoot = tree
    pdf.Root.MarkInfo = Dictionary(Marked=True)


def _element(
    pdf: pikepdf.Pdf, element: Element, parent: pikepdf.Object, made: dict[int, pikepdf.Object]
) -> pikepdf.Object:
    entry = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{element.role}"), P=parent))
    made[id(element)] = entry
    said = element.said
    if said.get("alt") or element.role == "Form":
        entry.Alt = String(said.get("alt") or said["name"])
    if said.get("text"):
        entry.ActualText = String(said["text"])
    attributes = _attributes(element)
    if attributes:
        entry.A = attributes
    kids = Array([])
    for kid in element.kids:
        if isinstance(kid, Element):
            kids.append(_element(pdf, kid, entry, made))
        else:
            kids.append(Dictionary(Type=Name.MCR, Pg=pdf.pages[kid[0]].obj, MCID=kid[1]))
    entry.K = kids
    return entry


def _attributes(element: Element) -> Dictionary | None:
    said, owner = element.said, _OWNERS.get(element.role)
    if owner is None:
        return None
    if owner == "PrintField":
        entry = Dictionary(O=Name.PrintField, Role=Name(f"/{said['role']}"), Desc=String(said["name"]))
        if said["role"] != "tv":
            entry.checked = Name.off
        return entry
    if owner == "Table":
        return Dictionary(O=Name.Table, Scope=Name(f"/{said['scope']}"))
    return Dictionary(O=Name.List, ListNumbering=Name.Circle)
