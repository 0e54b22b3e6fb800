"""Save, Submission, Response, Answer: checking what comes in, deriving responses, and choosing one a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from surveys.core.instrument import Kind, Question, Survey
from surveys.core.logic import asked, at_odds
from surveys.core.refusals import NotAnAnswer

LONGEST_TEXT = 5000  # characters in one open answer
POSTED = "form-"  # how the response ids begin that a page without its script could not mint
SHORT_TEXT = 200  # in one that takes a line
LONGEST_NAME = 64  # characters in a response id

_TAG = re.compile(r"[A-Za-z0-9-]{0,35}")  # BCP 47; empty where it is not known

COMPLETE = 0.8  # share of the survey's questions answered, after AAPOR's Standard Definitions for partial interviews
PARTIAL = 0.5


class Mode(StrEnum):
    """The door an answer came through."""

    ONLINE = "online"
    PAPER = "paper"


class Disposition(StrEnum):
    """What became of a ticket: each has exactly one, and their counts add up to the invited."""

    COMPLETE = "complete"  # at least COMPLETE of the questions answered
    PARTIAL = "partial"  # at least PARTIAL
    BREAK_OFF = "break-off"  # begun or handed in, with less
    NOT_STARTED = "not started"
    OPTED_OUT = "opted out"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Answer:
    """The option(s) chosen, or the text written, for one question, and the locale it was given in.

    No option and no text is an answer taken back: it counts as blank.
    """

    options: tuple[str, ...] = ()
    text: str = ""
    locale: str = ""

    @property
    def blank(self) -> bool:
        return not self.options and not self.text.strip()

    def to_json(self) -> dict[str, Any]:
        return {"value": self.text if self.text else list(self.options), "locale": self.locale}


@dataclass(frozen=True)
class Save:
    """One acknowledged batch: for every question the highest sequence wins."""

    response: str
    sequence: int
    answers: Mapping[str, Answer]
    at: datetime


@dataclass(frozen=True)
class Submission:
    """The act of handing in, carrying all answers."""

    response: str
    answers: Mapping[str, Answer]
    at: datetime


@dataclass(frozen=True)
class Response:
    """One go at the survey by one mode. `source` is the response id online, the form's serial on paper.

    `dropped` are questions that were answered although other answers say that they are not asked: what was answered
    there is kept with the saves, the submission or the sheet, and counts for nothing.
    """

    ticket: str
    mode: Mode
    source: str
    answers: Mapping[str, Answer]
    at: datetime
    handed_in: bool
    waiting: frozenset[str] = field(default_factory=frozenset)  # questions in doubt, for a person
    dropped: frozenset[str] = field(default_factory=frozenset)

    def answered(self) -> int:
        return sum(not answer.blank for answer in self.answers.values())


def check(survey: Survey, raw: object) -> dict[str, Answer]:
    """Answers from JSON {question: {"value": [option, ...] | text, "locale": tag}}; NotAnAnswer names the place."""
    if not isinstance(raw, Mapping):
        raise NotAnAnswer("answers: write an object of question: {value, locale}")
    return {str(question): _answer(survey, str(question), given) for question, given in raw.items()}


def _answer(survey: Survey, name: str, given: object) -> Answer:
    question = survey.by_id.get(name)
    if question is None:
        raise NotAnAnswer(f"{name}: no such question in {survey.id} {survey.version}")
    if question.kind is Kind.INFO:
        raise NotAnAnswer(f"{name}: asks nothing")
    if not isinstance(given, Mapping) or not isinstance(given.get("locale", ""), str):
        raise NotAnAnswer(f"{name}: write an object with value and locale")
    value, locale = given.get("value", ()), str(given.get("locale", ""))
    if not _TAG.fullmatch(locale):
        raise NotAnAnswer(f"{name}: locale: write a language tag such as es")
    if question.kind in (Kind.TEXT, Kind.NUMBER):
        return Answer(text=_text(question, value), locale=locale)
    return Answer(options=_options(question, value), locale=locale)


def _text(question: Question, value: object) -> str:
    if value == [] or value == ():
        return ""
    if not isinstance(value, str):
        raise NotAnAnswer(f"{question.id}: write a text")
    most = SHORT_TEXT if question.short else LONGEST_TEXT
    if len(value) > most:
        raise NotAnAnswer(f"{question.id}: {len(value)} characters; {most} fit")
    if question.kind is Kind.NUMBER and value:
        return whole_number(question.id, value, question.digits)
    return value.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def whole_number(question: str, written: str, digits: int) -> str:
    """A number as every door writes it: digits from 0 to 9, no zeros before them, whatever script they were typed in;
    NotAnAnswer when it is none, or has more digits than the sheet has room for."""
    if not written.isdecimal():
        raise NotAnAnswer(f"{question}: write a whole number")
    found = "".join(str(int(digit)) for digit in written).lstrip("0") or "0"
    if len(found) > digits:
        raise NotAnAnswer(f"{question}: {len(found)} digits; {digits} fit")
    return found


def _options(question: Question, value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(option, str) for option in value):
        raise NotAnAnswer(f"{question.id}: write a list of option ids")
    strange = [option for option in value if option not in question.option_ids]
    if strange:
        raise NotAnAnswer(f"{question.id}: {strange[0]!r} is not one of its options")
    if question.kind is Kind.ONE and len(value) > 1:
        raise NotAnAnswer(f"{question.id}: one option at most")
    chosen = set(value)
    if question.kind is Kind.RANK and len(chosen) < len(value):
        raise NotAnAnswer(f"{question.id}: each option has one place at most")
    if question.kind is Kind.RANK:
        return tuple(value)
    if at_odds(question, chosen):
        raise NotAnAnswer(f"{question.id}: an exclusive option goes with no other")
    return tuple(option.id for option in question.options if option.id in chosen)


def derive(ticket: str, saves: Iterable[Save], submissions: Iterable[Submission]) -> list[Response]:
    """The online responses of one ticket from its facts, in whatever order they arrive.

    For each question the save with the highest sequence wins; a submission, carrying all answers, settles what it names
    and ends its response: what was saved before stands where the submission is silent, what arrives later does not.
    """
    merged: dict[str, dict[str, Answer]] = {}
    latest: dict[str, datetime] = {}
    first = {s.response: s for s in sorted(submissions, key=lambda submission: submission.at, reverse=True)}
    handed_in = {response: submission.at for response, submission in first.items()}
    for save in sorted(saves, key=lambda save: save.sequence):
        if save.at <= handed_in.get(save.response, save.at):
            merged.setdefault(save.response, {}).update(save.answers)
            latest[save.response] = max(save.at, latest.get(save.response, save.at))
    for submission in first.values():
        merged.setdefault(submission.response, {}).update(submission.answers)
    return [
        Response(
            ticket=ticket,
            mode=Mode.ONLINE,
            source=source,
            answers=answers,
            at=handed_in.get(source) or latest[source],
            handed_in=source in handed_in,
        )
        for source, answers in merged.items()
    ]


def reached(survey: Survey, response: Response) -> Response:
    """The response with the answers to what was asked alone; `dropped` names the others. The same at both doors: on
    paper every question is printed, and online an answer may have been given before another one took its question away.
    """
    if not survey.conditional:
        return response
    found = _asked(survey, response)
    gone = {name for name, answer in response.answers.items() if name not in found and not answer.blank}
    return replace(
        response,
        answers={name: answer for name, answer in response.answers.items() if name in found},
        waiting=response.waiting & found,
        dropped=response.dropped | gone,
    )


def _asked(survey: Survey, response: Response) -> frozenset[str]:
    chosen = {name: answer.options for name, answer in response.answers.items()}
    return asked(survey, chosen, response.waiting)


def disposition(survey: Survey, response: Response | None) -> Disposition:
    """What the chosen response makes of its ticket, out of the questions that it was asked; open text counts like any
    other question, a doubt as answered."""
    if response is None:
        return Disposition.NOT_STARTED
    found = _asked(survey, response) if survey.conditional else survey.by_id.keys()
    questions = sum(question.id in found for question in survey.asking)
    share = (response.answered() + len(response.waiting)) / questions
    if share >= COMPLETE:
        return Disposition.COMPLETE
    return Disposition.PARTIAL if share >= PARTIAL else Disposition.BREAK_OFF


_RANK = {Disposition.COMPLETE: 0, Disposition.PARTIAL: 1, Disposition.BREAK_OFF: 2}


def choose(survey: Survey, responses: Sequence[Response]) -> Response | None:
    """The one response that counts for a ticket (docs/decisions/0004): the fuller disposition, then handed in before
    not, then the earliest, then online before paper, then by name, so that the order of arrival never matters. It is
    left with the answers to what it was asked."""
    if not responses:
        return None
    return min(
        [reached(survey, response) for response in responses],
        key=lambda response: (
            _RANK[disposition(survey, response)],
            not response.handed_in,
            response.at,
            response.mode is Mode.PAPER,
            response.source,
        ),
    )
