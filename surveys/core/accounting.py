"""The accounting line of a batch: every picture is read, waiting, refused, blank or still pending, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from surveys.core.sheets import Outcome, Reading, Scan, Sheet

BLANK = "blank"  # the reader's word for a page with nothing on it
FOREIGN = "foreign"  # a tag of nobody's form here
REPLACED = "replaced"  # a form whose ticket has a newer one
WITHDRAWN = "withdrawn"  # a form whose ticket was taken out of the window


@dataclass(frozen=True)
class Entry:
    """One picture of a batch and what became of it; `reason` says why it waits or was refused."""

    scan: Scan
    outcome: Outcome
    reason: str = ""
    serial: str | None = None
    page: int | None = None

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
        return Entry(scan, Outcome.REFUSED, scan.problem)
    if reading is None:
        return Entry(scan, Outcome.PENDING)
    outcome, reason = _outcome(reading, sheets, dead)
    return Entry(scan, outcome, reason, reading.serial, reading.page)


def _outcome(reading: Reading, sheets: Mapping[str, Sheet], dead: Dead) -> tuple[Outcome, str]:
    if reading.problem:
        return (Outcome.BLANK, "") if reading.problem == BLANK else (Outcome.REFUSED, reading.problem)
    if reading.serial in dead.replaced:
        return Outcome.REFUSED, REPLACED
    if reading.serial in dead.withdrawn:
        return Outcome.REFUSED, WITHDRAWN
    sheet = sheets.get(reading.serial or "")
    if sheet is None:
        return Outcome.REFUSED, FOREIGN
    doubts = sorted({str(found.doubt) for found in sheet.doubts if found.page == reading.page})
    return (Outcome.WAITING, ", ".join(doubts)) if doubts else (Outcome.READ, "")
