"""One page of the corpus: printed, answered as children do, worn, scanned and read back, field by field."""

from __future__ import annotations

import io
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.random import Generator

from paper import Layout, Stamp, draw, lay_out, pen, spoil
from paper.layout import Field, Page
from paper.load import pictures
from paper.picture import Grey
from paper.read import Measure, read
from paper.tag import serial_of
from surveys.core import marking
from tests.corpus.family import ORDINARY, Answer, Drawn, Family
from tests.paper.contents import content, mixed

# Three scripts and directions, both paper sizes, every kind of question. A page holds 15 questions, a mixed one 6.
SHEETS = (("en", "letter"), ("ar", "a4"), ("es", "a4"), ("en", "a4"), ("mixed-en", "letter"), ("mixed-ar", "a4"))
OF_SHEETS = (0.24, 0.24, 0.24, 0.08, 0.1, 0.1)
Settled = tuple[Answer | None, bool]  # an answer, None when unsettled; and whether it is asked about


@dataclass(frozen=True)
class Made:
    """A page as the scanner gives it, and what was drawn on it, question by question."""

    layout: Layout
    page: Page
    drawn: dict[str, Drawn]
    grey: Grey
    encoding: str


@lru_cache(maxsize=len(SHEETS))
def blanks(name: str, paper: str) -> tuple[Layout, tuple[pen.Sheet, ...]]:
    """A printed form, its pages as pictures at 200 dpi."""
    composed = lay_out(mixed(name.removeprefix("mixed-")) if name.startswith("mixed-") else content(name), paper)
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "form.pdf"
        out = io.BytesIO()
        draw([(composed, Stamp(serial_of(b"homeroom-1"), "Room 12"))], "https://homeroom.example", out)
        pdf.write_bytes(out.getvalue())
        pages = tuple(pen.sheet(pdf, page.page, page) for page in composed.layout.pages)
    return composed.layout, pages


def dice(family: Family, kind: str, tool: str, seed: int) -> Generator:
    """The page's own chance: the same page for the same four, today and tomorrow."""
    return np.random.default_rng([seed, *(zlib.crc32(word.encode()) for word in (family.name, kind, tool))])


def sheet_for(rng: Generator) -> tuple[Layout, pen.Sheet]:
    layout, pages = blanks(*SHEETS[int(rng.choice(len(SHEETS), p=OF_SHEETS))])
    return layout, pages[int(rng.integers(len(pages)))]


def make(family: Family, kind: str, tool: str, seed: int) -> Made:
    """Prints, answers and wears one page of a family's set."""
    rng = dice(family, kind, tool, seed)
    layout, printed = sheet_for(rng)
    sheet = printed.copy().holding(tool)
    strength = float(rng.uniform(0.2, 1))
    if kind in family.before:
        sheet.grey[:] = family.spoilings[kind](sheet.grey, rng, strength)
    styles = family.marks_for(kind)
    drawn = {field.question: _answer(family, sheet, field, styles, rng) for field in sheet.page.fields}
    grey = family.copier(sheet.grey, rng)
    if kind != ORDINARY and kind not in family.before:
        grey = family.spoilings[kind](grey, rng, strength)
    return Made(layout, sheet.page, drawn, grey, "g4" if kind in family.one_bit else "jpeg")


def _answer(family: Family, sheet: pen.Sheet, field: Field, styles: Sequence[str], rng: Generator) -> Drawn:
    """Answers a question as children do: mostly with one mark, or none, two, or after a change of mind."""
    if field.box:
        words = int(rng.choice([0, 1, 6]))
        family.write(sheet, field.question, words, rng)
        return Drawn("writing", None) if words else Drawn("no-writing", ())
    first, second = _options(field, rng)
    style, other = (str(value) for value in rng.choice(styles, 2))
    chances = [0.66, 0.14, 0.04, 0.04, *(0.12 / len(family.traces) for _ in family.traces)]
    what = str(rng.choice(["one", "none", "two", "changed", *family.traces], p=chances))
    dim = (sheet.pen, style) in family.dim
    if what in family.traces:
        family.mark(sheet, field.question, [second], what, rng)
        asked = what in family.remains
        if rng.random() < (0.3 if asked else 0.5):
            return Drawn(what, (), asked)
        family.mark(sheet, field.question, [first], style, rng)
        return Drawn(what, (first,), asked or dim)
    if what == "changed":
        for layer in (styles[0], *[name for name in styles if name in ("cross", "saltire")]):
            family.mark(sheet, field.question, [second], layer, rng)
    if what == "two":
        family.mark(sheet, field.question, [second], other, rng)
    if what == "none":
        return Drawn(what, ())
    family.mark(sheet, field.question, [first], style, rng)
    if what == "one":
        return Drawn(style, (first,), dim)
    return Drawn(what, _both(field, first, second) if field.kind == "many" else None)


def _options(field: Field, rng: Generator) -> tuple[str, str]:
    """Two answers; those of a number differ in every digit."""
    if field.kind == "number":
        places = 1 + max(bubble.place or 0 for bubble in field.bubbles)
        digits = [rng.permutation(10)[:2] for _ in range(places)]
        digits[0] = np.where(digits[0] == 0, 5, digits[0]) if places > 1 else digits[0]
        first, second = ("".join(str(pair[k]) for pair in digits) for k in (0, 1))
        return first, second
    first, second = rng.permutation([bubble.option for bubble in field.bubbles])[:2].tolist()
    return first, second


def _both(field: Field, *options: str) -> Answer:
    return tuple(bubble.option for bubble in field.bubbles if bubble.option in options)


def scanned(made: Made, folder: Path) -> Path:
    """The page in a copier's PDF."""
    path = folder / "scan.pdf"
    with path.open("wb") as out:
        spoil.scan_pdf([made.grey], out, made.encoding)
    return path


def read_back(made: Made) -> tuple[str | None, dict[str, marking.Judged], dict[str, Measure]]:
    """What `paper` and `core.marking` make of the page: a problem, or every question judged, with its measures."""
    with tempfile.TemporaryDirectory() as folder:
        reading = read(next(pictures(scanned(made, Path(folder)))), lambda _: made.layout)
    fields = {field.question: field for field in made.page.fields}
    judged = {m.question: marking.judge(measured(fields[m.question], m)) for m in reading.fields}
    return reading.problem, judged, {measure.question: measure for measure in reading.fields}


def measured(field: Field, measure: Measure) -> marking.Measured:
    """A reading's measure in the words of `core`."""
    options = tuple(bubble.option for bubble in field.bubbles)
    places = tuple(bubble.place or 0 for bubble in field.bubbles)
    values = (measure.ink, measure.match, measure.disturbed)
    return marking.Measured(field.question, field.kind, options, *values, places)


Reader = Callable[[Made], dict[str, Answer | None] | None]  # None: the page was refused; a None answer: asked


def ours(made: Made) -> dict[str, Answer | None] | None:
    """The house's own reader, as one that can be set beside another."""
    problem, judged, _ = read_back(made)
    return None if problem else {question: each.answer for question, each in judged.items()}
