"""What waits for a person on the sheets that came back, who looks at what, and what a person may rule.

Nothing here names a sheet: a doubt is known by its scan, whose hash stands on no paper (decision 14).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from surveys.core.instrument import Kind
from surveys.core.marking import Doubt
from surveys.core.refusals import NotAnAnswer, NotFound
from surveys.core.responses import LONGEST_TEXT, whole_number
from surveys.core.sheets import Found, Ruling, Sheet, exclusive, fields, standing

HELD = timedelta(minutes=5)  # a doubt is left to whoever looks at it for so long, handwriting included
SAMPLE = 32  # of 256: one settled doubt in eight is shown to a second person, who does not know the ruling

Spot = tuple[str, str]  # a doubt by its scan and question


@dataclass(frozen=True)
class Waiting:
    """A question that waits for a person: where it stands, why, and which options may be ruled."""

    scan: str
    question: str
    kind: Kind
    reason: str
    options: tuple[str, ...]

    @property
    def spot(self) -> Spot:
        return self.scan, self.question


@dataclass(frozen=True)
class Turn:
    """A doubt put before a person: at which desk (one browser), since when."""

    id: str
    window: str
    scan: str
    question: str
    desk: str
    at: datetime
    by: str

    @property
    def spot(self) -> Spot:
        return self.scan, self.question


@dataclass(frozen=True)
class Decision:
    """What a person saw on a scan: the options marked, a number as one option, or a text; neither is "left blank".

    `after` is how many rulings the question had when it was shown, None where nobody looked; `turn` when that was."""

    scan: str
    question: str
    options: tuple[str, ...] = ()
    text: str = ""
    after: int | None = None
    turn: str | None = None


@dataclass(frozen=True)
class Round:
    """The doubts in the order they are ruled on, around and around, and where somebody asked to go on, if they did."""

    doubts: tuple[Waiting, ...]
    start: int | None = None

    def next(self, taken: Collection[Spot], mine: Spot | None) -> Waiting | None:
        """The doubt for a desk: from the start on the first that is not taken. Without a start it is the one this desk
        had, else one far from all that are taken. None when all are."""
        places = {doubt.spot: number for number, doubt in enumerate(self.doubts)}
        start = places.get(mine) if self.start is None and mine else self.start
        if start is None:
            start = opening(len(self.doubts), [places[spot] for spot in taken if spot in places])
        ring = [*self.doubts[start:], *self.doubts[:start]]
        return next((doubt for doubt in ring if doubt.spot not in taken), None)


def waiting(
    sheets: Sequence[Sheet],
    layouts: Mapping[str, Mapping[str, Any]],
    given: Mapping[str, Sequence[Ruling]] | None = None,
    by: str = "",
) -> list[Waiting]:
    """Every doubt of the sheets, in the order of their scans' hashes, which is nobody's; `layouts` by hash.

    With the rulings given so far by serial, also the settled ones that `by` should look at without knowing."""
    found = []
    for sheet in sheets:
        rulings = (given or {}).get(sheet.form.serial, ())
        for question, field in fields(layouts[sheet.form.layout]).items():
            seen = sheet.found.get(question)
            if seen and (seen.doubt or second_look(seen, rulings, by)):
                why = (Kind(field["kind"]), seen.doubt or seen.was or "")
                found.append(Waiting(seen.scan, question, *why, option_ids(field)))
    return sorted(found, key=lambda doubt: doubt.scan)


def second_look(found: Found, given: Sequence[Ruling], by: str) -> bool:
    """Whether `by` is asked about a question that somebody else settled: a sample, once, and no handwriting."""
    if not found.ruled or found.was in (None, Doubt.TEXT) or not sampled((found.scan, found.question)):
        return False
    mine = [ruling for ruling in given if ruling.question == found.question]
    stands = standing(mine).get(found.question)
    return stands is not None and stands.by != by and look_at(mine, stands) is None


def look_at(given: Iterable[Ruling], stands: Ruling) -> Ruling | None:
    """What somebody saw in a question without knowing the ruling that stands, unless they took it back."""
    blind = [r for r in given if r.blind and r.question == stands.question and r.number > stands.number]
    return blind[-1] if blind and not blind[-1].withdrawn else None


def held(turns: Iterable[Turn], desk: str, now: datetime) -> frozenset[Spot]:
    """What other desks look at: the newest doubt of each, for a while."""
    newest = {turn.desk: turn for turn in sorted(turns, key=lambda turn: turn.at)}
    return frozenset(turn.spot for name, turn in newest.items() if name != desk and now - turn.at < HELD)


def opening(size: int, taken: Collection[int]) -> int:
    """Where in a round of `size` doubts somebody begins: at the first, or as far as can be from where others are."""
    if not taken:
        return 0
    places = sorted(taken)
    onward = [*places[1:], places[0] + size]
    gap, start = max((after - place, -place) for place, after in zip(places, onward, strict=True))
    return (gap // 2 - start) % size


def sampled(spot: Spot) -> bool:
    """Whether a second person is asked about a settled doubt: by its hash, so that nobody chooses which."""
    return hashlib.sha256(" ".join(spot).encode()).digest()[0] < SAMPLE


def checked(decision: Decision, layout: Mapping[str, Any]) -> Decision:
    """The decision with a number as every door writes it; NotFound when the sheet has no such question, NotAnAnswer
    when the ruling cannot be an answer to it."""
    field = fields(layout).get(decision.question)
    if field is None:
        raise NotFound(f"{decision.question}: no such question on this sheet")
    kind = Kind(field["kind"])
    if decision.text and kind is not Kind.TEXT:
        raise NotAnAnswer(f"{decision.question}: rule on its options, not with a text")
    if len(decision.text) > LONGEST_TEXT:
        raise NotAnAnswer(f"{decision.question}: {len(decision.text)} characters; {LONGEST_TEXT} fit")
    if kind is not Kind.MANY and len(decision.options) > 1:
        raise NotAnAnswer(f"{decision.question}: one option at most")
    if kind is Kind.NUMBER:
        digits = 1 + max(bubble["place"] for bubble in field["bubbles"])
        numbers = tuple(whole_number(decision.question, option, digits) for option in decision.options)
        return replace(decision, options=numbers)
    known = option_ids(field)
    for option in decision.options:
        if option not in known:
            raise NotAnAnswer(f"{decision.question}: {option!r} is not one of its options")
    if len(decision.options) > 1 and not set(decision.options).isdisjoint(exclusive(field)):
        raise NotAnAnswer(f"{decision.question}: an exclusive option goes with no other")
    return decision


def option_ids(field: Mapping[str, Any]) -> tuple[str, ...]:
    """The options of a field; of a number each digit once."""
    return tuple(dict.fromkeys(bubble["option"] for bubble in field["bubbles"]))
