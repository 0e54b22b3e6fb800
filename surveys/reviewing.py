"""Reviewing: people see what a machine would have to guess, and rule on it; every ruling is kept with who and when.

They ask by a scan's hash, never by a serial, which stands on the sheet and beside a name (decision 14).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from paper import Layout, overlay
from paper.layout import from_json
from paper.picture import decode
from paper.read import READER_VERSION
from paper.read import Measure as SeenMeasure
from paper.read import Reading as Seen
from surveys.core import judging, review
from surveys.core.access import Account, Action, Scope, demand, may
from surveys.core.instrument import Kind
from surveys.core.judging import Copies
from surveys.core.refusals import Conflict, NotFound
from surveys.core.review import Decision, Round, Turn, Waiting
from surveys.core.sheets import Form, Reading, Ruling, Sheet, standing
from surveys.core.stamp import Stamp
from surveys.core.work import Pair, Work, pairs
from surveys.core.work import work as work_of
from surveys.store import papers, rulings, scans, stacks, thresholds, tickets
from surveys.store.activity import note_by
from surveys.store.database import Session
from surveys.store.objects import Objects
from surveys.store.sheets import came_back, layouts_of


@dataclass(frozen=True)
class Trace:
    """Everything that an answer on paper rests on: the sheet, its layout, what was measured, and every ruling."""

    sheet: Sheet
    layout: Mapping[str, Any]
    readings: tuple[Reading, ...]
    rulings: tuple[Ruling, ...]


@dataclass(frozen=True)
class Desk:
    """One browser at the review desk of a window: two people may share an account, and never a desk."""

    id: str
    window: str


@dataclass(frozen=True)
class Shown:
    """A doubt put on a desk: in which turn, how many rulings it had then, and how many doubts others look at."""

    doubt: Waiting
    turn: str
    after: int
    others: int


@dataclass(frozen=True)
class Reviewed:
    """What people did at the desk, and what two of them saw differently."""

    parts: list[Work]
    differing: list[Pair]


def doubts(session: Session, by: Account, where: Scope, window: str) -> list[Waiting]:
    """What waits for a person in a place, page by page."""
    demand(by, Action.REVIEW, where)
    return _waiting(session, where, window, "")


def queue(session: Session, by: Account, where: Scope, window: str) -> list[Waiting]:
    """What a person is asked: the doubts of a place, and of those that others settled the ones looked at twice."""
    demand(by, Action.REVIEW, where)
    return _waiting(session, where, window, by.id)


def take(session: Session, by: Account, desk: Desk, around: Round, stamp: Stamp) -> Shown | None:
    """Put the next doubt that nobody else looks at on a desk; None when others look at all of them."""
    demand(by, Action.REVIEW, by.scope)
    where = Scope(by.scope.district)
    rulings.hold(session, where, desk.window)
    recent = rulings.open_turns(session, where, desk.window, stamp.now - review.HELD)
    mine = [turn for turn in recent if turn.desk == desk.id][-1:]
    others = review.held(recent, desk.id, stamp.now)
    doubt = around.next(others, mine[0].spot if mine else None)
    if doubt is None:
        return None
    form, _ = _seen_on(session, by, doubt.scan)
    after = len(_rulings(session, form, doubt.question))
    if mine and mine[0].spot == doubt.spot:  # the page was asked for again: the clock runs on
        return Shown(doubt, mine[0].id, after, len(others))
    turn = Turn(stamp.new_id(), desk.window, doubt.scan, doubt.question, desk.id, stamp.now, by.id)
    rulings.begin(session, where, turn)
    return Shown(doubt, turn.id, after, len(others))


def work(session: Session, by: Account, window: str, texts: Collection[str]) -> Reviewed:
    """How reviewing goes in a window: one's own part; of everybody for who may release its results."""
    demand(by, Action.REVIEW, by.scope)
    where = Scope(by.scope.district)
    given = rulings.of_window(session, where, window)
    turns = {turn.id: turn for turn in rulings.turns(session, where, window)}
    everybody = may(by, Action.RELEASE, by.scope)
    parts = [part for part in work_of(given, turns, texts) if everybody or part.by == by.id]
    both = [pair for pair in pairs(given, turns, texts) if everybody or by.id in (pair.first.by, pair.second.by)]
    return Reviewed(parts, [pair for pair in both if not pair.agreed])


