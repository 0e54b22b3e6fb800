"""Gate 4, references: our words beside those CLDR has for the same thing; a list for people to look over, no verdict.

A word of ours agrees when some text whose English has the term holds one of CLDR's words for it, or all of it but a
bent ending. That two differ is no fault: a child's word is often not the dictionary's.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from surveys.core.gates import Wording

SHIPPED = Path(__file__).with_name("references.csv")
_WHOLE = ("yes", "no")  # compared where they are an answer, not where they are a word of a sentence
_BENT = 5  # letters from which the last one of a word may differ: an ending


@dataclass(frozen=True)
class Comparison:
    """What CLDR calls a thing, and the texts of ours that name it."""

    term: str
    theirs: Sequence[str]
    ours: Sequence[str]
    agrees: bool


def comparisons(tag: str, wordings: Sequence[Wording]) -> Iterator[Comparison]:
    """Each term that both CLDR and some text of ours have; nothing where CLDR knows none."""
    for term, theirs in _references().get(tag, {}).items():
        named = re.compile(term if term in _WHOLE else rf".*(?<!\w){term}s?(?!\w).*", re.IGNORECASE | re.DOTALL)
        ours = [w.text for w in wordings if named.fullmatch(w.english)]
        if ours:
            stems = [word[:-1] if len(word) >= _BENT else word for word in map(str.lower, theirs)]
            yield Comparison(term, theirs, ours, any(stem in text.lower() for stem in stems for text in ours))


def known(tag: str) -> bool:
    """Whether CLDR has any word of the language."""
    return tag in _references()


@cache
def _references() -> Mapping[str, Mapping[str, Sequence[str]]]:
    words: dict[str, dict[str, Sequence[str]]] = defaultdict(dict)
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            words[row["locale"]][row["term"]] = row["words"].split("|")
    return dict(words)
