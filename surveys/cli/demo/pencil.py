"""Children with pencils and a copier: printed pages are marked by a simulated hand, spoiled, and scanned into a PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator, default_rng

from paper import pen
from paper.layout import Page
from paper.picture import Grey
from paper.spoil import scan_pdf, spoil

DPI = 200
STYLES = ("fill", "fill", "fill", "tick", "cross", "scribble", "circle", "half")
TOOLS = ("pencil", "pencil", "pencil", "hard-pencil", "ballpoint", "gel", "felt")


@dataclass(frozen=True)
class Paper:
    """One page to fill in: page `number` of `pdf`, what the child means by question, and whose hand it is.

    No `page` is a sheet with nothing on it, as a copier makes from the back of another.
    """

    pdf: Path
    number: int
    page: Page | None
    meant: Mapping[str, Sequence[str]]
    hand: int
    spoilings: tuple[tuple[str, float], ...]


def scan(papers: Sequence[Paper], out: Path, processes: int, done: Callable[[int], object]) -> None:
    """Fill every page in, spoil it, and write them all as one copier's PDF; `done` is told of every page."""

    def counted(pictures: Iterable[Grey]) -> Iterator[Grey]:
        for picture in pictures:
            yield picture
            done(1)

    with ProcessPoolExecutor(processes) as pool, out.open("wb") as file:
        scan_pdf(counted(pool.map(fill, papers, chunksize=4)), file, dpi=DPI)


def fill(paper: Paper) -> Grey:
    """The picture a copier makes of one filled-in page."""
    dice = default_rng([paper.hand, paper.number])
    if paper.page is None:
        return spoil(np.full((2200, 1700), 250, np.uint8), "noise", dice, 0.2)
    sheet = pen.sheet(paper.pdf, paper.number, paper.page, DPI)
    _mark(sheet, paper, dice)
    grey = sheet.grey
    for kind, strength in paper.spoilings:
        grey = spoil(grey, kind, dice, strength)
    return grey


def _mark(sheet: pen.Sheet, paper: Paper, dice: Generator) -> None:
    """One hand keeps to its pen and its way of marking; now and then it hesitates, rubs out or rests."""
    own = default_rng(paper.hand)
    style = str(own.choice(STYLES))
    sheet = sheet.holding(str(own.choice(TOOLS)))
    for field in sheet.page.fields:
        options = paper.meant.get(field.question, ())
        if field.kind == "text":
            if options:
                pen.write(sheet, field.question, int(dice.integers(3, 12)), dice)
            continue
        others = [bubble.option for bubble in field.bubbles if bubble.option not in options]
        chance = dice.random()
        if options and chance < 0.004:
            pen.mark(sheet, field.question, [str(dice.choice(others))], style, dice)  # a change of mind, both left
        elif options and chance < 0.012:
            pen.mark(sheet, field.question, [str(dice.choice(others))], "ghost", dice)
        pen.mark(sheet, field.question, options, style if chance < 0.99 else "faint", dice)


def spoilings(dice: Generator) -> tuple[tuple[str, float], ...]:
    """What happens to one page between a child's desk and the copier: always a little, now and then a lot."""
    usual = [("turn", float(dice.uniform(0, 0.4))), ("shift", float(dice.uniform(0, 0.5)))]
    rare = {"upside-down": 0.12, "shadow": 0.05, "fade": 0.06, "dust": 0.08, "holes": 0.1, "fold": 0.02, "streak": 0.01}
    happened = [(kind, 0.4) for kind, chance in rare.items() if dice.random() < chance]
    return (*usual, *happened, ("noise", 0.25))
