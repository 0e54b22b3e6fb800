"""What tests of the student's door share: codes, answers, and what was kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveys import enrolling
from surveys.core.people import Ticket, Window
from surveys.core.responses import Response, derive
from surveys.store import answers
from tests.world import DISTRICT_ADMIN, PLACE, World, roster, stamp

RESPONSE = "0123456789abcdef0123456789abcdef"
ENGLISH, SPANISH, ARABIC = 0, 1, 2  # the home languages of the world's first tickets


def code(world: World, number: int = ENGLISH) -> str:
    return world.code(world.tickets[number])


def kept(world: World, ticket: Ticket) -> list[Response]:
    """The online responses of a ticket, as a report would see them."""
    with world.house.database.reading() as session:
        saves = answers.saves(session, PLACE, world.window.id).get(ticket.id, [])
        submissions = answers.submissions(session, PLACE, world.window.id).get(ticket.id, [])
    return derive(ticket.id, saves, submissions)


def answer(option: str, question: str = "calming-down", locale: str = "en") -> dict[str, Any]:
    return {question: {"value": [option], "locale": locale}}


def put(client: FlaskClient, code: str, sequence: int, given: Mapping[str, Any], **headers: str) -> TestResponse:
    body = {"sequence": sequence, "answers": given}
    return client.put(f"/r/{code}/{RESPONSE}", json=body, headers=headers)


def opened(world: World, window: Window) -> str:
    """The code of the first ticket of another window."""
    with world.house.database.writing() as session:
        enrolling.open_window(session, DISTRICT_ADMIN, window, roster(2), (world.house.secret, stamp(window.opens)))
        cards = enrolling.cards(session, DISTRICT_ADMIN, window, PLACE, world.house.secret)
    return cards[0].code
