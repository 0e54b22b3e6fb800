"""A booklet: words on their way to a translator and back, and what taking them back would change. Knows no file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from surveys.core.entries import one_line
from surveys.core.refusals import BadFile

LONGEST = 4000  # characters of one text, many times the longest there is: what is longer is a mistake


@dataclass(frozen=True)
class Unit:
    """One text. `key` is its name for good; `source` the hash of the English it goes with (see `digest`)."""

    key: str
    english: str
    text: str = ""
    status: str = "missing"
    note: str = ""
    source: str = ""


@dataclass(frozen=True)
class Booklet:
    """The words of one survey version, or of pages (`version` empty), in one locale."""

    name: str
    version: str
    locale: str
    units: tuple[Unit, ...]
    direction: str = "ltr"

    @property
    def label(self) -> str:
        return " ".join(filter(None, (self.name, self.version, self.locale)))


class Fate(StrEnum):
    """What becomes of a text that came back."""

    NEW = "new"  # there was none
    CHANGED = "changed"
    SAME = "same"
    EMPTY = "empty"  # nothing came back: what is there stays
    OUTDATED = "outdated"  # the English has changed since it went out: somebody must say whether its meaning did


@dataclass(frozen=True)
class Change:
    """One text that came back, beside what is there now and the English of now."""

    fate: Fate
    unit: Unit
    before: str
    english: str


def digest(english: str) -> str:
    """Names an English text: 16 hex digits of the SHA-256 of its words, however they are spaced."""
    return hashlib.sha256(one_line(english).encode()).hexdigest()[:16]


def compare(now: Booklet, back: Booklet) -> list[Change]:
    """What taking `back` would do to `now`, in the order of `now`; BadFile when it is not of this booklet at all.

    A key that is not known is an error, as is one that comes twice: nothing of such a file is taken.
    """
    if (now.name, now.version, now.locale) != (back.name, back.version, back.locale):
        raise BadFile(f"this file is of {back.label}; take it in as that, or export {now.label} anew")
    known = {unit.key: unit for unit in now.units}
    returned: dict[str, Unit] = {}
    for unit in back.units:
        if unit.key not in known:
            raise BadFile(f"{unit.key}: no text of {now.label} has this id; keep the ids as they were exported")
        if unit.key in returned:
            raise BadFile(f"{unit.key}: comes twice; keep one of the two")
        if len(unit.text) > LONGEST:
            raise BadFile(f"{unit.key}: is {len(unit.text)} characters long; write at most {LONGEST}")
        returned[unit.key] = unit
    return [_change(known[key], returned[key]) for key in known if key in returned]


def _change(now: Unit, back: Unit) -> Change:
    return Change(_fate(now, back), back, now.text, now.english)


def _fate(now: Unit, back: Unit) -> Fate:
    if not back.text.strip():
        return Fate.EMPTY
    if back.source != now.source:
        return Fate.OUTDATED
    if back.text == now.text:
        return Fate.SAME
    return Fate.CHANGED if now.text else Fate.NEW


def taken(changes: list[Change], typos: frozenset[str]) -> Iterator[Change]:
    """The changes that may be taken: an outdated text only when its key is among `typos`, where the English was
    mended and means what it meant."""
    for change in changes:
        if change.fate in (Fate.NEW, Fate.CHANGED) or (change.fate is Fate.OUTDATED and change.unit.key in typos):
            yield change
