"""Gate 5, order: signs that two labels of a scale have changed places, read from the words they share.

English labels are built from each other: "Very hard" from "Hard". So are their translations, in most languages: the
stronger one holds most of the weaker one and is longer. And a question that asks "how easy" shares its word with the
easy labels rather than with the hard ones. What shares nothing says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from surveys.core.gates.findings import Finding, Rule, Wording, found

_MARGIN = 0.15  # of two texts' likeness (0 to 1) before one counts as nearer: prefixes and endings make up less


def disorder(labels: Sequence[Wording], questions: Sequence[Wording]) -> Iterator[Finding]:
    """Findings on labels, given in English order, that stand where another one belongs."""
    for strong, weak in _built(labels):
        others = [label for label in labels if label not in (strong, weak)]
        nearest = max(others, key=lambda other: _likeness(strong.text, other.text), default=None)
        if nearest and _likeness(strong.text, nearest.text) > _likeness(strong.text, weak.text) + _MARGIN:
            yield _swapped(strong, nearest, f"looks more like {nearest.key} than like {weak.key}")
        elif _likeness(strong.text, weak.text) > 0.5 and len(strong.text) <= len(weak.text):
            yield _swapped(strong, weak, f"is no longer than {weak.key}, which says less")
    yield from _asked(labels, questions)


def _built(labels: Sequence[Wording]) -> Iterator[tuple[Wording, Wording]]:
    """Pairs whose first English label holds all the words of the second, in order."""
    for strong in labels:
        for weak in labels:
            inside, outside = _words(weak.english), _words(strong.english)
            if len(inside) < len(outside) and all(word in outside for word in inside) and "not" not in outside:
                yield strong, weak


def _asked(labels: Sequence[Wording], questions: Sequence[Wording]) -> Iterator[Finding]:
    """A label whose English word the questions ask with, in a locale where they ask with another label's word."""
    for label in labels:
        asking = [
            q
            for q in questions
            if len(_words(label.english)) == 1 and f"how {label.english.lower()}" in q.english.lower()
        ]
        rivals = [other for other in labels if label.english.lower() not in other.english.lower()]
        for other in rivals:
            own, foreign = _share(label, asking), _share(other, asking)
            if asking and foreign > 0.5 > own:
                yield _swapped(label, other, f"is asked for with the word of {other.key}")


def _share(label: Wording, questions: Sequence[Wording]) -> float:
    """The share of questions that have the label's text in them."""
    return sum(label.text.lower() in question.text.lower() for question in questions) / max(len(questions), 1)


def _likeness(one: str, other: str) -> float:
    """The share of the shorter text's characters that the other has in the same order, in runs of two or more; of any
    length where the shorter has no more than two, as words of Chinese may."""
    shorter = max(min(len(one), len(other)), 1)
    blocks = SequenceMatcher(None, one.lower(), other.lower(), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1 or shorter <= 2) / shorter


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def _swapped(label: Wording, other: Wording, what: str) -> Finding:
    return found(Rule.ORDER, label, what, f"see whether it and {other.key} have changed places")
