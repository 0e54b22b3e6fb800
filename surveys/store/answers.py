"""Saves and submissions: the facts of answering online."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, select

from surveys.core.access import Scope
from surveys.core.people import Ticket
from surveys.core.refusals import Conflict
from surveys.core.responses import Answer, Save, Submission
from surveys.store import tables
from surveys.store.database import Session, keep

_AT_ONCE = 1000  # tickets in one query: a database takes only so many values


def add_save(session: Session, ticket: Ticket, save: Save) -> bool:
    """Keep a save; True when it is new. Conflict when its sequence was used for other answers."""
    row = _row(ticket, save.response, save.answers, save.at) | {"sequence": save.sequence}
    if keep(session, tables.save, [row]):
        return True
    t = tables.save.c
    query = select(t.answers).where(*_of_response(tables.save, ticket, save.response), t.sequence == save.sequence)
    if session.execute(query).scalar_one() != row["answers"]:
        raise Conflict(f"sequence {save.sequence} was used for other answers; send them with the next number")
    return False


def add_submission(session: Session, ticket: Ticket, submission: Submission) -> datetime:
    """Keep a submission; the moment it was first handed in. Handing in again changes nothing."""
    row = _row(ticket, submission.response, submission.answers, submission.at)
    keep(session, tables.submission, [row])
    query = select(tables.submission.c.at).where(*_of_response(tables.submission, ticket, submission.response))
    at: datetime = session.execute(query).scalar_one()
    return at


def saves(session: Session, where: Scope, window: str, only: Collection[str] | None = None) -> Mapping[str, list[Save]]:
    """Every save of a window by ticket; with `only`, those of these tickets."""
    found: dict[str, list[Save]] = defaultdict(list)
    for r in _rows(session, tables.save, (where.district, window), only):
        found[r.ticket].append(Save(r.response, r.sequence, _answers(r.answers), r.at))
    return found


def submissions(
    session: Session, where: Scope, window: str, only: Collection[str] | None = None
) -> Mapping[str, list[Submission]]:
    """Every submission of a window by ticket; with `only`, those of these tickets."""
    found: dict[str, list[Submission]] = defaultdict(list)
    for r in _rows(session, tables.submission, (where.district, window), only):
        found[r.ticket].append(Submission(r.response, _answers(r.answers), r.at))
    return found


def _rows(session: Session, table: Table, of: tuple[str, str], only: Collection[str] | None) -> Iterator[Row[Any]]:
    t, (district, window) = table.c, of
    query = select(table).where(t.district == district, t.window == window)
    if only is None:
        yield from session.execute(query)
        return
    names = sorted(only)
    for start in range(0, len(names), _AT_ONCE):
        yield from session.execute(query.where(t.ticket.in_(names[start : start + _AT_ONCE])))


def _row(ticket: Ticket, response: str, answers: Mapping[str, Answer], at: datetime) -> dict[str, Any]:
    return {
        "district": ticket.district,
        "window": ticket.window,
        "ticket": ticket.id,
        "response": response,
        "answers": {question: answer.to_json() for question, answer in answers.items()},
        "at": at,
    }


def _of_response(table: Any, ticket: Ticket, response: str) -> tuple[Any, ...]:
    t = table.c
    return (
        t.district == ticket.district,
        t.window == ticket.window,
        t.ticket == ticket.id,
        t.response == response,
    )


def _answers(raw: Mapping[str, Any]) -> dict[str, Answer]:
    return {question: _answer(given) for question, given in raw.items()}


def _answer(given: Mapping[str, Any]) -> Answer:
    value = given["value"]
    if isinstance(value, str):
        return Answer(text=value, locale=given["locale"])
    return Answer(options=tuple(value), locale=given["locale"])
