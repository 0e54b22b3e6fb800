"""Type on a sheet: the two weights of a locale, the sizes, and lines placed from the start side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median

from paper.canvas import Canvas
from paper.content import Content
from paper.face import face
from paper.shape import Line, TooWide, Writing
from paper.sheet import Frame, Span
from paper.style import Style

MIDDLE = 0.33  # em above the baseline: between the middle of small letters (0.27) and of capitals (0.36)
DIGITS = "0123456789."
STRAY = 0.2  # em that the ink of few texts, such as one with an accented capital, may reach above the others
NUMBER_APART = 0.35  # em at least between a question's number and its text


class DoesNotFit(ValueError):
    """Text that has no room on the sheet; the message names the question, or the place, and the text."""


@dataclass(frozen=True)
class Type:
    """How a locale is set on one paper size in one style. `scale` enlarges questions and options where there is room.

    Lines of one text are `leading` apart; what stands above or below a text keeps clear of its ink: no text of the
    sheet reaches further down than `below` (em), towards its bubbles, half of them no further up than `above`, and none
    much further.
    """

    regular: Writing
    bold: Writing
    leading: float
    frame: Frame
    style: Style
    above: float
    below: float
    widest_number: float  # em, of the last question's number
    scale: float = 1.0

    @property
    def text(self) -> float:
        return self.style.text * self.scale

    @property
    def label(self) -> float:
        return self.style.label * self.scale

    @property
    def note(self) -> float:
        return self.style.note * self.scale

    @property
    def body(self) -> Span:
        """Where questions and options stand, from the start side: beside the numbers."""
        indent = max(self.style.indent, (self.widest_number + NUMBER_APART) * self.text)
        return Span(self.frame.body.start + indent, self.frame.body.end)

    def scaled(self, scale: float) -> Type:
        return replace(self, scale=scale)

    def height(self, size: float, lines: int = 1) -> float:
        """The height in mm of some lines of a size, ink to ink."""
        return (self.above + self.below + self.leading * (lines - 1)) * size if lines else 0.0

    def over(self, size: float, lines: int) -> float:
        """How far the ink of lines drawn centred reaches above their middle, in mm."""
        return (self.above - MIDDLE + self.leading * (lines - 1) / 2) * size

    def spacing(self, size: float) -> float:
        """What stands free, in mm, between the ink of two lines of a text."""
        return max(self.leading - self.above - self.below, 0.0) * size

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
        """A line at `at` = (mm from the start side, top of the ink)."""
        left = self.frame.x(at[0]) - (line.width * size if self.frame.rtl else 0)
        canvas.text(line, (left, at[1] + self.above * size), size)

    def draw_centred(self, canvas: Canvas, lines: tuple[Line, ...], at: tuple[float, float], size: float) -> None:
        """Lines beside something whose middle is at `at`: small letters and capitals look centred, not their ink."""
        first = at[1] + (MIDDLE - self.above - self.leading * (len(lines) - 1) / 2) * size
        self.draw_lines(canvas, lines, (at[0], first), size)

    def draw_lines(self, canvas: Canvas, lines: tuple[Line, ...], at: tuple[float, float], size: float) -> None:
        """Lines one below the other; `at` as for `draw`."""
        for index, line in enumerate(lines):
            self.draw(canvas, line, (at[0], at[1] + self.leading * size * index), size)


def typeset(content: Content, frame: Frame, style: Style) -> Type:
    """The type of a content's locale, measured over everything that the sheet says."""
    regular = tuple(face(path) for path in content.fonts.regular)
    bold = tuple(face(path) for path in content.fonts.bold)
    locale, rtl = content.locale, content.direction == "rtl"
    writing = Writing(regular, locale, rtl)
    reaches = [writing.reach(part) for text in {DIGITS, *_texts(content)} for part in text.split("\n")]
    tops = [reach[0] for reach in reaches]
    above, below = max(median(tops), max(tops) - STRAY), max(reach[1] for reach in reaches)
    leading = max(content.leading, above + below)
    heavy = Writing(bold, locale, rtl)
    widest = heavy.line(f"{len(content.items)}.").width
    return Type(writing, heavy, leading, frame, style, above, below, widest)


def _texts(content: Content) -> Iterator[str]:
    yield content.title
    yield from vars(content.words).values()
    for item in content.items:
        yield from (item.text, item.note, *(choice.text for choice in item.choices))
