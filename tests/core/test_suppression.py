"""No figure of a small group is shown, and none comes back by subtraction."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.instrument import Survey
from surveys.core.people import Ticket
from surveys.core.release import Outcome, build
from surveys.core.responses import Answer, Disposition, Mode, Response
from surveys.core.suppression import hidden
from tests.core.test_scoring import QUESTIONS, SURVEY
from tests.world import NOW

sizes = st.lists(st.integers(0, 40), max_size=8)


def test_a_group_under_ten_is_hidden_and_the_next_smallest_with_it() -> None:
    assert hidden([30, 9, 12, 25]) == {1, 2}


def test_two_small_groups_that_are_ten_together_need_no_third() -> None:
    assert hidden([30, 4, 6]) == {1, 2}


def test_two_small_groups_that_are_nine_together_take_a_third_along() -> None:
    assert hidden([30, 4, 5]) == {0, 1, 2}


def test_nothing_is_hidden_where_no_group_is_small() -> None:
    assert hidden([10, 11, 300]) == frozenset()


def test_a_large_group_hidden_for_another_reason_takes_the_next_smallest_along() -> None:
    assert hidden([30, 20, 25], forced={1}) == {1, 2}


@given(sizes, st.integers(5, 20), st.sets(st.integers(0, 7), max_size=3))
def test_no_hidden_part_is_alone_where_another_could_hide_it(
    parts: list[int], threshold: int, forced: set[int]
) -> None:
    forced &= set(range(len(parts)))
    out = hidden(parts, threshold, forced)
    assert forced <= out
    people = [parts[part] for part in out if parts[part]]
    assert len(people) != 1 or all(part in out for part in range(len(parts)) if parts[part])


@given(sizes, st.integers(5, 20))
def test_what_is_hidden_never_describes_a_small_group(parts: list[int], threshold: int) -> None:
    out = hidden(parts, threshold)
    people = [parts[part] for part in out if parts[part]]

    assert all(parts[part] >= threshold for part in range(len(parts)) if part not in out)
    assert not people or len(out) == len(parts) or (len(people) >= 2 and sum(people) >= threshold)


def outcomes(seed: int) -> list[Outcome]:
    """A random district: 1 to 4 schools, 1 to 5 grades, some blanks."""
    dice = random.Random(seed)
    found: list[Outcome] = []
    for school in range(dice.randint(1, 4)):
        for grade in range(dice.randint(1, 5)):
            for number in range(dice.choice((0, 1, 4, 9, 10, 14, 40))):
                ticket = Ticket(
                    "d", "w", f"{school}/{grade}/{number}", f"s{school}", "c", number, str(grade), "en", False
                )
                found.append((ticket, Disposition.COMPLETE, _response(dice, ticket)))
    return found


def _response(dice: random.Random, ticket: Ticket) -> Response | None:
    if dice.random() < 0.2:
        return None
    answers = {
        question.id: Answer((dice.choice(("never", "sometimes", "often")),))
        for question in QUESTIONS
        if dice.random() < 0.8
    }
    return Response(ticket.id, dice.choice(list(Mode)), ticket.id, answers, NOW, True)


def _n(row: Mapping[str, Any], figure: str) -> int | None:
    if figure == "":
        return row["n"]
    score = row["questions"][figure]
    return score["n"] if score else None


@pytest.mark.parametrize("seed", range(60))
def test_no_figure_of_a_release_describes_a_small_group_directly_or_by_subtraction(seed: int) -> None:
    everyone = outcomes(seed)
    release = build(SURVEY, everyone, {})

    for figure in ("", "a", "b"):
        schools = list(release["schools"].values())
        _closed(release["district"], [school["overall"] for school in schools], figure, everyone, "school")
        for school in schools:
            inside = [outcome for outcome in everyone if outcome[0].school == school["overall"]["key"]["school"]]
            _closed(school["overall"], school["grades"], figure, inside, "grade")


def test_a_group_whose_size_is_hidden_to_hide_another_shows_no_figure_at_all() -> None:
    found: list[Outcome] = []
    for school, size, answered in (("s0", 9, "b"), ("s1", 12, "a"), ("s2", 30, "a")):
        for number in range(size):
            ticket = Ticket("d", "w", f"{school}/{number}", school, "c", number, "7", "en", False)
            response = Response(ticket.id, Mode.PAPER, ticket.id, {answered: Answer(("often",))}, NOW, True)
            found.append((ticket, Disposition.COMPLETE, response))

    release = build(SURVEY, found, {})

    rows = {name: school["overall"] for name, school in release["schools"].items()}
    assert [rows[name]["shown"] for name in ("s0", "s1", "s2")] == [False, False, True]
    assert rows["s1"]["questions"] == {"a": None, "b": None}
    assert rows["s1"]["topics"] == {"t": None}


def _closed(whole: dict[str, Any], parts: list[dict[str, Any]], figure: str, everyone: list[Outcome], by: str) -> None:
    shown = [part for part in parts if _n(part, figure) is not None]
    assert all((_n(part, figure) or 0) >= 10 for part in shown)
    if _n(whole, figure) is None:
        assert not shown, "parts of a hidden whole add up to it"
        return
    rest = (_n(whole, figure) or 0) - sum(_n(part, figure) or 0 for part in shown)
    assert rest == 0 or rest >= 10


@pytest.mark.parametrize("seed", range(60))
def test_no_hidden_question_comes_back_from_its_topic(seed: int) -> None:
    everyone = outcomes(seed)
    release = build(SURVEY, everyone, {})
    rows = [release["district"]]
    for school in release["schools"].values():
        rows += [school["overall"], *school["grades"]]

    for row in rows:
        answered = _answered(everyone, row["key"])
        hidden_questions = [name for name, score in row["questions"].items() if score is None and answered[name]]
        assert not hidden_questions or row["topics"]["t"] is None


def _answered(everyone: list[Outcome], key: Mapping[str, str]) -> Mapping[str, int]:
    inside = [
        response
        for ticket, _, response in everyone
        if response and all(getattr(ticket, column) == value for column, value in key.items())
    ]
    return {question.id: sum(question.id in response.answers for response in inside) for question in QUESTIONS}


def test_a_school_too_small_to_show_shows_nothing_in_any_figure() -> None:
    few = [outcome for outcome in outcomes(3) if outcome[0].school == "s0"][:6]

    release = build(SURVEY, few, {"s0": "Cedar"})

    row = release["schools"]["s0"]["overall"]
    assert not row["shown"]
    assert row["n"] is None
    assert row["dispositions"] is None
    assert row["modes"] is None
    assert set(row["topics"].values()) == {None}
    assert set(row["questions"].values()) == {None}


def test_a_release_is_plain_json_and_names_no_ticket() -> None:
    everyone = outcomes(5)

    text = json.dumps(build(SURVEY, everyone, {}))

    assert not any(f'"{ticket.id}"' in text for ticket, _, _ in everyone)


def test_a_higher_threshold_hides_more() -> None:
    everyone = outcomes(8)

    def shown(threshold: int) -> int:
        return json.dumps(build(SURVEY, everyone, {}, threshold)).count('"percent"')

    assert shown(30) < shown(10)


def test_a_survey_without_scored_questions_releases_only_sizes() -> None:
    plain: Survey = replace(SURVEY, questions=(), topics=())

    assert build(plain, outcomes(1), {})["district"]["questions"] == {}
