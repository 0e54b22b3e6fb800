"""The family that no threshold may be fitted on: other hands, other remains, other copiers than the fitted one's."""

from __future__ import annotations

from tests.corpus import heldout_hand as hand
from tests.corpus import heldout_wear as wear
from tests.corpus.family import Family

HELD_OUT = Family(
    name="held-out",
    pens=tuple(hand.PENS),
    marks=tuple(hand.MARKS),
    traces=tuple(hand.TRACES),
    remains=("rubbed",),
    mark=hand.mark,
    write=hand.write,
    copier=wear.copier,
    spoilings=wear.SPOILINGS,
    before=("recopied", "worn-drum"),
    one_bit=("adaptive-bit", "ordered-dither"),
    pale=("coloured-pencil", "thin-pencil", "light-shade"),
    dim=(("thin-pencil", "traced"), ("coloured-pencil", "traced")),
)
