"""Measures into marks, and marks into answers and doubts; it must never know a picture, and it never guesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum


class Mark(IntEnum):
    """What the ink of one bubble amounts to."""

    UNMARKED = 0
    MARGINAL = 1
    MARKED = 2


class Doubt(StrEnum):
    """Why the marks do not settle a question."""

    TWO_MARKS = "two-marks"
    FAINT = "faint"
    ERASED = "erased"
    DISTURBED = "disturbed"
    OUTLINE_LOST = "outline-lost"
    TEXT = "text"


@dataclass(frozen=True)
class Thresholds:
    """The numbers a judgement rests on. A change is a new version: readings stay, judgements are made again.

    Evidence: `scripts/accuracy`, which prints where blanks, rests, ghosts and marks of every pen fall."""

    version: str = "2026-11-20"
    marginal: float = 0.001  # ink: blanks of every spoiling read 0.0001, a rested pencil's dot 0.0005
    definite: float = 0.02  # ink: a hard pencil's shortest dash reads 0.02 to 0.03, what a rubber leaves 0.015 at most
    negligible: float = 0.005  # share of the answer's ink below which a marginal mark is a grain, not a second choice
    outline: float = 0.45  # match: whole outlines read 0.8 to 1, one torn away or covered in white below 0.4
    empty: float = 0.6  # match from which nothing is taken for nothing: where outlines vanish, so do light pencils
    writing: float = 0.0006  # ink share of a text box: one faint word reads 0.0013, dust in an empty box 0.0003


DEFAULT = Thresholds()


@dataclass(frozen=True)
class Measured:
    """What the reader measured for one question: a value per option in the layout's order, or one for a text box.

    `options` are option ids; for a number they are digits, with the decimal place of each in `places` (0 = ones).
    `exclusive` are the options that go with no other."""

    question: str
    kind: str
    options: tuple[str, ...]
    ink: tuple[float, ...]
    match: tuple[float, ...]
    disturbed: tuple[bool, ...]
    places: tuple[int, ...] = ()
    exclusive: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """One question settled, or not: `answer` is () when it was left blank, and None when there is a doubt."""

    question: str
    answer: tuple[str, ...] | None
    doubt: str | None


def judge(field: Measured, thresholds: Thresholds = DEFAULT) -> Judged:
    """The answer to one question, or the doubt that sends it to a person."""
    found = _SETTLE[field.kind](field, thresholds)
    return Judged(field.question, None, found) if isinstance(found, Doubt) else Judged(field.question, found, None)


def marks(field: Measured, thresholds: Thresholds = DEFAULT) -> tuple[Mark, ...]:
    """The mark in each bubble, in order."""
    return tuple(_mark(ink, thresholds) for ink in field.ink)


def _mark(ink: float, thresholds: Thresholds) -> Mark:
    if ink >= thresholds.definite:
        return Mark.MARKED
    return Mark.MARGINAL if ink >= thresholds.marginal else Mark.UNMARKED


def _one(field: Measured, thresholds: Thresholds) -> tuple[str, ...] | Doubt:
    plain = all(match >= thresholds.empty for match in field.match)  # else a light stroke shows as a grain, if at all
    thresholds = thresholds if plain else replace(thresholds, negligible=0.0)
    return _unseen(field, thresholds) or _single(field.options, field.ink, thresholds)


def _many(field: Measured, thresholds: Thresholds) -> tuple[str, ...] | Doubt:
    unseen = _unseen(field, thresholds)
    if unseen:
        return unseen
    found = marks(field, thresholds)
    if Mark.MARGINAL in found:
        return Doubt.FAINT
    marked = tuple(option for option, mark in zip(field.options, found, strict=True) if mark is Mark.MARKED)
    return Doubt.TWO_MARKS if len(marked) > 1 and not set(marked).isdisjoint(field.exclusive) else marked


def _number(field: Measured, thresholds: Thresholds) -> tuple[str, ...] | Doubt:
    """One digit per decimal place. A gap below a marked place leaves the number unknown, which is a doubt."""
    unseen = _unseen(field, thresholds)
    if unseen:
        return unseen
    digits: list[str] = []
    for place in sorted(set(field.places), reverse=True):
        column = [index for index, other in enumerate(field.places) if other == place]
        found = _single([field.options[i] for i in column], [field.ink[i] for i in column], thresholds)
        if isinstance(found, Doubt):
            return found
        if not found and digits:
            return Doubt.FAINT
        digits += found
    return (str(int("".join(digits))),) if digits else ()


def _text(field: Measured, thresholds: Thresholds) -> tuple[str, ...] | Doubt:
    if any(field.disturbed):
        return Doubt.DISTURBED
    return Doubt.TEXT if any(ink >= thresholds.writing for ink in field.ink) else ()


def _unseen(field: Measured, thresholds: Thresholds) -> Doubt | None:
    """Why a bubble of this question cannot be trusted. One is enough: the mark may be hidden just there."""
    if any(field.disturbed):
        return Doubt.DISTURBED
    if any(match < thresholds.outline for match in field.match):
        return Doubt.OUTLINE_LOST
    bare = all(ink < thresholds.marginal for ink in field.ink)
    return Doubt.OUTLINE_LOST if bare and any(match < thresholds.empty for match in field.match) else None


def _single(options: Sequence[str], ink: Sequence[float], thresholds: Thresholds) -> tuple[str, ...] | Doubt:
    found = [_mark(share, thresholds) for share in ink]
    marked = [index for index, mark in enumerate(found) if mark is Mark.MARKED]
    if len(marked) > 1:
        return Doubt.TWO_MARKS
    if not marked:
        return Doubt.FAINT if Mark.MARGINAL in found else ()
    floor = thresholds.negligible * ink[marked[0]]
    if any(mark is Mark.MARGINAL and share >= floor for mark, share in zip(found, ink, strict=True)):
        return Doubt.ERASED
    return (options[marked[0]],)


_SETTLE = {"one": _one, "many": _many, "number": _number, "text": _text}
