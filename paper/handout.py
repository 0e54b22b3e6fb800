"""Pages that go along with forms and are none: a class's cover list and its return page; knows no serials.

Each bears a tag in a form's places that says so (`paper.tag.ASIDE`): scanned along, it is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from paper.canvas import Canvas
from paper.content import Direction
from paper.face import face
from paper.fonts import Fonts
from paper.layout import PAPER_SIZES, Square
from paper.shape import Line, TooWide, Writing
from paper.sheet import BAND, MARGIN, QUIET, TAG, TAG_AT, Span

PT = 25.4 / 72  # mm
LEAST = 0.75  # of its size, that a line may be set in to fit
MIDDLE = 0.36  # em above the baseline: the middle of capitals
UNKNOWN = "\ufffd"  # stands for a letter of a name that no font has: a pack is printed all the same


@dataclass(frozen=True)
class Setting:
    """How a handout is written; `leading` in em. The fonts' chain is long: a name may be in any script."""

    paper: str
    locale: str
    direction: Direction
    fonts: Fonts
    leading: float


@dataclass(frozen=True)
class Step:
    """One thing to do."""

    title: str
    text: str


@dataclass(frozen=True)
class Row:
    """One line of a list: a sheet's number, who gets it, and a remark such as its language."""

    number: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class Handout:
    """What every such page says: what it is, for which class, where; what to do; and at its foot what to mind."""

    setting: Setting
    kind: str
    title: str
    place: str
    steps: tuple[Step, ...]
    foot: str


@dataclass(frozen=True)
class Cover(Handout):
    """Who gets which sheet. `columns` head number, name, remark and box to tick; `page` is "Page {page} of {pages}"."""

    columns: tuple[str, str, str, str]
    rows: tuple[Row, ...]
    page: str


@dataclass(frozen=True)
class Separator(Handout):
    """The end of a class in a stack, and the top of what comes back; `blanks` are lines that somebody fills in."""

    bidding: str
    blanks: tuple[str, ...]


@dataclass(frozen=True)
class Plane:
    """One page that a handout is set on; everything is placed from the start side: right on a right-to-left page."""

    setting: Setting
    canvas: Canvas

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in mm."""
        return PAPER_SIZES[self.setting.paper]

    @property
    def rtl(self) -> bool:
        return self.setting.direction == "rtl"

    @property
    def tags(self) -> tuple[Square, Square]:
        """Where a form has its tags, so that the reader finds these as soon."""
        (width, height), (across, down) = self.size, TAG_AT
        return Square(width - across, down, TAG), Square(across, height - down, TAG)

    @property
    def body(self) -> Span:
        return Span(MARGIN, self.size[0] - MARGIN)

    @property
    def head(self) -> Span:
        """Beside the tag at the top right."""
        taken = TAG_AT[0] + TAG / 2 + QUIET + 2
        return Span(taken, self.body.end) if self.rtl else Span(self.body.start, self.size[0] - taken)

    @property
    def foot(self) -> Span:
        """Beside the tag at the bottom left, from `foot_top` down."""
        taken = TAG_AT[0] + TAG / 2 + QUIET + 2
        return Span(self.body.start, self.size[0] - taken) if self.rtl else Span(taken, self.body.end)

    @property
    def foot_top(self) -> float:
        return self.size[1] - BAND

    @cached_property
    def regular(self) -> Writing:
        return self._writing(bold=False)

    @cached_property
    def bold(self) -> Writing:
        return self._writing(bold=True)

    def _writing(self, bold: bool) -> Writing:
        files = self.setting.fonts.bold if bold else self.setting.fonts.regular
        return Writing(tuple(face(path) for path in files), self.setting.locale, self.rtl)

    def x(self, start: float) -> float:
        return self.size[0] - start if self.rtl else start

    def text(self, line: Line, at: tuple[float, float], size: float) -> None:
        """A line at `at` = (mm from the start side, baseline)."""
        self.canvas.text(line, (self.x(at[0]) - (line.width * size if self.rtl else 0), at[1]), size)

    def paragraph(self, text: str, span: Span, baseline: float, size: float) -> float:
        """Text in as many lines as it takes; the last baseline."""
        lines = _broken(self.regular, text, span.width / size)
        step = self.setting.leading * size
        for number, line in enumerate(lines):
            self.text(line, (span.start, baseline + number * step), size)
        return baseline + (len(lines) - 1) * step

    def fitted(self, text: str, at: tuple[float, float], room: float, size: float, bold: bool = False) -> None:
        """One line that gets smaller, and then shorter, until it fits `room` mm."""
        writing = self.bold if bold else self.regular
        text = _known(text, writing)
        line = writing.line(text)
        size = max(size * min(1.0, room / (line.width * size)), LEAST * size) if line.glyphs else size
        while line.width * size > room and len(text) > 1:
            text = text[:-1]
            line = writing.line(f"{text.rstrip()}…")
        self.text(line, at, size)

    def name(self, text: str, at: tuple[float, float], room: float, size: float) -> None:
        """A name around the middle `at`: on one line, or on two smaller ones when it is long."""
        text = _known(text, self.regular)
        one = self.regular.line(text)
        lines = _broken(self.regular, text, room / (LEAST * size)) if one.width * size > room else ()
        if len(lines) < 2:
            self.fitted(text, (at[0], at[1] + MIDDLE * size), room, size)
            return
        rest = text[len(lines[0].text) :].strip()
        self.fitted(lines[0].text, (at[0], at[1] - 0.16 * size), room, LEAST * size)
        self.fitted(rest, (at[0], at[1] + 0.78 * size), room, LEAST * size)

    def rule(self, span: Span, y: float, pen: tuple[float, float]) -> None:
        self.canvas.stroke(((self.x(span.start), y), (self.x(span.end), y)), pen)

    def box(self, start: float, top: float, size: tuple[float, float], pen: tuple[float, float]) -> None:
        self.canvas.box(self.x(start + (size[0] if self.rtl else 0)), top, size, pen)


def _broken(writing: Writing, text: str, width: float) -> tuple[Line, ...]:
    """Lines no wider than `width`, but for a word that is."""
    text = _known(text, writing)
    try:
        return writing.lines(text, width)
    except TooWide as error:
        return writing.lines(text, writing.line(str(error)).width)


def _known(text: str, writing: Writing) -> str:
    """The text with a mark in place of every letter that no font has."""
    text = " ".join(text.split())
    if writing.faces[0].has(text):
        return text
    mark = UNKNOWN if any(face.has(UNKNOWN) for face in writing.faces) else "?"
    return "".join(char if any(face.has(char) for face in writing.faces) else mark for char in text)
