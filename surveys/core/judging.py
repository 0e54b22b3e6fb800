"""Many pages judged at once: arrays settle what is plain, and `marking.judge`, which alone decides, all the rest.

Plain is a question whose every bubble is clearly seen and either marked or unmarked, with nothing in between; and a box
for writing that nothing crosses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveys.core.instrument import Kind
from surveys.core.marking import Doubt, Judged, Measured, Thresholds, judge
from surveys.core.measures import UNIT, Values, head_of, opened
from surveys.core.sheets import exclusive

UNSURE = -1  # not plain: judged one by one
WRITTEN, TWICE = -2, -3
PLAIN = {WRITTEN: Doubt.TEXT, TWICE: Doubt.TWO_MARKS}  # doubts that are plain as well
Codes = NDArray[np.int64]  # (pages, questions): the plainly marked bubbles as bits, 0 for a blank, or one of the above


@dataclass(frozen=True)
class Stack:
    """Readings of one page of one layout: their scans and serials, and their packed measures, in the same order."""

    fields: Mapping[str, Mapping[str, Any]]  # of the layout, by question
    scans: Sequence[str]
    serials: Sequence[str]
    packed: Sequence[bytes]


@dataclass(frozen=True)
class Table:
    """A stack, opened: the questions with where their values stand, and the values of all pages."""

    stack: Stack
    questions: tuple[tuple[str, slice], ...]
    values: Values

    def judge(self, page: int, question: int, thresholds: Thresholds) -> Judged:
        """One question of one page, by the rule."""
        name, here = self.questions[question]
        ink, match, disturbed = (values[page, here] for values in self.values)
        bubbles = self.stack.fields[name]["bubbles"]
        measured = Measured(
            question=name,
            kind=self.stack.fields[name]["kind"],
            options=tuple(bubble["option"] for bubble in bubbles),
            ink=tuple((ink / UNIT).tolist()),
            match=tuple((match / UNIT).tolist()),
            disturbed=tuple(disturbed.tolist()),
            places=tuple(bubble.get("place", 0) for bubble in bubbles),
            exclusive=exclusive(self.stack.fields[name]),
        )
        return judge(measured, thresholds)

    def at(self, place: tuple[int, int], code: int, thresholds: Thresholds) -> Judged:
        """One question of one page, by its code where it is plain, else by the rule."""
        return self.judge(*place, thresholds) if code == UNSURE else self.plain(place[1], code)

    def plain(self, question: int, code: int) -> Judged:
        """What a plain question says."""
        name, _ = self.questions[question]
        if code in PLAIN:
            return Judged(name, None, PLAIN[code])
        bubbles = self.stack.fields[name]["bubbles"]
        return Judged(name, tuple(b["option"] for n, b in enumerate(bubbles) if code >> n & 1), None)


def table(stack: Stack) -> Table:
    """Open a stack whose pages all have the same head."""
    head, values = opened(stack.packed)
    questions, start = [], 0
    for name, count in head:
        questions.append((name, slice(start, start + count)))
        start += count
    return Table(stack, tuple(questions), values)


def codes(found: Table, thresholds: Thresholds) -> Codes:
    """What is plain on every page, by thresholds."""
    ink, match, disturbed = found.values
    seen = ~disturbed & (match >= cut(max(thresholds.outline, thresholds.empty)))
    marked, light = ink >= cut(thresholds.definite), ink >= cut(thresholds.marginal)
    clear = seen & (marked == light)
    result = np.full((len(ink), len(found.questions)), UNSURE, np.int64)
    for number, (name, here) in enumerate(found.questions):
        kind = Kind(found.stack.fields[name]["kind"])
        if kind is Kind.TEXT:
            written = (ink[:, here] >= cut(thresholds.writing)).any(1)
            result[:, number] = np.where(disturbed[:, here].any(1), UNSURE, np.where(written, WRITTEN, 0))
            continue
        several = marked[:, here].sum(1)
        bits = marked[:, here] @ (1 << np.arange(here.stop - here.start, dtype=np.int64))
        bits = np.where((several > 1) & _at_odds(found.stack.fields[name], bits), TWICE, bits)
        plain = clear[:, here].all(1) & ((kind is not Kind.NUMBER) | (several == 0))
        result[plain, number] = bits[plain]
    return result


def _at_odds(field: Mapping[str, Any], bits: Codes) -> NDArray[np.bool_]:
    """Where two marks cannot both be meant: where one answer is asked for, or an option goes with no other."""
    if field["kind"] == Kind.ONE:
        return np.ones(bits.shape, np.bool_)
    alone = sum(1 << place for place, bubble in enumerate(field["bubbles"]) if bubble.get("exclusive"))
    return (bits & alone) > 0


class Copies:
    """Which sheets came in with the same page more than once: only together do their scans give an answer."""

    def __init__(self) -> None:
        self._once: dict[bytes, set[str]] = defaultdict(set)
        self.serials: set[str] = set()

    def add(self, stack: Stack) -> None:
        seen, new = self._once[head_of(stack.packed[0])], set(stack.serials)
        self.serials |= seen & new
        if len(new) < len(stack.serials):
            self.serials |= {serial for serial, times in Counter(stack.serials).items() if times > 1}
        seen |= new


def column(found: Table, question: str, thresholds: Thresholds) -> Iterator[tuple[str, str, Judged]]:
    """One question of every page of a stack, as (serial, scan, what it says); nothing where the pages do not ask it."""
    places = {name: number for number, (name, _) in enumerate(found.questions)}
    if question in places:
        here = places[question]
        for page, code in enumerate(codes(found, thresholds)[:, here].tolist()):
            yield found.stack.serials[page], found.stack.scans[page], found.at((page, here), code, thresholds)


def doubts(found: Table, thresholds: Thresholds) -> Iterator[tuple[int, Judged]]:
    """The questions of a stack that wait for a person, each with the place of its page in the stack."""
    settled = codes(found, thresholds)
    for page, question in np.argwhere(settled < 0).tolist():
        judged = found.at((page, question), int(settled[page, question]), thresholds)
        if judged.doubt:
            yield page, judged


@dataclass(frozen=True)
class Change:
    """A question that other thresholds judge otherwise."""

    scan: str
    serial: str
    question: str
    before: Judged
    after: Judged

    @property
    def spot(self) -> tuple[str, str]:
        return self.serial, self.question

    @property
    def way(self) -> tuple[str, str]:
        """From what to what: `answer`, `blank`, or the name of a doubt."""
        return outcome(self.before), outcome(self.after)


@dataclass
class Comparison:
    """What other thresholds make of the same readings: pages and questions looked at, how the questions stand before
    and after, and every change."""

    pages: int = 0
    questions: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)

    def add(self, found: Table, old: Thresholds, new: Thresholds) -> None:
        """Judge a stack by both."""
        first, second = codes(found, old), codes(found, new)
        self.pages += len(first)
        self.questions += first.size
        for tally, plain in ((self.before, first), (self.after, second)):
            tally["answer"] += int((plain > 0).sum())
            tally["blank"] += int((plain == 0).sum())
            tally.update({str(doubt): int((plain == code).sum()) for code, doubt in PLAIN.items()})
        for page, question in np.argwhere((first != second) | (first == UNSURE)).tolist():
            place, pair = (page, question), (int(first[page, question]), int(second[page, question]))
            before, after = found.at(place, pair[0], old), found.at(place, pair[1], new)
            self.before[outcome(before)] += pair[0] == UNSURE
            self.after[outcome(after)] += pair[1] == UNSURE
            if before != after:
                about = (found.stack.scans[page], found.stack.serials[page], before.question)
                self.changes.append(Change(*about, before, after))

    def take(self, other: Comparison) -> None:
        """Add what another comparison counted."""
        self.pages += other.pages
        self.questions += other.questions
        self.before += other.before
        self.after += other.after
        self.changes += other.changes

    def tallies(self) -> list[tuple[str, int, int]]:
        """How many questions are judged as what, before and after."""
        kinds = sorted({kind for tally in (self.before, self.after) for kind, count in tally.items() if count})
        return [(kind, self.before[kind], self.after[kind]) for kind in kinds]

    def ways(self) -> list[tuple[tuple[str, str], list[Change]]]:
        """The changes by from what to what, the most frequent first; each in the order of hashes, which is nobody's."""
        grouped: dict[tuple[str, str], list[Change]] = defaultdict(list)
        for change in sorted(self.changes, key=lambda change: (change.scan, change.question)):
            grouped[change.way].append(change)
        return sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0]))


def outcome(judged: Judged) -> str:
    """`answer`, `blank`, or the name of the doubt."""
    return str(judged.doubt or ("answer" if judged.answer else "blank"))


def cut(share: float) -> int:
    """The smallest number of units that is not below a share."""
    units = int(share * UNIT)
    while units / UNIT < share:
        units += 1
    return units