def rule(session: Session, by: Account, decision: Decision, stamp: Stamp) -> Ruling:
    """Keep a person's decision on one question of a sheet; NotAnAnswer when it cannot be one. The ruling that stands.

    That is another person's, where theirs came first or a second look was asked for: then this one is kept as a blind
    one, which settles nothing.
    """
    form, _ = _seen_on(session, by, decision.scan)
    layouts = papers.layouts(session, Scope(form.district), {form.layout})
    decision = review.checked(decision, layouts[form.layout])
    while True:
        given = _rulings(session, form, decision.question)
        stands = standing(given).get(decision.question)
        if stands and decision.after is not None and stands.number > decision.after and stands.by == by.id:
            return stands  # the same account ruled at another desk
        blind = bool(stands and decision.after is not None and stands.by != by.id)
        ruling = replace(_ruling(form, decision, len(given) + 1, by, stamp), blind=blind)
        if rulings.add(session, Scope(form.district), ruling):  # else somebody ruled in the same moment
            note_by(session, by, stamp, ("ruling given", form.serial, {"question": decision.question, "blind": blind}))
            return stands if stands and blind else ruling


def undo(session: Session, by: Account, scan: str, question: str, stamp: Stamp) -> Ruling:
    """Take the standing ruling on a question back: it waits again. Conflict when there is none."""
    form, _ = _seen_on(session, by, scan)
    given = _rulings(session, form, question)
    if question not in standing(given):
        raise Conflict(f"{question}: there is no ruling to take back")
    return _take_back(session, by, standing(given)[question], len(given) + 1, stamp)


def undo_own(session: Session, by: Account, scan: str, question: str, stamp: Stamp) -> Ruling:
    """Take one's own newest ruling on a question back, blind or not. Conflict when it does not stand any more."""
    form, _ = _seen_on(session, by, scan)
    given = _rulings(session, form, question)
    mine = [ruling for ruling in given if ruling.by == by.id][-1:]
    if not mine or mine[0].withdrawn or not (mine[0].blind or mine[0] == standing(given).get(question)):
        raise Conflict(f"{question}: your ruling does not stand any more")
    return _take_back(session, by, mine[0], len(given) + 1, stamp)


def stands(session: Session, by: Account, scan: str, question: str) -> Ruling | None:
    """The ruling on a question that counts."""
    form, _ = _seen_on(session, by, scan)
    return standing(_rulings(session, form, question)).get(question)


def crop(session: Session, objects: Objects, by: Account, scan: str, question: str) -> bytes:
    """The picture of one question on a scan, upright, as PNG."""
    form, reading = _seen_on(session, by, scan)
    if question not in {measure.question for measure in reading.fields}:
        raise NotFound(f"{question}: no such question on this page")
    return overlay.crop(*_evidence(session, objects, form, reading), question)


def page(session: Session, objects: Objects, by: Account, scan: str) -> bytes:
    """The questions of a scan, upright, with the reading drawn on them, as PNG."""
    return overlay.page(*_evidence(session, objects, *_seen_on(session, by, scan)))


def trace(session: Session, by: Account, scan: str) -> Trace:
    """The sheet that a scan shows a page of, from each answer to its measures, rulings and scans."""
    form, _ = _seen_on(session, by, scan)
    where, serial = Scope(form.district), form.serial
    came = came_back(session, where, {serial: form}, READER_VERSION)
    return Trace(
        sheet=came[0],
        layout=layouts_of(session, where, came)[form.layout],
        readings=tuple(scans.readings_of(session, where, {serial}, READER_VERSION)[serial]),
        rulings=tuple(rulings.of_forms(session, where, {serial}).get(serial, ())),
    )


