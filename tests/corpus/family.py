"""A family of hands and spoilings; thresholds are fitted on one of them and never on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from numpy.random import Generator

from paper.pen import Sheet
from paper.picture import Grey
from paper.spoil import Spoiling

ORDINARY = "ordinary"  # the set of pages that nothing happened to but a copier
Answer = tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """What was drawn for a question: the answer it means, or None where only a person can tell. `asked`: drawn so
    lightly, or beside such remains, that to ask is as right as the answer."""

    style: str
    answer: Answer | None
    asked: bool = False


@dataclass(frozen=True)
class Family:
    """`marks` mean their option, `traces` mean nothing; `mark(sheet, question, options, style, rng)` draws either with
    the pen the sheet holds. `remains`: traces beside which a doubt is right."""

    name: str
    pens: tuple[str, ...]
    marks: tuple[str, ...]
    traces: tuple[str, ...]
    remains: tuple[str, ...]
    mark: Callable[[Sheet, str, Iterable[str], str, Generator], None]
    write: Callable[[Sheet, str, int, Generator], None]
    copier: Callable[[Grey, Generator], Grey]  # what happens to every page
    spoilings: Mapping[str, Spoiling]
    before: tuple[str, ...]  # spoilings of the printed sheet, before anybody writes on it
    one_bit: tuple[str, ...]  # in black and white: what is lighter than the outlines never arrives
    pale: tuple[str, ...]  # pens and styles that light
    dim: tuple[tuple[str, str], ...] = ()  # pen and style so light that a doubt is right

    @property
    def sets(self) -> Sequence[str]:
        """Ordinary pages, and a hard set for each spoiling."""
        return (ORDINARY, *self.spoilings)

    def pens_for(self, kind: str) -> list[str]:
        return [pen for pen in self.pens if kind not in self.one_bit or pen not in self.pale]

    def marks_for(self, kind: str) -> list[str]:
        return [style for style in self.marks if kind not in self.one_bit or style not in self.pale]
