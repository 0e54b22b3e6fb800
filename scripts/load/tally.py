"""Tally: what the server acknowledged, row by row beside what the database holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import literal, select

from scripts.load.bell import Records
from scripts.load.plan import BATCHES, KINDS, Plan, Request, Template
from surveys.house import House
from surveys.store import tables

HANDED_IN = 0  # in place of a sequence: the browser's begin with 1

Row = tuple[str, int, Any]  # response, sequence, answers


@dataclass(frozen=True)
class Tally:
    """Saves and submissions. `kept` counts rows; `unheard` those of them whose acknowledgement never arrived."""

    acknowledged: int
    kept: int
    lost: int
    doubled: int
    changed: int
    unheard: int

    @property
    def sound(self) -> bool:
        return not (self.lost or self.doubled or self.changed)


@dataclass(frozen=True)
class Beside:
    """What somebody else sent and was told is kept, by response and sequence."""

    sent: Mapping[tuple[str, int], Any]
    kept: Set[tuple[str, int]]


NOBODY = Beside({}, frozenset())


@dataclass
class _Seen:
    """What the rows say of each journey: how often each sequence stands there."""

    plan: Plan
    of_response: Mapping[str, int]
    times: NDArray[np.int64]
    strange: int = 0
    changed: int = 0

    def add(self, response: str, sequence: int, answers: Any) -> None:
        who = self.of_response.get(response)
        if who is None or not 0 <= sequence <= BATCHES:
            self.strange += 1
            return
        self.times[who, sequence] += 1
        self.changed += answers != sent(self.plan.templates[self.plan.template[who]]).get(sequence)


def sent(template: Template) -> Mapping[int, Any]:
    """The answers that a template sends, by sequence."""
    bodies = [(request.kind, request.body) for request in template.requests if request.body]
    return {body["sequence"] if kind == "save" else HANDED_IN: body["answers"] for kind, body in bodies}


def acknowledged(plan: Plan, records: Records) -> NDArray[np.bool_]:
    """By journey and sequence: whether the server said that it is kept."""
    heard = np.zeros((len(plan.codes), BATCHES + 1), dtype=bool)
    template = np.asarray(plan.template)[records["journey"]]
    for number, one in enumerate(plan.templates):
        mine = records[template == number]
        for step, request in enumerate(one.requests):
            if request.body:
                sequence = request.body["sequence"] if request.kind == "save" else HANDED_IN
                good = mine[(mine["step"] == step) & (mine["status"] == request.expected)]
                heard[good["journey"], sequence] = True
    return heard


def compare(plan: Plan, records: Records, rows: Iterable[Row], beside: Beside = NOBODY) -> Tally:
    """Every acknowledged (response, sequence) beside the rows: lost when it has none, doubled when it has more than one
    or nobody sent it, changed when its answers are others."""
    heard = acknowledged(plan, records)
    seen = _Seen(plan, {name: who for who, name in enumerate(plan.responses)}, np.zeros(heard.shape, dtype=np.int64))
    others: Counter[tuple[str, int]] = Counter()
    for response, sequence, answers in rows:
        if (response, sequence) in beside.sent:
            others[response, sequence] += 1
            seen.changed += answers != beside.sent[response, sequence]
        else:
            seen.add(response, sequence, answers)
    return Tally(
        acknowledged=int(heard.sum()) + len(beside.kept),
        kept=int(seen.times.sum()) + others.total() + seen.strange,
        lost=int((heard & (seen.times == 0)).sum()) + len(beside.kept - set(others)),
        doubled=int(np.maximum(seen.times - 1, 0).sum()) + others.total() - len(others) + seen.strange,
        changed=seen.changed,
        unheard=int((~heard & (seen.times > 0)).sum()) + len(set(others) - beside.kept),
    )


def of_kind(plan: Plan, records: Records) -> NDArray[np.int64]:
    """The kind of each record's request, as a place in KINDS."""
    return _of_request(plan, records, lambda request: KINDS.index(request.kind))


def expected(plan: Plan, records: Records) -> NDArray[np.bool_]:
    """Whether each record is the answer that was wanted."""
    wanted: NDArray[np.bool_] = _of_request(plan, records, lambda request: request.expected) == records["status"]
    return wanted


def _of_request(plan: Plan, records: Records, what: Callable[[Request], int]) -> NDArray[np.int64]:
    width = max(len(one.requests) for one in plan.templates)
    table = np.zeros((len(plan.templates), width), dtype=np.int64)
    for number, one in enumerate(plan.templates):
        table[number, : len(one.requests)] = [what(request) for request in one.requests]
    found: NDArray[np.int64] = table[np.asarray(plan.template)[records["journey"]], records["step"]]
    return found


def rows(parts: House) -> Iterator[Row]:
    """Every save and submission that the database holds."""
    with parts.database.reading() as session:
        for table, sequence in ((tables.save, tables.save.c.sequence), (tables.submission, literal(HANDED_IN))):
            query = select(table.c.response, sequence, table.c.answers)
            for row in session.execute(query, execution_options={"yield_per": 5000}):
                yield row[0], row[1], row[2]
