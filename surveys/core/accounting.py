"""The accounting line of a batch: every picture is read, waiting, refused, blank or still pending, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from surveys.core.sheets import Outcome, Reading, Scan, Sheet

BLANK = "blank"  # the reader's word for a page with nothing on it
FOREIGN = "foreign"  # a tag of nobody's form here
REPLACED = "replaced"  # a form whose ticket has a newer one
WITHDRAWN = "withdrawn"  # a form whose ticket was taken out of the window


class Stage(StrEnum):
    """What is done with a batch, in order; a picture that goes no further stopped at one of them."""

    RECEIVED = "received"
    UNPACKED = "unpacked"
    READ = "read"
    JUDGED = "judged"
    MERGED = "merged"


@dataclass(frozen=True)
class Entry:
    """One picture of a batch and what became of it; `reason` says why it waits or was refused, `stage` how far it came.
    What went all the way is at MERGED as well."""

    scan: Scan
    outcome: Outcome
    reason: str = ""
    serial: str | None = None
    page: int | None = None
    stage: Stage = Stage.MERGED

    @property
    def unread(self) -> bool:
        """Whether a person may look at the picture for what is wrong with it: the answers of no other are shown."""
        return self.outcome is Outcome.REFUSED and self.reason not in (REPLACED, WITHDRAWN)


@dataclass(frozen=True)
class Accounting:
    """One batch accounted for. `files` are uploads whose pictures were not taken out yet; `incomplete` are forms with
    pages that never came, by serial."""

    entries: tuple[Entry, ...]
    files: int
    incomplete: Mapping[str, tuple[int, ...]]

    def count(self, outcome: Outcome) -> int:
        return sum(entry.outcome is outcome for entry in self.entries)

    @property
    def line(self) -> dict[str, int]:
        """in = read + waiting + refused + blank + pending, exactly."""
        return {"in": len(self.entries)} | {str(outcome): self.count(outcome) for outcome in Outcome}

    @property
    def gaps(self) -> list[tuple[Entry, tuple[int, ...]]]:
        """A picture of each incomplete form, and the pages that never came."""
        first = {entry.serial: entry for entry in reversed(self.entries) if entry.serial}
        return [(first[serial], pages) for serial, pages in self.incomplete.items()]

    @property
    def settled(self) -> bool:
        """Nothing waits for a machine."""
        return not self.files and not self.count(Outcome.PENDING)


@dataclass(frozen=True)
class Dead:
    """The serials of forms that no longer count."""

    replaced: Collection[str] = ()
    withdrawn: Collection[str] = ()


def account(
    scans: Sequence[Scan], readings: Mapping[str, Reading], sheets: Mapping[str, Sheet], dead: Dead, files: int = 0
) -> Accounting:
    """Every scan with its outcome; `readings` by the scan's hash, `sheets` by serial: those of the living forms."""
    entries = tuple(_entry(scan, readings.get(scan.scan or ""), sheets, dead) for scan in scans)
    missing = {serial: sheet.missing for serial, sheet in sheets.items() if sheet.missing}
    return Accounting(entries, files, missing)


def _entry(scan: Scan, reading: Reading | None, sheets: Mapping[str, Sheet], dead: Dead) -> Entry:
    if scan.problem:
        return Entry(scan, Outcome.REFUSED, scan.problem, stage=Stage.UNPACKED)
    if reading is None:
        return Entry(scan, Outcome.PENDING, stage=Stage.READ)
    outcome, reason, stage = _outcome(reading, sheets, dead)
    return Entry(scan, outcome, reason, reading.serial, reading.page, stage)


def _outcome(reading: Reading, sheets: Mapping[str, Sheet], dead: Dead) -> tuple[Outcome, str, Stage]:
    if reading.problem:
        blank = reading.problem == BLANK
        return (Outcome.BLANK, "", Stage.READ) if blank else (Outcome.REFUSED, reading.problem, Stage.READ)
    if reading.serial in dead.replaced:
        return Outcome.REFUSED, REPLACED, Stage.MERGED
    if reading.serial in dead.withdrawn:
        return Outcome.REFUSED, WITHDRAWN, Stage.MERGED
    sheet = sheets.get(reading.serial or "")
    if sheet is None:
        return Outcome.REFUSED, FOREIGN, Stage.MERGED
    doubts = sorted({str(found.doubt) for found in sheet.doubts if found.page == reading.page})
    return (Outcome.WAITING, ", ".join(doubts), Stage.JUDGED) if doubts else (Outcome.READ, "", Stage.MERGED)


@dataclass(frozen=True)
class Span:
    """When the first and the last of something was kept."""

    first: datetime
    last: datetime

    @property
    def took(self) -> timedelta:
        return self.last - self.first


@dataclass(frozen=True)
class Read:
    """What one version of the reader read of a batch: pictures, how many of them with a problem, and when.

    `since` leaves out those that it had read already when they came in again."""

    reader: str
    pages: int
    problems: int
    span: Span
    since: Span | None


@dataclass(frozen=True)
class Progress:
    """How far a batch has come, without looking into any page: files and pictures, and when each stage was reached.

    `unreadable` are pictures that could not be taken out; `before` are batches, as (id, name, pictures), that some of
    these pictures came in with earlier."""

    received: datetime
    files: int
    unpacked: int
    unpacking: Span | None
    pages: int
    unreadable: int
    reads: tuple[Read, ...]
    before: tuple[tuple[str, str, int], ...]
    reader: str

    @property
    def now(self) -> Read | None:
        """What the present version of the reader read."""
        return next((read for read in self.reads if read.reader == self.reader), None)

    @property
    def earlier(self) -> list[Read]:
        """What older versions of the reader read of the same pictures."""
        return [read for read in self.reads if read.reader != self.reader]

    @property
    def looked(self) -> int:
        """Pictures that nothing more is to be done with before they are judged."""
        return self.unreadable + (self.now.pages if self.now else 0)

    @property
    def settled(self) -> bool:
        """Nothing waits for a machine."""
        return self.unpacked == self.files and self.looked == self.pages

    def seconds_left(self, now: datetime) -> int | None:
        """How long reading takes yet, at the speed so far; None where that cannot be told."""
        done = self.now.pages if self.now else 0
        passed = (now - self.now.since.first).total_seconds() if self.now and self.now.since else 0.0
        if done < 8 or passed < 2 or self.unpacked < self.files:
            return None
        return round((self.pages - self.looked) * passed / done)
