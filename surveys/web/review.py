"""The review desk: one doubt at a time with its picture, ruled by one key.

It shows no child's name, and nothing that stands beside one elsewhere: no serial, class or sheet number (decision 14).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue

from surveys import reviewing
from surveys.core.access import Action, may
from surveys.core.instrument import Kind, Question, Survey
from surveys.core.refusals import Conflict
from surveys.core.review import Decision, Round, Waiting
from surveys.core.work import Work
from surveys.reviewing import Desk, Shown
from surveys.store import places
from surveys.store.database import Session
from surveys.web import answers, batches, sheets, staffroom, thresholds
from surveys.web.parts import house
from surveys.web.sheets import answered
from surveys.web.staffroom import account, page, place

blueprint = Blueprint("review", __name__, url_prefix="/review")
blueprint.register_blueprint(answers.blueprint)
blueprint.register_blueprint(batches.blueprint)
blueprint.register_blueprint(sheets.blueprint)
blueprint.register_blueprint(thresholds.blueprint)
staffroom.furnish(blueprint)

REMEMBERED = 20  # rulings of this browser that undo steps back through


@dataclass(frozen=True)
class OnDesk:
    """The doubt on the desk, its question in the staff's language, what is left, and the doubt behind it."""

    shown: Shown
    question: Question
    left: int
    left_here: int
    following: Waiting | None

    @property
    def doubt(self) -> Waiting:
        return self.shown.doubt

    @property
    def spot(self) -> str:
        return f"{self.question.id}.{self.doubt.scan}"


@blueprint.get("/windows/<window>")
def desk(window: str) -> str:
    """The next doubt, question by question; `at` asks for one, `after` for the one behind it."""
    school = request.args.get("school") or None
    where = place(school)
    with house().database.reading() as session:
        found, _ = staffroom.window_and_schools(session, window)
        survey = house().survey(session, found.survey, found.version)
        around = _around(reviewing.queue(session, account(), where, window), survey)
    shown = _taken(window, around)
    with house().database.reading() as session:
        trace = reviewing.trace(session, account(), shown.doubt.scan) if shown else None
        shared = {"met": _met(session, survey), "mine": _mine(session, window, survey)}
    return page(
        "review/desk.html",
        window=found,
        school=school,
        turn=_on_desk(shown, around, survey) if shown else None,
        elsewhere=0 if shown else len(around.doubts),
        locale=house().locales[str(trace.layout["locale"])] if trace else None,
        last=_last(window),
        ruled="ruled" in request.args,
        empty="empty" in request.args,
        may_report=may(account(), Action.REPORT, where),
        may_scan=may(account(), Action.SCAN, where),
        **shared,
    )


@blueprint.get("/windows/<window>/left")
def left(window: str) -> str:
    """How many doubts wait, as a bare number; nothing when none does."""
    where = place(request.args.get("school") or None)
    with house().database.reading() as session:
        waiting = len(reviewing.doubts(session, account(), where, window))
    return staffroom.number(waiting) if waiting else ""


@blueprint.post("/windows/<window>/rule")
def rule(window: str) -> ResponseReturnValue:
    """Keep a ruling, and put the next doubt on the desk; where another person was quicker, say what they ruled."""
    decision = _decision()
    spot = f"{decision.question}.{decision.scan}"
    if not decision.options and not decision.text and "blank" not in request.form:
        return redirect(_desk(window, at=spot, empty=1), 303)
    with house().database.writing() as session:
        stands = reviewing.rule(session, account(), decision, house().stamp())
    if decision.after is not None and stands.number > decision.after and stands.by != account().id:
        return redirect(_desk(window, after=spot, met=spot), 303)
    browser["ruled"] = [*browser.get("ruled", []), [window, decision.scan, decision.question]][-REMEMBERED:]
    return redirect(_desk(window, after=spot, ruled=1), 303)


@blueprint.post("/windows/<window>/undo")
def undo(window: str) -> ResponseReturnValue:
    """Take a ruling back, the newest of this browser unless the form names another; it is on the desk again."""
    named = (request.form.get("scan", ""), request.form.get("question", ""))
    scan, question = named if all(named) else _last(window) or ("", "")
    if not scan:
        return redirect(_desk(window), 303)
    browser["ruled"] = [ruled for ruled in browser.get("ruled", []) if ruled != [window, scan, question]]
    spot = f"{question}.{scan}"
    take_back = reviewing.undo if all(named) else reviewing.undo_own
    try:
        with house().database.writing() as session:
            take_back(session, account(), scan, question, house().stamp())
    except Conflict:  # somebody ruled on it since
        return redirect(_desk(window, at=spot, met=spot), 303)
    return redirect(_desk(window, at=spot), 303)


