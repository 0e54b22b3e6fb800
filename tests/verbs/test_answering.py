"""What a child sends is kept exactly once, whatever the network does to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from surveys import answering
from surveys.answering import Door
from surveys.core.refusals import Conflict, NotAnAnswer, UnknownCode, WindowClosed
from surveys.core.responses import Response, derive
from surveys.store import answers
from tests.verbs.test_enrolling import opted_in
from tests.world import NOW, PLACE, World

RESPONSE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def door(world: World) -> Door:
    with world.house.database.reading() as session:
        return answering.knock(session, world.house.secret, world.code(opted_in(world)))


def batch(world: World, sequence: int, option: int, question: int = 0) -> dict[str, Any]:
    asked = world.survey.questions[question]
    given = {asked.id: {"value": [asked.options[option].id], "locale": "en"}}
    return {"response": RESPONSE, "sequence": sequence, "answers": given}


def save(world: World, door: Door, body: dict[str, Any]) -> bool:
    with world.house.database.writing() as session:
        return answering.save(session, door, world.survey, body, NOW)


def submit(world: World, door: Door, body: dict[str, Any]) -> str:
    with world.house.database.writing() as session:
        return answering.submit(session, door, world.survey, body, NOW + timedelta(minutes=9))


def kept(world: World, door: Door) -> list[Response]:
    with world.house.database.reading() as session:
        saves = answers.saves(session, PLACE, world.window.id).get(door.ticket.id, [])
        submissions = answers.submissions(session, PLACE, world.window.id).get(door.ticket.id, [])
    return derive(door.ticket.id, saves, submissions)


def test_a_save_is_kept_and_a_repeat_changes_nothing(world: World, door: Door) -> None:
    assert save(world, door, batch(world, 1, 2)) is True
    before = kept(world, door)

    assert save(world, door, batch(world, 1, 2)) is False
    assert kept(world, door) == before
    assert before[0].answers[world.survey.questions[0].id].options == (world.survey.questions[0].options[2].id,)


def test_saves_that_arrive_out_of_order_end_in_the_last_answer(world: World, door: Door) -> None:
    for sequence in (3, 1, 2):
        save(world, door, batch(world, sequence, sequence))

    [response] = kept(world, door)
    assert response.answers[world.survey.questions[0].id].options == (world.survey.questions[0].options[3].id,)


def test_one_sequence_cannot_name_two_contents(world: World, door: Door) -> None:
    save(world, door, batch(world, 1, 2))

    with pytest.raises(Conflict):
        save(world, door, batch(world, 1, 3))


def test_handing_in_again_changes_nothing_and_shows_the_same_receipt(world: World, door: Door) -> None:
    first = submit(world, door, batch(world, 1, 2))
    before = kept(world, door)

    assert submit(world, door, batch(world, 1, 4)) == first
    assert kept(world, door) == before
    assert before[0].handed_in


def test_what_is_saved_after_handing_in_changes_nothing(world: World, door: Door) -> None:
    submit(world, door, batch(world, 1, 2))
    before = kept(world, door)
    with world.house.database.writing() as session:
        late = batch(world, 1, 0, question=1)
        answering.save(session, door, world.survey, late, NOW + timedelta(minutes=10))

    assert kept(world, door) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"response": "short"},
        {"response": None},
        {"sequence": -1},
        {"sequence": "1"},
        {"sequence": True},
        {"answers": {"no-such": {"value": [], "locale": "en"}}},
    ],
)
def test_a_batch_that_is_not_one_is_refused_and_nothing_is_kept(
    world: World, door: Door, wrong: dict[str, Any]
) -> None:
    with pytest.raises(NotAnAnswer):
        save(world, door, batch(world, 1, 2) | wrong)

    assert kept(world, door) == []


def test_nothing_is_taken_after_the_close(world: World, door: Door) -> None:
    with world.house.database.writing() as session, pytest.raises(WindowClosed):
        answering.save(session, door, world.survey, batch(world, 1, 2), world.window.closes)


@pytest.mark.parametrize("code", ["", "0000000000000000", "x" * 500, "%00", "ABCD-EFGH"])
def test_a_code_never_made_opens_nothing(world: World, code: str) -> None:
    with world.house.database.reading() as session, pytest.raises(UnknownCode):
        answering.knock(session, world.house.secret, code)


def test_two_responses_of_one_ticket_stay_apart(world: World, door: Door) -> None:
    save(world, door, batch(world, 1, 2))
    save(world, door, batch(world, 1, 4) | {"response": "f" * 32})

    assert len(kept(world, door)) == 2
