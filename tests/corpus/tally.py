"""Counting what became of the corpus' fields, and the tables that say so."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count

from tests.corpus.family import ORDINARY, Answer, Drawn
from tests.corpus.fitted import FITTED
from tests.corpus.heldout import HELD_OUT
from tests.corpus.naive import naive
from tests.corpus.pages import dice, make, read_back, sheet_for

FAMILIES = {family.name: family for family in (FITTED, HELD_OUT)}
MOST_ASKED, MOST_ASKED_HARD = 0.005, 0.03  # needless doubts as a share of all fields: ordinary pages, each hard set
OFTEN = 4  # ordinary pages for each page of a hard set: most of what schools scan is ordinary
Job = tuple[str, str, str, int]  # family, set, pen, seed
Key = tuple[str, str, str, str]  # family, set, pen, what was drawn


@dataclass
class Tally:
    """Fields, and what became of them. `silent`: not what was drawn, and nothing said. `doubts`: asked although the
    mark was plain. `rightly`: asked where only a person can tell, or where little more than remains is there."""

    fields: int = 0
    silent: int = 0
    doubts: int = 0
    rightly: int = 0
    refused: int = 0

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def asked(self) -> float:
        """Needless doubts as a share of the fields."""
        return self.doubts / max(self.fields, 1)


@dataclass(frozen=True)
class Sample:
    """Which pages: so many fields of a family, in some sets."""

    family: str
    fields: int
    sets: tuple[str, ...] = ()
    seed: int = 0


def jobs(sample: Sample) -> Iterator[Job]:
    """Pages, set by set and pen by pen, until there are so many fields."""
    family, fields = FAMILIES[sample.family], 0
    sets = [(kind, 0) for kind in sample.sets or family.sets]
    sets += [(ORDINARY, more) for more in range(1, OFTEN) if not sample.sets]
    for turn in count(sample.seed):
        for number, (kind, more) in enumerate(sets):
            pens = family.pens_for(kind)
            job = (family.name, kind, pens[(turn + number) % len(pens)], turn * OFTEN + more)
            fields += len(sheet_for(dice(family, *job[1:]))[1].page.fields)
            yield job
            if fields >= sample.fields:
                return


def page(job: Job, loud: bool = False) -> dict[Key, Tally]:
    """What became of one page, read by the house's own reader; silent errors are told, and with `loud` doubts too."""
    made = make(FAMILIES[job[0]], *job[1:])
    problem, judged, measures = read_back(made)
    if problem and loud:
        sys.stderr.write(f"{job} {problem}\n")
    found: dict[Key, Tally] = defaultdict(Tally)
    for question, drawn in made.drawn.items():
        tally = Tally(1, refused=1) if problem else weigh(drawn, judged[question].answer)
        found[(*job[:3], drawn.style)].add(tally)
        if tally.silent or (loud and tally.doubts):
            sys.stderr.write(f"{job} {drawn} {judged[question]} {measures[question]}\n")
    return found


def weigh(drawn: Drawn, answer: Answer | None) -> Tally:
    """One field: what was drawn, and what was read (None: asked)."""
    if answer is not None:
        return Tally(1, silent=int(answer != drawn.answer))
    if drawn.answer is None or drawn.asked:
        return Tally(1, rightly=1)
    return Tally(1, doubts=1)


def beside(job: Job) -> dict[Key, Tally]:
    """One page read by the naive reader."""
    made = make(FAMILIES[job[0]], *job[1:])
    answers = naive(made)
    found: dict[Key, Tally] = defaultdict(Tally)
    for question, drawn in made.drawn.items():
        found[(*job[:3], drawn.style)].add(weigh(drawn, answers[question]) if answers else Tally(1, refused=1))
    return found


def gather(each: Callable[[Job], Mapping[Key, Tally]], todo: Iterable[Job], workers: int) -> dict[Key, Tally]:
    """All pages, in several processes."""
    found: dict[Key, Tally] = defaultdict(Tally)
    with ProcessPoolExecutor(workers) as pool:
        for tallies in pool.map(each, todo, chunksize=4):
            for key, tally in tallies.items():
                found[key].add(tally)
    return found


def rows(found: Mapping[Key, Tally], part: int) -> dict[str, Tally]:
    """Added up by one part of the key."""
    sums: dict[str, Tally] = defaultdict(Tally)
    for key, tally in found.items():
        sums[key[part]].add(tally)
    return sums


def of(found: Mapping[Key, Tally], family: str) -> dict[Key, Tally]:
    return {key: tally for key, tally in found.items() if key[0] == family}


def total(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    return whole


HEAD = f"{'':16} fields  silent  doubts %  rightly %  refused %"


def line(name: str, tally: Tally, most: float | None = None) -> str:
    """A row; one with more needless doubts than `most` says so."""
    shares = (100 * value / max(tally.fields, 1) for value in (tally.doubts, tally.rightly, tally.refused))
    doubts, rightly, refused = shares
    over = f"  over {most:.1%}" if most is not None and tally.asked > most else ""
    return f"{name:16} {tally.fields:6} {tally.silent:7} {doubts:9.2f} {rightly:10.2f} {refused:10.2f}{over}"


def table(found: Mapping[Key, Tally], part: int, title: str) -> Iterator[str]:
    yield f"{title:16}{HEAD[16:]}"
    for name, tally in rows(found, part).items():
        yield line(name, tally, (MOST_ASKED if name == ORDINARY else MOST_ASKED_HARD) if part == 1 else None)
    yield ""


def side_by_side(found: Mapping[Key, Tally], others: Mapping[Key, Tally]) -> Iterator[str]:
    """For each set: wrong in silence, asked and refused, the house's reader beside the naive one."""
    yield "| Set | Fields | Silent | Asked % | Refused % | Naive: silent | Asked % | Refused % |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    both = rows(found, 1), rows(others, 1)
    for name in (*both[0], "all"):
        one, other = ((sums.get(name) or total(sums.values())) for sums in both)
        cells = [f"{one.fields}", *_cells(one), *_cells(other)]
        yield f"| {name} | {' | '.join(cells)} |"


def _cells(tally: Tally) -> Sequence[str]:
    share = 100 / max(tally.fields, 1)
    return f"{tally.silent}", f"{(tally.doubts + tally.rightly) * share:.1f}", f"{tally.refused * share:.1f}"
