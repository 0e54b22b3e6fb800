"""How reviewing goes: how many rulings each person gave, how long they looked, and how often two saw the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from surveys.core.review import HELD, Spot, Turn
from surveys.core.sheets import Ruling

Given = Mapping[str, Sequence[Ruling]]  # by serial, oldest first


@dataclass(frozen=True)
class Pair:
    """A question that two people looked at, the second without knowing what the first had ruled."""

    spot: Spot
    first: Ruling
    second: Ruling

    @property
    def agreed(self) -> bool:
        return sorted(self.first.options) == sorted(self.second.options)


@dataclass(frozen=True)
class Work:
    """One person's part: rulings given, the median of seconds looked at a mark and at handwriting (None where nothing
    was timed), and of the questions that another person looked at as well, how many they agreed on."""

    by: str
    rulings: int
    marks: float | None
    typing: float | None
    compared: int
    agreed: int


def work(given: Given, turns: Mapping[str, Turn], texts: Collection[str]) -> list[Work]:
    """Everybody's part, in the order of their names' letters and no other; `texts` are the open questions."""
    people = defaultdict(list)
    for ruling in (ruling for several in given.values() for ruling in several if not ruling.withdrawn):
        people[ruling.by].append(ruling)
    both = pairs(given, turns, texts)
    return [_part(by, people[by], (turns, texts), both) for by in sorted(people)]


def pairs(given: Given, turns: Mapping[str, Turn], texts: Collection[str]) -> list[Pair]:
    """Every question that two people looked at, handwriting left out: no two people type it alike."""
    found = []
    for several in given.values():
        for first, second in _looks(several):
            shown = turns.get(first.turn or "") or turns.get(second.turn or "")
            if shown and first.question not in texts:
                found.append(Pair((shown.scan, first.question), first, second))
    return sorted(found, key=lambda pair: pair.spot)


def _looks(several: Sequence[Ruling]) -> Iterator[tuple[Ruling, Ruling]]:
    """Each blind look that was not taken back, with the ruling that stood when it was kept."""
    for look in several:
        before = [r for r in several if r.question == look.question and r.number < look.number and not r.blind]
        after = (r for r in several if r.question == look.question and r.number > look.number and r.blind)
        back = any(r.withdrawn and r.by == look.by for r in after)
        if look.blind and not look.withdrawn and not back and before and not before[-1].withdrawn:
            yield before[-1], look


def _part(
    by: str, mine: Sequence[Ruling], about: tuple[Mapping[str, Turn], Collection[str]], both: Sequence[Pair]
) -> Work:
    turns, texts = about
    marks = [s for r in mine if r.question not in texts and (s := seconds(r, turns)) is not None]
    typing = [s for r in mine if r.question in texts and (s := seconds(r, turns)) is not None]
    shared = [pair for pair in both if by in (pair.first.by, pair.second.by)]
    agreed = sum(pair.agreed for pair in shared)
    return Work(by, len(mine), _middle(marks), _middle(typing), len(shared), agreed)


def _middle(times: Sequence[float]) -> float | None:
    return median(times) if times else None


def seconds(ruling: Ruling, turns: Mapping[str, Turn]) -> float | None:
    """How long somebody looked before they ruled; None where that is not known, or they went away meanwhile."""
    turn = turns.get(ruling.turn or "")
    if turn is None or (turn.by, turn.question) != (ruling.by, ruling.question) or ruling.at - turn.at > HELD:
        return None
    return max((ruling.at - turn.at).total_seconds(), 0.0)
