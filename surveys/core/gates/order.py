"""Gate 5, order: signs that two labels of a scale have changed places, read from the words that labels share.

English labels are built from each other ("Very hard" from "Hard") and from labels of other scales ("A little sure" from
"A little"). So are their translations: which of them are alike should mirror which are alike in English, and a label
that says another one and more should be longer. What shares nothing says nothing: a swap of two labels of one scale
shows in 25 to 38 cases of 40, depending on the language, and one of eighteen good catalogues gives a false alarm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

from surveys.core.gates.findings import Finding, Rule, Wording, found

_MARGIN = 0.3  # in likenesses; in the ten catalogues first looked at, no swap betters a right order by more than 0.29
_BUILT = 0.5  # how alike two texts are when one is built from the other
_SMALL = frozenset({"a", "at", "in"})
_STEMS = {"somewhat": "some"}

_Likenesses = Mapping[tuple[Wording, Wording], float]


def disorder(scales: Sequence[Sequence[Wording]]) -> Iterator[Finding]:
    """Findings on labels that stand where another one of their scale belongs; each scale in English order."""
    labels = [label for scale in scales for label in scale]
    english = {pair: _shared(pair[0].english, pair[1].english) for pair in _both_ways(labels)}
    own = {pair: _likeness(pair[0].text, pair[1].text) for pair in _both_ways(labels)}
    for scale in scales:
        for one, other in combinations(scale, 2):
            if _gain(one, other, english, own) > _MARGIN:
                yield _swapped(other, one, "is less like the labels whose English is like its own")
            elif _too_short(one, other, own):
                yield _swapped(one, other, "says more in English and is no longer")
            elif _too_short(other, one, own):
                yield _swapped(other, one, "says more in English and is no longer")


def _gain(one: Wording, other: Wording, english: _Likenesses, own: _Likenesses) -> float:
    """How much better likenesses would mirror the English ones if two labels changed places."""
    rest = {label for label, _ in own} - {one, other}
    return sum((english[one, r] - english[other, r]) * (own[other, r] - own[one, r]) for r in rest)


def _too_short(strong: Wording, weak: Wording, own: _Likenesses) -> bool:
    """Whether a label with all the English words of another and more is built from it and yet no longer."""
    more = _words(strong.english) > _words(weak.english) and "not" not in _words(strong.english)
    return more and own[strong, weak] > _BUILT and len(strong.text) <= len(weak.text)


def _both_ways(labels: Sequence[Wording]) -> Iterator[tuple[Wording, Wording]]:
    return ((one, other) for one in labels for other in labels if one is not other)


def _shared(one: str, other: str) -> float:
    """The share of the words of the English label with fewer that the other has too."""
    words, others = _words(one), _words(other)
    return len(words & others) / max(min(len(words), len(others)), 1)


@lru_cache(maxsize=10_000)
def _likeness(one: str, other: str) -> float:
    """The share of the shorter text's characters that the other has in the same order, in runs of two or more; of any
    length where the shorter has no more than two, as words of Chinese may."""
    shorter = max(min(len(one), len(other)), 1)
    blocks = SequenceMatcher(None, one.lower(), other.lower(), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1 or shorter <= 2) / shorter


def _words(text: str) -> frozenset[str]:
    return frozenset(_STEMS.get(word, word) for word in re.findall(r"[a-z]+", text.lower())) - _SMALL


def _swapped(label: Wording, other: Wording, what: str) -> Finding:
    return found(Rule.ORDER, label, what, f"see whether it and {other.key} have changed places")
