"""What answers say about each other follows written rules, the same at every door."""

from __future__ import annotations

from dataclasses import replace

import pytest

from surveys.core.instrument import Kind, Question
from surveys.core.logic import Fault, asked, at_odds, faults, ranked, reconciled
from surveys.core.refusals import NotAnAnswer
from surveys.core.responses import Answer, Disposition, Mode, Response, check, choose, disposition, reached
from tests.conditions import CASES
from tests.kitchen import SINK
from tests.world import NOW

PLACES = SINK.by_id["places"]


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        (["club", "home"], ["home", "club"]),
        (["nowhere"], ["nowhere"]),
        (["nowhere", "club"], ["club"]),  # what was named says more than "none of these"
        (["secret", "club", "home"], ["secret"]),  # "I would rather not say" takes the rest back
        (["secret", "nowhere"], ["secret"]),
        ([], []),
    ],
)
def test_options_at_odds_are_settled_by_a_written_rule(chosen: list[str], left: list[str]) -> None:
    assert reconciled(PLACES, chosen) == left
    assert not at_odds(PLACES, left)


def test_options_at_odds_are_refused_where_they_can_be_asked_again() -> None:
    assert check(SINK, {"places": {"value": ["nowhere"]}})["places"].options == ("nowhere",)
    with pytest.raises(NotAnAnswer, match="places: an exclusive option goes with no other"):
        check(SINK, {"places": {"value": ["nowhere", "home"]}})


@pytest.mark.parametrize("case", CASES)
def test_what_is_asked_follows_from_what_was_answered(case: str) -> None:
    rules, chosen, found = CASES[case]
    questions = tuple(Question(name, Kind.MANY, f"{name}?", show_if=rule) for name, rule in rules)

    assert asked(replace(SINK, questions=questions), chosen) == set(found)


def given(mode: Mode = Mode.ONLINE, **answers: str | list[str]) -> Response:
    made = {n: Answer(text=a) if isinstance(a, str) else Answer(tuple(a)) for n, a in answers.items()}
    return Response("t", mode, "r", made, NOW, handed_in=True)


@pytest.mark.parametrize("mode", Mode)
def test_answers_to_what_is_not_asked_are_dropped_and_noted_at_both_doors(mode: Mode) -> None:
    chosen = choose(SINK, [given(mode, places=["home"], club="Chess", paid=["yes"], fair=["no"])])

    assert chosen
    assert set(chosen.answers) == {"places"}
    assert chosen.dropped == {"club", "paid", "fair"}
    assert reached(SINK, chosen) == chosen


def test_nothing_is_dropped_while_the_answer_it_hangs_on_waits_for_a_person() -> None:
    waits = replace(given(Mode.PAPER, club="Chess"), waiting=frozenset({"places"}))

    assert reached(SINK, waits) == waits


def test_a_response_is_complete_when_it_answers_all_that_it_was_asked() -> None:
    survey = replace(SINK, questions=SINK.questions[:4])

    assert disposition(survey, given(places=["home"])) is Disposition.COMPLETE
    assert disposition(survey, given(places=["club", "job"])) is Disposition.BREAK_OFF


def test_a_survey_without_conditions_is_left_as_it_is() -> None:
    plain = replace(SINK, questions=SINK.questions[:1])
    response = given(places=["home"])

    assert reached(plain, response) is response


@pytest.mark.parametrize(
    ("hours", "fault"), [("0", Fault.RANGE), ("1", None), ("12", None), ("13", Fault.RANGE), ("", None)]
)
def test_a_number_out_of_its_bounds_cannot_be_handed_in(hours: str, fault: Fault | None) -> None:
    answers = {"hours": ((), hours), "rested": (["secret"], ""), "screens": (["tv"], "")}

    assert faults(SINK, answers).get("hours") == fault


def test_what_is_asked_for_must_be_answered_and_not_to_say_is_an_answer() -> None:
    assert faults(SINK, {"rested": ((), "")}) == {"rested": Fault.MISSING, "screens": Fault.MISSING}
    assert faults(SINK, {"rested": (["secret"], ""), "screens": (["secret"], "")}) == {}


def test_nothing_is_asked_for_where_the_question_is_not_asked() -> None:
    hidden = replace(SINK.by_id["paid"], required=True)
    survey = replace(SINK, questions=(PLACES, hidden))

    assert faults(survey, {"places": (["home"], "")}) == {}
    assert faults(survey, {"places": (["job"], "")}) == {"paid": Fault.MISSING}


@pytest.mark.parametrize(
    ("places", "order"),
    [
        ([("music", 2), ("garden", 1)], ["garden", "music"]),
        ([("music", 3), ("garden", 1)], ["garden", "music"]),
        ([("music", 2), ("garden", 1), ("kitchen", 2)], ["garden"]),  # nobody knows which is second
        ([("music", 1), ("garden", 1), ("kitchen", 2)], []),
        ([], []),
    ],
)
def test_a_ranking_counts_as_far_as_it_is_certain(places: list[tuple[str, int]], order: list[str]) -> None:
    assert ranked(places) == order


def test_a_ranking_keeps_the_order_it_was_given_in_and_each_option_once() -> None:
    assert check(SINK, {"wishes": {"value": ["kitchen", "music"]}})["wishes"].options == ("kitchen", "music")
    with pytest.raises(NotAnAnswer, match="wishes: each option has one place at most"):
        check(SINK, {"wishes": {"value": ["kitchen", "kitchen"]}})


def test_words_that_ask_nothing_take_no_answer_and_count_for_nothing() -> None:
    survey = replace(SINK, questions=tuple(SINK.by_id[name] for name in ("about-sleep", "hours")))

    assert disposition(survey, given(hours="8")) is Disposition.COMPLETE
    with pytest.raises(NotAnAnswer, match="about-sleep: asks nothing"):
        check(SINK, {"about-sleep": {"value": "8"}})


def test_a_short_text_has_room_for_a_line() -> None:
    assert check(SINK, {"name-it": {"value": "a" * 200}})["name-it"].text == "a" * 200
    with pytest.raises(NotAnAnswer, match="201 characters; 200 fit"):
        check(SINK, {"name-it": {"value": "a" * 201}})
