"""Answering: a code or a sheet's tag opens a ticket, answers are saved in small batches, and a response is handed in.

Nothing here ever shows, resumes or changes answers given before: a door lets answers in, and none out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from surveys.core import codes
from surveys.core.access import Scope
from surveys.core.instrument import Survey
from surveys.core.people import School, Ticket, Window, check_open
from surveys.core.refusals import NotAnAnswer, UnknownCode
from surveys.core.responses import LONGEST_NAME, Save, Submission, check
from surveys.store import answers, places, tickets, windows
from surveys.store.database import Session


@dataclass(frozen=True)
class Door:
    """What a code opens: one ticket, and the window it has a place in."""

    ticket: Ticket
    window: Window


def knock(session: Session, secret: bytes, code: str) -> Door:
    """The door a code opens, or a sheet's serial, which has the same shape; UnknownCode when it opens none."""
    tidy = codes.tidy(code)
    ticket = tickets.by_hash(session, codes.hashed(secret, tidy)) or tickets.by_serial(session, tidy)
    if ticket is None:
        raise UnknownCode("this code opens nothing; ask for a new card")
    return Door(ticket, windows.window(session, Scope(ticket.district), ticket.window))


def school(session: Session, door: Door) -> School:
    """The school of a door's ticket, for its name and help line."""
    return places.schools(session, Scope(door.ticket.district, door.ticket.school))[door.ticket.school]


def save(session: Session, door: Door, survey: Survey, batch: Mapping[str, Any], now: datetime) -> bool:
    """Keep one batch {response, sequence, answers}; True when new. A repeat changes nothing, order does not matter."""
    check_open(door.window, now)
    sequence = batch.get("sequence")
    if not isinstance(sequence, int) or isinstance(sequence, bool) or not 0 <= sequence < 2**31:
        raise NotAnAnswer("sequence: write a whole number that grows with every save")
    given = Save(_response(batch), sequence, check(survey, batch.get("answers")), now)
    return answers.add_save(session, door.ticket, given)


def submit(session: Session, door: Door, survey: Survey, batch: Mapping[str, Any], now: datetime) -> str:
    """Hand a response in with all its answers {response, answers}; its receipt. Handing in again changes nothing."""
    check_open(door.window, now)
    given = Submission(_response(batch), check(survey, batch.get("answers")), now)
    answers.add_submission(session, door.ticket, given)
    return receipt(given.response)


def receipt(response: str) -> str:
    """What a thanks page shows: eight characters that name a response and open nothing."""
    return codes.spelled(hashlib.sha256(f"receipt:{response}".encode()).digest(), 8)


def _response(batch: Mapping[str, Any]) -> str:
    name = batch.get("response")
    if not isinstance(name, str) or not 16 <= len(name) <= LONGEST_NAME or not name.isascii():
        raise NotAnAnswer("response: write an id of 16 to 64 characters, minted by the browser")
    return name
