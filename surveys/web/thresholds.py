"""Thresholds: what marks are judged by, what other numbers would change, and choosing them once that was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from surveys import judging
from surveys.core.access import Action, demand, may
from surveys.core.instrument import Question
from surveys.core.marking import Judged, Thresholds
from surveys.core.refusals import BadFile, Conflict
from surveys.core.thresholds import NUMBERS, chosen
from surveys.judging import Preview
from surveys.store import places, windows
from surveys.store.database import Session
from surveys.web import staffroom
from surveys.web.parts import house
from surveys.web.staffroom import account, page, words

blueprint = Blueprint("thresholds", __name__, url_prefix="/thresholds")

SHOWN = 12  # pictures shown of one kind of change; the rest are counted
LONGEST_REASON = 500  # characters


@blueprint.get("/")
def overview() -> ResponseReturnValue:
    """What is in force, since when and why; and what the numbers in the address would change, if it has any."""
    return _overview(request.args)


@blueprint.post("/")
def choose() -> ResponseReturnValue:
    """Judge by other thresholds from now on, once their changes were seen and a reason is given."""
    demand(account(), Action.RELEASE, account().scope)
    why = request.form.get("why", "").strip()
    if not why or len(why) > LONGEST_REASON:
        return _overview(request.form, words("review.thresholds.why.missing"), 422)
    try:
        with house().database.writing() as session:
            new = _asked(request.form, judging.standing(session, account()))
            judging.choose(session, account(), new, why, house().stamp())
    except (BadFile, Conflict) as refused:
        return _overview(request.form, refused.detail, 422)
    return redirect(url_for("review.thresholds.overview", chosen=1), 303)


def _overview(given: Mapping[str, str], problem: str = "", status: int = 200) -> ResponseReturnValue:
    mine = may(account(), Action.RELEASE, account().scope)
    with house().database.reading() as session:
        now = judging.standing(session, account())
        shared = {
            "now": now,
            "history": judging.history(session, account()),
            "names": {held.id: held.name for held in places.accounts(session, account().scope)},
            "clock": staffroom.clock(session),
            "questions": _questions(session),
        }
        seen, told = _seen(session, given, now) if mine and "version" in given else (None, "")
    numbers = {name: given.get(name, f"{asdict(now)[name]:g}") for name in NUMBERS}
    asked = {"numbers": numbers, "version": given.get("version", ""), "why": given.get("why", "")}
    extra = {"may_choose": mine, "seen": seen, "problem": problem or told, "said": said, "most": SHOWN, "asked": asked}
    return page("review/thresholds.html", **shared, **extra, done="chosen" in given), status


def _seen(session: Session, given: Mapping[str, str], now: Thresholds) -> tuple[Preview | None, str]:
    """What the numbers asked for would change; or what is wrong with them."""
    try:
        return judging.preview(session, account(), _asked(given, now)), ""
    except BadFile as refused:
        return None, refused.detail


def _asked(given: Mapping[str, str], now: Thresholds) -> Thresholds:
    """The thresholds that a form asks for; BadFile names the number that cannot be one."""
    numbers = {name: _number(given[name]) for name in NUMBERS if name in given}
    return chosen({**numbers, "version": given.get("version", "")}, words("review.thresholds.title"), now)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _questions(session: Session) -> dict[str, Question]:
    """Every question that this district's windows ask, in the staff's language."""
    found: dict[str, Question] = {}
    for window in windows.windows(session, account().scope):
        found = house().survey(session, window.survey, window.version).by_id | found
    return found


def said(question: Question, judged: Judged) -> str:
    """What a judgement says, in words: the doubt, the options, or that it was left blank."""
    if judged.doubt:
        return words(f"review.doubt.{judged.doubt}")
    texts = {option.id: option.text for option in question.options}
    return ", ".join(texts.get(option, option) for option in judged.answer or ()) or words("review.sheet.blank")