def _waiting(session: Session, where: Scope, window: str, asked: str) -> list[Waiting]:
    """The doubts of a window, and what is looked at twice by `asked` (an account) if there is one.

    Pages are judged many at a time: a desk waits for this at every ruling. Only sheets with rulings or with several
    scans of one page are brought together one by one.
    """
    judged_by = thresholds.standing(session, where, READER_VERSION)
    given, copied = rulings.of_window(session, where, window), Copies()
    living: set[str] = set()
    plain: list[tuple[str, Waiting]] = []
    for stack in stacks.of_window(session, where, window, READER_VERSION):
        copied.add(stack)
        living.update(stack.serials)
        for page, judged in judging.doubts(judging.table(stack), judged_by):
            field = stack.fields[judged.question]
            why = (Kind(field["kind"]), str(judged.doubt), review.option_ids(field))
            plain.append((stack.serials[page], Waiting(stack.scans[page], judged.question, *why)))
    together = living & (copied.serials | set(given))
    came = came_back(session, where, papers.by_serials(session, where, together), READER_VERSION)
    found = review.waiting(came, layouts_of(session, where, came), given if asked else None, asked)
    found += [doubt for serial, doubt in plain if serial not in together]
    return sorted(found, key=lambda doubt: doubt.scan)


def _seen_on(session: Session, by: Account, scan: str) -> tuple[Form, Reading]:
    """The form that a scan in the account's district shows, once the account may review in its school, and how."""
    where = Scope(by.scope.district)
    reading = scans.readings(session, where, {scan}, READER_VERSION).get(scan)
    serial = reading.serial if reading and not reading.problem else None
    form = papers.by_serials(session, where, {serial}).get(serial) if serial else None
    if reading is None or form is None:
        raise NotFound("no such picture of a sheet here")
    ticket = tickets.ticket(session, where, form.window, form.ticket)
    demand(by, Action.REVIEW, Scope(form.district, ticket.school))
    return form, reading


def _ruling(form: Form, decision: Decision, number: int, by: Account, stamp: Stamp) -> Ruling:
    about = (form.serial, decision.question, number, decision.options, decision.text)
    return Ruling(*about, withdrawn=False, at=stamp.now, by=by.id, turn=decision.turn)


def _take_back(session: Session, by: Account, taken: Ruling, number: int, stamp: Stamp) -> Ruling:
    """Keep that a ruling was taken back; Conflict when another came in the same moment."""
    back = replace(taken, number=number, options=(), text="", withdrawn=True, at=stamp.now, by=by.id, turn=None)
    if not rulings.add(session, Scope(by.scope.district), back):
        raise Conflict(f"{taken.question}: somebody ruled on it in the same moment")
    note_by(session, by, stamp, ("ruling taken back", taken.serial, {"question": taken.question}))
    return back


def _rulings(session: Session, form: Form, question: str) -> list[Ruling]:
    """The rulings on one question of a form, oldest first."""
    given = rulings.of_forms(session, Scope(form.district), {form.serial}).get(form.serial, [])
    return [ruling for ruling in given if ruling.question == question]


def _evidence(session: Session, objects: Objects, form: Form, reading: Reading) -> tuple[Any, Seen, Layout]:
    """The whole picture of a scan, its reading and its layout."""
    grey, _ = decode(objects.fetch("scans", reading.scan))
    layout = from_json(papers.layouts(session, Scope(form.district), {form.layout})[form.layout])
    return grey, _seen(reading), layout


def _seen(reading: Reading) -> Seen:
    return Seen(
        source="",
        index=None,
        scan=reading.scan,
        layout=reading.layout,
        serial=reading.serial,
        page=reading.page,
        turned=reading.turned,
        fields=tuple(SeenMeasure(m.question, m.ink, m.match, m.disturbed) for m in reading.fields),
        place=reading.place,
    )
