"""Type on a sheet: the two weights of a locale, the sizes, and lines placed from the start side."""

from __future__ import annotations

from dataclasses import dataclass, replace

from paper.canvas import Canvas
from paper.content import Content
from paper.face import face
from paper.shape import Line, TooWide, Writing
from paper.sheet import Frame

PT = 25.4 / 72  # mm
TEXT, LABEL, NOTE = 10.5 * PT, 9.25 * PT, 8.75 * PT  # mm, type sizes of a question, an option, a remark; at scale 1
TIGHTEST = 1.2  # em: lines closer than that are hard to follow in any script


class DoesNotFit(ValueError):
    """Text that has no room on the sheet; the message names the question, or the place, and the text."""


@dataclass(frozen=True)
class Type:
    """How a locale is set on one paper size. `scale` enlarges questions and options where there is room."""

    regular: Writing
    bold: Writing
    leading: float
    frame: Frame
    scale: float = 1.0

    @property
    def text(self) -> float:
        return TEXT * self.scale

    @property
    def label(self) -> float:
        return LABEL * self.scale

    @property
    def note(self) -> float:
        return NOTE * self.scale

    def scaled(self, scale: float) -> Type:
        return replace(self, scale=scale)

    def height(self, size: float, lines: int = 1) -> float:
        """The height in mm of some lines of a size."""
        return self.leading * size * lines

    def baseline(self, size: float) -> float:
        """From the top of a line to its baseline, in mm."""
        room = self.leading - self.regular.ascent - self.regular.descent
        return (room / 2 + self.regular.ascent) * size

    def broken(self, text: str, width: float, size: float, name: str) -> tuple[Line, ...]:
        """`text` in lines of `width` mm; DoesNotFit names the question, or the place, and the text."""
        return self._broken(self.regular, text, width / size, name)

    def broken_bold(self, text: str, width: float, size: float, name: str) -> tuple[Line, ...]:
        """The same in bold."""
        return self._broken(self.bold, text, width / size, name)

    def _broken(self, writing: Writing, text: str, width: float, name: str) -> tuple[Line, ...]:
        try:
            return writing.lines(text, width) if text else ()
        except TooWide as error:
            raise DoesNotFit(f"{name}: no room for {str(error)!r} in {text!r}; shorten it or let it break") from error

    def draw(self, canvas: Canvas, line: Line, at: tuple[float, float], size: float) -> None:
        """A line at `at` = (mm from the start side, top of the line)."""
        left = self.frame.x(at[0]) - (line.width * size if self.frame.rtl else 0)
        canvas.text(line, (left, at[1] + self.baseline(size)), size)

    def draw_lines(self, canvas: Canvas, lines: tuple[Line, ...], at: tuple[float, float], size: float) -> None:
        """Lines one below the other; `at` as for `draw`."""
        for index, line in enumerate(lines):
            self.draw(canvas, line, (at[0], at[1] + self.height(size, index)), size)


def typeset(content: Content, frame: Frame) -> Type:
    """The type of a content's locale."""
    regular = tuple(face(path) for path in content.fonts.regular)
    bold = tuple(face(path) for path in content.fonts.bold)
    locale, rtl = content.locale, content.direction == "rtl"
    return Type(Writing(regular, locale, rtl), Writing(bold, locale, rtl), max(content.leading, TIGHTEST), frame)