@blueprint.get("/windows/<window>/people")
def people(window: str) -> str:
    """How reviewing goes: one's own part, or everybody's for who may release the results."""
    with house().database.reading() as session:
        found, _ = staffroom.window_and_schools(session, window)
        survey = house().survey(session, found.survey, found.version)
        done = reviewing.work(session, account(), window, _texts(survey))
        names = {held.id: held.name for held in places.accounts(session, account().scope)}
    return page("review/people.html", window=found, done=done, names=names, questions=survey.by_id, answered=answered)


def _around(waiting: Sequence[Waiting], survey: Survey) -> Round:
    """Everything about one question first, then the next question; and where the address asks to go on: at a doubt, or
    at the next where that one is settled."""
    order = {question.id: number for number, question in enumerate(survey.questions)}
    key = {doubt.spot: (order[doubt.question], doubt.scan) for doubt in waiting if doubt.question in order}
    doubts = sorted((doubt for doubt in waiting if doubt.spot in key), key=lambda doubt: key[doubt.spot])
    for asked, inclusive in ((request.args.get("at"), True), (request.args.get("after"), False)):
        question, _, scan = (asked or "").partition(".")
        if question in order:
            spot = (order[question], scan)
            onward = [n for n, o in enumerate(doubts) if key[o.spot] > spot or (inclusive and key[o.spot] == spot)]
            return Round(tuple(doubts), onward[0] if onward else 0)
    return Round(tuple(doubts))


def _taken(window: str, around: Round) -> Shown | None:
    """The next doubt, put on this browser's desk so that nobody else is shown it meanwhile."""
    if not around.doubts:
        return None
    stamp = house().stamp()
    desk = Desk(str(browser.setdefault("desk", stamp.new_id())), window)
    with house().database.writing() as session:
        return reviewing.take(session, account(), desk, around, stamp)


def _on_desk(shown: Shown, around: Round, survey: Survey) -> OnDesk:
    doubts, doubt = around.doubts, shown.doubt
    here = sum(other.question == doubt.question for other in doubts)
    following = doubts[(doubts.index(doubt) + 1) % len(doubts)] if len(doubts) > 1 else None
    return OnDesk(shown, survey.by_id[doubt.question], len(doubts), here, following)


def _met(session: Session, survey: Survey) -> dict[str, str] | None:
    """Who ruled first on the doubt that the address names, and what: told where two looked at it in one moment."""
    question, _, scan = request.args.get("met", "").partition(".")
    if question not in survey.by_id:
        return None
    stands = reviewing.stands(session, account(), scan, question)
    names = {held.id: held.name for held in places.accounts(session, account().scope)}
    if stands is None:
        return None
    return {"who": names.get(stands.by, stands.by), "what": answered(survey.by_id[question], stands), "scan": scan}


def _mine(session: Session, window: str, survey: Survey) -> Work | None:
    """One's own part so far."""
    done = reviewing.work(session, account(), window, _texts(survey))
    return next((part for part in done.parts if part.by == account().id), None)


def _texts(survey: Survey) -> frozenset[str]:
    return frozenset(question.id for question in survey.questions if question.kind is Kind.TEXT)


def _decision() -> Decision:
    """What the form says was seen: options, a number's digits, a text, or nothing; and when that was shown."""
    form = request.form
    number, after = form.get("number", "").strip(), form.get("after", "")
    options = (number,) if number else tuple(form.getlist("option"))
    seen = ((), "") if "blank" in form else (options, form.get("text", "").strip())
    when = (int(after) if after.isdecimal() and len(after) < 9 else None, form.get("turn", "")[:64] or None)
    return Decision(form.get("scan", ""), form.get("question", ""), *seen, *when)


def _last(window: str) -> tuple[str, str] | None:
    """Scan and question of this browser's newest ruling in a window."""
    ruled = [(scan, question) for where, scan, question in browser.get("ruled", []) if where == window]
    return ruled[-1] if ruled else None


def _desk(window: str, **where: Any) -> str:
    return url_for("review.desk", window=window, school=request.form.get("school") or None, **where)
