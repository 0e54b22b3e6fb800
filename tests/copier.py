"""A pencil and a copier for tests of the verbs and commands: printed forms come back as marked, scanned pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np

from paper import pen
from paper.layout import Layout
from paper.picture import Grey
from paper.spoil import scan_pdf
from surveys import printing
from surveys.printing import Job, Press, Printed
from surveys.store.database import Session
from tests.world import DISTRICT_ADMIN, PLACE, World, stamp

DPI = 120
Marks = Mapping[str, Sequence[str]]  # question -> options


def job(world: World, **changes: str) -> Job:
    """Everything in the window, on Letter."""
    house = world.house
    press = Press(house.texts, house.locales, house.config.fonts)
    return Job(world.window, world.survey, press, PLACE, **changes)


def printed(session: Session, world: World, **changes: str) -> list[Printed]:
    """The forms of a class or a locale, recorded."""
    return printing.print_window(session, world.house.objects, DISTRICT_ADMIN, job(world, **changes), stamp())


def pages(pdf: Path, layout: Layout, numbers: Sequence[int], marks: Marks) -> list[Grey]:
    """The pages of one form with pencil marks, as pictures."""
    rng = np.random.default_rng(7)
    drawn = []
    for page, number in zip(layout.pages, numbers, strict=True):
        sheet = pen.sheet(pdf, number, page, DPI)
        for field in page.fields:
            if field.question in marks:
                pen.mark(sheet, field.question, marks[field.question], "fill", rng)
        drawn.append(sheet.grey)
    return drawn


def scanned(pack: Sequence[Printed], marks: Sequence[Marks], folder: Path) -> list[Grey]:
    """The pages of a pack, each sheet with its own marks, as a copier would see them."""
    pdf = folder / "pack.pdf"
    with pdf.open("wb") as file:
        forms = dict(printing.draw(pack, "https://homeroom.example", file))
    return [
        picture
        for sheet, own in zip(pack, marks, strict=True)
        for picture in pages(pdf, sheet.composed.layout, forms[sheet.form.serial], own)
    ]


def copied(pictures: Sequence[Grey]) -> BinaryIO:
    """The PDF that a copier makes of them."""
    out = BytesIO()
    scan_pdf(pictures, out, dpi=DPI)
    out.seek(0)
    return out


def blank() -> Grey:
    """The empty back of a sheet."""
    return np.full((round(11 * DPI), round(8.5 * DPI)), 250, np.uint8)
