"""Sheets to write on, and the way back: a grey picture through a scanner's file into a Reading and its answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from paper.layout import Layout
from paper.load import pictures
from paper.pen import Sheet
from paper.picture import Grey
from paper.read import Reading, read
from paper.spoil import scan_pdf
from surveys.core.marking import Judged, Measured, judge
from tests.paper.printed import SERIAL, composed, picture


def sheet(name: str = "en", paper: str = "letter", page: int = 1, dpi: int = 200) -> Sheet:
    """A fresh copy of a printed page."""
    layout = composed(name, paper).layout
    return Sheet(picture(name, paper, page, dpi).copy(), layout.pages[page - 1])


def finder(name: str = "en", paper: str = "letter"):  # type: ignore[no-untyped-def]
    """Knows one serial, as `homeroom read` does."""
    layout = composed(name, paper).layout
    return lambda serial: layout if serial == SERIAL else None


def scan(folder: Path, *pages: Grey, encoding: str = "jpeg", dpi: float = 200) -> Path:
    path = folder / f"scan-{encoding}.pdf"
    with path.open("wb") as out:
        scan_pdf(pages, out, encoding, dpi)
    return path


def read_file(path: Path, name: str = "en", paper: str = "letter") -> list[Reading]:
    return [read(picture, finder(name, paper)) for picture in pictures(path)]


def read_grey(folder: Path, grey: Grey, name: str = "en", paper: str = "letter", encoding: str = "jpeg") -> Reading:
    return read_file(scan(folder, np.ascontiguousarray(grey), encoding=encoding), name, paper)[0]


def judged(reading: Reading, layout: Layout) -> dict[str, Judged]:
    """Every question of the page, as the marks settle it."""
    fields = {field.question: field for page in layout.pages for field in page.fields}
    found = {}
    for measure in reading.fields:
        field = fields[measure.question]
        options = tuple(bubble.option for bubble in field.bubbles)
        places = tuple(bubble.place or 0 for bubble in field.bubbles)
        values = (measure.ink, measure.match, measure.disturbed)
        found[field.question] = judge(Measured(field.question, field.kind, options, *values, places))
    return found
