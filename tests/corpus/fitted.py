"""The family that the reader's thresholds may be fitted on: the pens and spoilings of `paper`."""

from __future__ import annotations

from numpy.random import Generator

from paper import pen, spoil
from paper.picture import Grey
from tests.corpus.family import Family

USUAL = (("turn", 0.08), ("shift", 0.2), ("jpeg", 0.35), ("noise", 0.15))


def copier(grey: Grey, rng: Generator) -> Grey:
    """A little askew, a little noise, a JPEG of 45 to 95."""
    for name, usual in USUAL:
        grey = spoil.spoil(grey, name, rng, usual * rng.random() * 2)
    return grey


FITTED = Family(
    name="fitted",
    pens=tuple(pen.PENS),
    marks=pen.MARKS,
    traces=pen.TRACES,
    remains=("erased",),
    mark=pen.mark,
    write=pen.write,
    copier=copier,
    spoilings=spoil.SPOILINGS,
    before=("copies", "toner"),
    one_bit=("one-bit", "dither"),
    pale=("hard-pencil", "faint"),
    dim=(("hard-pencil", "ring"),),
)
