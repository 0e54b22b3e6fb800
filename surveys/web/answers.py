"""Answers on paper, from the result back to their pictures: question by question, for who may release the result.

In the order of hashes, over the whole district, and never among few sheets: it cannot be asked for a school or a class.
"""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, request

from surveys import judging
from surveys.core.instrument import CHOSEN, Kind, Question
from surveys.core.refusals import NotFound
from surveys.judging import Seen
from surveys.web import staffroom
from surveys.web.parts import house
from surveys.web.staffroom import account, page, words
from surveys.web.thresholds import said

blueprint = Blueprint("answers", __name__, url_prefix="/answers")

SHOWN = 24  # pictures on a page


@blueprint.get("/<window>")
def answers(window: str) -> str:
    """What every sheet says to a question: how many say what, and the pictures of one answer."""
    with house().database.reading() as session:
        found, _ = staffroom.window_and_schools(session, window)
        survey = house().survey(session, found.survey, found.version)
        asked = [question for question in survey.questions if question.kind in (*CHOSEN, Kind.NUMBER)]
        question = _question(asked, request.args.get("question"))
        seen = judging.answers(session, account(), window, question.id)
        judged_by = judging.standing(session, account())
    told = Counter(answer(question, one) for one in seen)
    shown = [one for one in seen if request.args.get("answer") in (None, answer(question, one))]
    start = max(request.args.get("start", 0, int), 0)
    return page(
        "review/answers.html",
        window=found,
        questions=asked,
        question=question,
        told=sorted(told.items(), key=lambda item: (-item[1], item[0])),
        chosen=request.args.get("answer"),
        shown=[(one, answer(question, one)) for one in shown[start : start + SHOWN]],
        count=len(seen),
        onward=start + SHOWN if start + SHOWN < len(shown) else None,
        thresholds=judged_by,
    )


def answer(question: Question, seen: Seen) -> str:
    """What a sheet says, in words."""
    return seen.text or said(question, seen.judged) or words("review.sheet.blank")


def _question(asked: list[Question], name: str | None) -> Question:
    for question in asked:
        if name in (None, question.id):
            return question
    raise NotFound(f"{name}: no such question in this survey")
