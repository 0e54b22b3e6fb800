"""Results: a run in figures, as lines to read and as a row of docs/performance.md."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scripts.load import tally
from scripts.load.bell import WITHOUT_REPLY, Records
from scripts.load.plan import KINDS, Plan
from scripts.load.tally import Tally

PAGE = "docs/performance.md"
HEADING = "## The school bell"
COLUMNS = "| Date | Machine | Run |"


@dataclass(frozen=True)
class Spent:
    """CPU seconds of the web processes, of the database server (0 for SQLite) and of the generator."""

    web: float
    database: float
    generator: float

    @property
    def server(self) -> float:
        return self.web + self.database


@dataclass(frozen=True)
class Kind:
    """The answers to one kind of request; milliseconds from wanting it to having it, tries before included."""

    name: str
    count: int
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Results:
    """What a run came to."""

    what: str
    students: int
    told: Mapping[str, Any]  # by the generator
    kinds: Sequence[Kind]
    other: Mapping[str, int]  # tries that did not get the answer they wanted, by what came instead
    spent: Spent
    tally: Tally
    kills: Mapping[str, int]
    load: float  # the machine's load average when the run began
    crowd: str  # a line on Locust's students, if there were any

    @property
    def requests(self) -> int:
        return sum(kind.count for kind in self.kinds if kind.name != "all")

    @property
    def whole(self) -> int:
        return int(self.told["ended"] - self.told["broken"])

    @property
    def passed(self) -> bool:
        return self.tally.sound and self.whole == self.students

    def lines(self) -> list[str]:
        found = [hardware(), f"load average {self.load:.1f} when it began", self.what, ""]
        found.append(f"{'':<10} {'answers':>9} {'p50':>9} {'p95':>9} {'p99':>9}  ms")
        found += [
            f"{one.name:<10} {one.count:>9,} {one.p50:>9.1f} {one.p95:>9.1f} {one.p99:>9.1f}" for one in self.kinds
        ]
        return [*found, "", *self._rates(), *self._counts()]

    def _rates(self) -> list[str]:
        seconds, told = self.told["seconds"], self.told
        rate = f"{self.requests / seconds:,.0f} requests/s over {seconds:.1f} s"
        lines = f"{told['connections']:,} connections, {told['open_most']:,} open at once"
        if self.kills:  # what killed processes used is lost with them
            return [rate, lines]
        spent, core = self.spent, self.spent.server
        parts = f"web {spent.web:.1f}, database {spent.database:.1f}, generator {spent.generator:.1f}"
        each = f"{self.requests / core:,.0f} requests, {self.whole / core:,.1f} whole journeys"
        return [f"{rate}; CPU seconds: {parts}", f"for each second of a core of the server: {each}", lines]

    def _counts(self) -> list[str]:
        told = self.told
        other = ", ".join(f"{count:,} {name}" for name, count in self.other.items()) or "none"
        kills = ", ".join(f"{count:,} times {name}" for name, count in self.kills.items())
        return [
            *([f"killed: {kills}"] if kills else []),
            *([self.crowd] if self.crowd else []),
            f"other answers: {other}",
            f"students: {self.whole:,} of {self.students:,} handed in, {told['broken']:,} refused, "
            f"{told['journeys'] - told['ended']:,} not done in time",
            f"acknowledged {self.tally.acknowledged:,}, kept {self.tally.kept:,} ({self.tally.unheard:,} unheard of): "
            f"lost {self.tally.lost}, doubled {self.tally.doubled}, changed {self.tally.changed}",
        ]

    def row(self, date: str) -> str:
        """A row of the page's table."""
        every = next(kind for kind in self.kinds if kind.name == "all")
        cells = [
            date,
            f"{hardware()}, load {self.load:.1f}",
            self.what + (f"; {sum(self.kills.values())} kills" if self.kills else ""),
            f"{self.whole:,}",
            f"{self.requests:,}",
            f"{sum(self.other.values()):,}",
            f"{self.tally.acknowledged:,}",
            f"{self.tally.lost} / {self.tally.doubled}",
            f"{every.p50:.0f} / {every.p95:.0f} / {every.p99:.0f} ms",
            f"{self.requests / self.told['seconds']:,.0f}",
            "" if self.kills else f"{self.requests / self.spent.server:,.0f}",
            "" if self.kills else f"{self.whole / self.spent.server:,.1f}",
        ]
        return "| " + " | ".join(cells) + " |"


def kinds(plan: Plan, records: Records) -> list[Kind]:
    """The wanted answers by kind of request, and all of them together."""
    good = tally.expected(plan, records)
    of_kind, took = tally.of_kind(plan, records)[good], records["micros"][good] / 1000
    parts = [(name, took[of_kind == number]) for number, name in enumerate(KINDS)]
    return [
        Kind(name, len(part), *map(float, np.percentile(part, (50, 95, 99))))
        for name, part in [*parts, ("all", took)]
        if len(part)
    ]


def other(plan: Plan, records: Records) -> Mapping[str, int]:
    """What came where another answer was wanted, and how often."""
    statuses = records["status"][~tally.expected(plan, records)]
    return Counter(WITHOUT_REPLY.get(int(status), str(status)) for status in statuses)


def keep(page: Path, row: str) -> None:
    """Append a row to the page's table of runs."""
    lines = page.read_text(encoding="utf-8").splitlines()
    at = lines.index(HEADING)
    first = next(number for number in range(at, len(lines)) if lines[number].startswith(COLUMNS))
    after = next((n for n in range(first, len(lines)) if not lines[n].startswith("|")), len(lines))
    lines.insert(after, row)
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def hardware() -> str:
    """The machine in a line."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / (1 << 20)
    model = models[0].split(":", 1)[1].strip() if models else "unknown processor"
    return f"{os.cpu_count()} cores, {model}, {memory:.0f} GiB, shared by server, database and generator"
