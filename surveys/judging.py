"""Judging: what other thresholds would make of the readings kept, and choosing them; nothing changes by itself.

A choice holds for one version of the reader, since its measures are what thresholds are fitted on (decision 17).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from paper.read import READER_VERSION
from surveys.core.access import Account, Action, Scope, demand
from surveys.core.judging import Change, Comparison, Copies, column, table
from surveys.core.marking import Judged, Thresholds, judge
from surveys.core.refusals import Conflict, Refused
from surveys.core.sheets import Found, fields, measured
from surveys.core.sheets import standing as standing_of
from surveys.core.stamp import Stamp
from surveys.store import papers, rulings, scans, sheets, stacks, thresholds, windows
from surveys.store.activity import note_by
from surveys.store.database import Session
from surveys.store.thresholds import Chosen

Verdicts = Mapping[str, Judged]
FEWEST = 10  # sheets, as many as a group in a report


@dataclass(frozen=True)
class Preview:
    """What thresholds would change in a district: by both sets, over all its windows. `ruled` are questions judged
    otherwise that a person has settled: their ruling stands, and nothing changes for them."""

    old: Thresholds
    new: Thresholds
    comparison: Comparison
    ruled: int


@dataclass(frozen=True)
class Seen:
    """What a sheet says to a question, on which scan; `found` where a person ruled, or several scans say it."""

    scan: str
    judged: Judged
    found: Found | None = None

    @property
    def ruled(self) -> bool:
        return self.found is not None and self.found.ruled

    @property
    def text(self) -> str:
        return self.found.text if self.found else ""


@dataclass(frozen=True)
class Reread:
    """Two versions of the reader over the same pictures: pages that only one of them could read, and of the questions
    that both saw how many they answer differently."""

    pages: int
    questions: int
    changed: int


def standing(session: Session, by: Account) -> Thresholds:
    """What the account's district judges by."""
    demand(by, Action.REVIEW, by.scope)
    return thresholds.standing(session, Scope(by.scope.district), READER_VERSION)


def history(session: Session, by: Account) -> list[Chosen]:
    """Every choice for the present reader, newest first."""
    demand(by, Action.REVIEW, by.scope)
    return thresholds.history(session, Scope(by.scope.district), READER_VERSION)


def preview(session: Session, by: Account, new: Thresholds) -> Preview:
    """Judge everything that came back anew, and keep nothing."""
    demand(by, Action.RELEASE, by.scope)
    where = Scope(by.scope.district)
    old = thresholds.standing(session, where, READER_VERSION)
    found, settled = Comparison(), 0
    for window in windows.windows(session, where):
        part, copied = Comparison(), Copies()
        for stack in stacks.of_window(session, where, window.id, READER_VERSION):
            part.add(table(stack), old, new)
            copied.add(stack)
        ruled = _ruled(session, where, window.id)
        settled += sum(change.spot in ruled for change in part.changes)
        several = {change.serial for change in part.changes if change.serial in copied.serials}
        kept = [c for c in part.changes if c.spot not in ruled and c.serial not in several]
        part.changes[:] = kept + _of_copies(session, where, several, (old, new))
        found.take(part)
    return Preview(old, new, found, settled)


def choose(session: Session, by: Account, new: Thresholds, why: str, stamp: Stamp) -> Chosen:
    """Judge by other thresholds from now on. Conflict when there are some by this name."""
    demand(by, Action.RELEASE, by.scope)
    where = Scope(by.scope.district)
    chosen = Chosen(new, READER_VERSION, why, stamp.now, by.id)
    if not thresholds.add(session, where, chosen):
        raise Conflict(f"{new.version}: there are thresholds by this name; choose another")
    note_by(session, by, stamp, ("thresholds chosen", new.version, {"why": why}))
    return chosen


def reread(session: Session, by: Account, where: Scope, batch: str, older: str) -> Reread:
    """What the present reader saw otherwise than an older one in the pictures of a batch, each by its thresholds."""
    demand(by, Action.SCAN, where)
    scans.batch(session, where, batch)
    hashes = {scan.scan for scan in scans.scans(session, where, batch) if scan.scan}
    before, after = (_verdicts(session, where, hashes, reader) for reader in (older, READER_VERSION))
    both = before.keys() & after.keys()
    pages = sum((before[scan] is None) != (after[scan] is None) for scan in both)
    pairs = [(before[scan], after[scan]) for scan in both]
    asked = [(old[name], new[name]) for old, new in pairs if old and new for name in old.keys() & new.keys()]
    return Reread(pages, len(asked), sum(old != new for old, new in asked))


def answers(session: Session, by: Account, window: str, question: str) -> list[Seen]:
    """What every sheet of a district says to one question, in the order of the scans' hashes, which is nobody's.

    Refused for few sheets: among those one would know a child by the language or the hand."""
    demand(by, Action.RELEASE, by.scope)
    where = Scope(by.scope.district)
    judged_by = thresholds.standing(session, where, READER_VERSION)
    given, copied = rulings.of_window(session, where, window), Copies()
    found: dict[str, Seen] = {}
    for stack in stacks.of_window(session, where, window, READER_VERSION):
        copied.add(stack)
        found |= {serial: Seen(scan, judged) for serial, scan, judged in column(table(stack), question, judged_by)}
    if len(found) < FEWEST:
        raise Refused(f"{len(found)} sheets came back; from {FEWEST} on their answers can be looked at")
    together = papers.by_serials(session, where, found.keys() & (copied.serials | set(given)))
    for sheet in sheets.came_back(session, where, together, READER_VERSION):
        one = sheet.found[question]
        found[sheet.form.serial] = Seen(one.scan, _judged(one), one)
    return sorted(found.values(), key=lambda seen: seen.scan)


def _verdicts(session: Session, where: Scope, hashes: Collection[str], reader: str) -> dict[str, Verdicts | None]:
    """By scan what a reader's measures amount to, by question; None where it could not read the page."""
    here = Scope(where.district)
    readings = scans.readings(session, here, hashes, reader)
    judged_by = thresholds.standing(session, here, reader)
    layouts = papers.layouts(session, here, {r.layout for r in readings.values() if r.layout and not r.problem})
    asked = {digest: fields(layout) for digest, layout in layouts.items()}
    return {
        scan: None
        if reading.problem or reading.layout not in asked
        else {m.question: judge(measured(asked[reading.layout][m.question], m), judged_by) for m in reading.fields}
        for scan, reading in readings.items()
    }


def _ruled(session: Session, where: Scope, window: str) -> set[tuple[str, str]]:
    """The questions of a window, by serial, that a person has settled."""
    given = rulings.of_window(session, where, window)
    return {(serial, question) for serial, several in given.items() for question in standing_of(several)}


def _of_copies(
    session: Session, where: Scope, serials: Collection[str], by: tuple[Thresholds, Thresholds]
) -> list[Change]:
    """What changes on sheets with several scans of one page, brought together as all sheets are."""
    forms = papers.by_serials(session, where, serials)
    before, after = (sheets.came_back(session, where, forms, READER_VERSION, numbers) for numbers in by)
    return [
        Change(seen.scan, one.form.serial, question, _judged(seen), _judged(other.found[question]))
        for one, other in zip(before, after, strict=True)
        for question, seen in one.found.items()
        if _judged(seen) != _judged(other.found[question])
    ]


def _judged(found: Found) -> Judged:
    """A question of a whole sheet; two scans that differ leave a doubt too."""
    return Judged(found.question, None if found.doubt else found.options, found.doubt)
