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
from surveys.core.instrument import Question, Survey
from surveys.core.review import Decision, Waiting
from surveys.web import batches, sheets, staffroom
from surveys.web.parts import house
from surveys.web.staffroom import account, page, place

blueprint = Blueprint("review", __name__, url_prefix="/review")
blueprint.register_blueprint(batches.blueprint)
blueprint.register_blueprint(sheets.blueprint)
staffroom.furnish(blueprint)

REMEMBERED = 20  # rulings of this browser that undo steps back through
Spot = tuple[int, str]  # where a doubt stands in the queue: its question's place in the survey, then its scan


@dataclass(frozen=True)
class Turn:
    """The doubt on the desk, its question in the staff's language, what is left, and the doubt behind it."""

    doubt: Waiting
    question: Question
    left: int
    left_here: int
    following: Waiting | None

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
        turn = _turn(reviewing.doubts(session, account(), where, window), survey)
        trace = reviewing.trace(session, account(), turn.doubt.scan) if turn else None
    return page(
        "review/desk.html",
        window=found,
        school=school,
        turn=turn,
        locale=house().locales[str(trace.layout["locale"])] if trace else None,
        last=_last(window),
        ruled="ruled" in request.args,
        empty="empty" in request.args,
        may_report=may(account(), Action.REPORT, where),
        may_scan=may(account(), Action.SCAN, where),
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
    """Keep a ruling, and put the next doubt on the desk."""
    decision = _decision()
    spot = f"{decision.question}.{decision.scan}"
    if not decision.options and not decision.text and "blank" not in request.form:
        return redirect(_desk(window, at=spot, empty=1), 303)
    with house().database.writing() as session:
        reviewing.rule(session, account(), decision, house().stamp())
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
    with house().database.writing() as session:
        reviewing.undo(session, account(), scan, question, house().stamp())
    return redirect(_desk(window, at=f"{question}.{scan}"), 303)


def _turn(waiting: Sequence[Waiting], survey: Survey) -> Turn | None:
    """What is on the desk: everything about one question first, then the next question, around and around."""
    order = {question.id: number for number, question in enumerate(survey.questions)}
    queue = sorted(((order[doubt.question], doubt.scan), doubt) for doubt in waiting if doubt.question in order)
    if not queue:
        return None
    place = _place_in([spot for spot, _ in queue], order)
    doubt = queue[place][1]
    here = sum(other.question == doubt.question for _, other in queue)
    following = queue[(place + 1) % len(queue)][1] if len(queue) > 1 else None
    return Turn(doubt, survey.by_id[doubt.question], len(queue), here, following)


def _place_in(queue: Sequence[Spot], order: dict[str, int]) -> int:
    """Where the address asks to go on: at a doubt, or at the next where that one is settled; else from the start."""
    for asked, inclusive in ((request.args.get("at"), True), (request.args.get("after"), False)):
        question, _, scan = (asked or "").partition(".")
        if question in order:
            spot = (order[question], scan)
            onward = [n for n, other in enumerate(queue) if other > spot or (inclusive and other == spot)]
            return onward[0] if onward else 0
    return 0


def _decision() -> Decision:
    """What the form says was seen: options, a number's digits, a text, or nothing."""
    form = request.form
    number = form.get("number", "").strip()
    options = (number,) if number else tuple(form.getlist("option"))
    if "blank" in form:
        return Decision(form.get("scan", ""), form.get("question", ""))
    return Decision(form.get("scan", ""), form.get("question", ""), options, form.get("text", "").strip())


def _last(window: str) -> tuple[str, str] | None:
    """Scan and question of this browser's newest ruling in a window."""
    ruled = [(scan, question) for where, scan, question in browser.get("ruled", []) if where == window]
    return ruled[-1] if ruled else None


def _desk(window: str, **where: Any) -> str:
    return url_for("review.desk", window=window, school=request.form.get("school") or None, **where)
