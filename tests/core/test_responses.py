"""Answers are checked, merged in any order, and one response a ticket is chosen by a written rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.instrument import Kind, Option, Promise, Question, Survey
from surveys.core.refusals import NotAnAnswer
from surveys.core.responses import (
    Answer,
    Disposition,
    Mode,
    Response,
    Save,
    Submission,
    check,
    choose,
    derive,
    disposition,
)
from tests.world import NOW

OPTIONS = (Option("low", "Low"), Option("high", "High", favorable=True))
SURVEY = Survey(
    id="tiny",
    version="1",
    title="Tiny",
    grades=("7",),
    promise=Promise.CONFIDENTIAL,
    topics=(),
    questions=(
        *(Question(f"q{n}", Kind.ONE, f"Question {n}?", scale="s", options=OPTIONS) for n in range(1, 5)),
        Question("many", Kind.MANY, "Which?", scale="s", options=OPTIONS),
        Question("age", Kind.NUMBER, "How many?"),
        Question("open", Kind.TEXT, "Anything else?"),
    ),
)


def response(name: str, answered: int, mode: Mode = Mode.ONLINE, minutes: int = 0, handed_in: bool = True) -> Response:
    answers = {question.id: Answer(("high",)) for question in SURVEY.questions[:answered]}
    return Response("t", mode, name, answers, NOW + timedelta(minutes=minutes), handed_in)


def saved(sequence: int, minutes: int, **answers: Sequence[str]) -> Save:
    given = {question: Answer(tuple(options)) for question, options in answers.items()}
    return Save("r", sequence, given, NOW + timedelta(minutes=minutes))


def test_a_valid_answer_of_every_kind_is_taken() -> None:
    raw = {
        "q1": {"value": ["high"], "locale": "es"},
        "many": {"value": ["high", "low"], "locale": "es"},
        "age": {"value": "12", "locale": "es"},
        "open": {"value": "Me gusta.", "locale": "es"},
    }

    answers = check(SURVEY, raw)

    assert answers["q1"] == Answer(("high",), "", "es")
    assert answers["many"].options == ("low", "high")
    assert answers["age"].text == "12"
    assert answers["open"].text == "Me gusta."


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ([], "answers"),
        ({"q9": {"value": []}}, "q9"),
        ({"q1": "high"}, "q1"),
        ({"q1": {"value": ["purple"]}}, "q1"),
        ({"q1": {"value": ["low", "high"]}}, "q1"),
        ({"q1": {"value": "high"}}, "q1"),
        ({"age": {"value": "twelve"}}, "age"),
        ({"age": {"value": "-3"}}, "age"),
        ({"age": {"value": "123"}}, "age: 3 digits; 2 fit"),
        ({"age": {"value": "9" * 5000}}, "age"),
        ({"open": {"value": ["high"]}}, "open"),
        ({"open": {"value": "x" * 5001}}, "open"),
        ({"q1": {"value": ["high"], "locale": "es\n<script>"}}, "q1"),
    ],
)
def test_an_answer_the_survey_does_not_have_is_refused_with_its_place(raw: object, place: str) -> None:
    with pytest.raises(NotAnAnswer, match=place):
        check(SURVEY, raw)


@pytest.mark.parametrize(("written", "number"), [("8", "8"), ("08", "8"), ("000", "0"), ("١٢", "12"), ("०७", "7")])
def test_a_number_is_the_same_however_it_was_typed(written: str, number: str) -> None:
    assert check(SURVEY, {"age": {"value": written}})["age"].text == number


def test_half_a_character_is_replaced_so_that_every_answer_can_be_written_down() -> None:
    answers = check(SURVEY, {"open": {"value": "\ud83d\ude00 \ud83d!", "locale": "en"}})

    assert answers["open"].text == "\U0001f600 \ufffd!"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["q1", "open", "value", "x"]), inner),
    max_leaves=8,
)


@given(_json)
def test_any_json_is_taken_or_refused_and_nothing_else(raw: object) -> None:
    try:
        answers = check(SURVEY, raw)
    except NotAnAnswer:
        return
    assert set(answers) <= set(SURVEY.by_id)


def test_for_each_question_the_highest_sequence_wins_in_whatever_order_saves_arrive() -> None:
    saves = [saved(1, 0, q1=["low"], q2=["low"]), saved(2, 1, q1=["high"]), saved(3, 2, q2=["high"], q3=["low"])]

    for order in permutations(saves):
        [merged] = derive("t", order, [])

        assert {question: answer.options for question, answer in merged.answers.items()} == {
            "q1": ("high",),
            "q2": ("high",),
            "q3": ("low",),
        }
        assert merged.at == NOW + timedelta(minutes=2)
        assert not merged.handed_in


def test_a_repeated_save_changes_nothing() -> None:
    saves = [saved(1, 0, q1=["low"]), saved(2, 1, q1=["high"])]

    assert derive("t", saves, []) == derive("t", [*saves, *saves], [])


def test_an_answer_taken_back_counts_as_blank() -> None:
    [merged] = derive("t", [saved(1, 0, q1=["low"]), saved(2, 1, q1=[])], [])

    assert merged.answered() == 0


def test_handing_in_settles_what_it_names_and_keeps_what_was_saved_before() -> None:
    handed = Submission("r", {"q1": Answer(("high",))}, NOW + timedelta(minutes=5))

    [merged] = derive("t", [saved(9, 0, q1=["low"], q2=["low"])], [handed])

    assert merged.handed_in
    assert merged.answers["q1"].options == ("high",)
    assert merged.answers["q2"].options == ("low",)
    assert merged.at == handed.at


@pytest.mark.parametrize(
    ("answered", "kind"),
    [
        (7, Disposition.COMPLETE),
        (6, Disposition.COMPLETE),
        (5, Disposition.PARTIAL),
        (4, Disposition.PARTIAL),
        (3, Disposition.BREAK_OFF),
        (0, Disposition.BREAK_OFF),
    ],
)
def test_a_disposition_follows_the_share_answered(answered: int, kind: Disposition) -> None:
    assert disposition(SURVEY, response("r", answered)) is kind


def test_a_ticket_without_a_response_was_not_started() -> None:
    assert disposition(SURVEY, None) is Disposition.NOT_STARTED


def test_a_question_in_doubt_counts_as_answered_for_the_disposition() -> None:
    sheet = Response("t", Mode.PAPER, "S", response("x", 4).answers, NOW, True, frozenset({"many", "open"}))

    assert disposition(SURVEY, sheet) is Disposition.COMPLETE


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (response("a", 7, handed_in=False), response("b", 4)),  # the fuller disposition first
        (response("a", 7), response("b", 7, handed_in=False)),  # then handed in
        (response("a", 7, minutes=0), response("b", 7, minutes=1)),  # then the earliest
        (response("b", 7), response("a", 7, Mode.PAPER)),  # then online before paper
        (response("a", 7), response("b", 7)),  # then by name
    ],
)
def test_the_choice_rule_takes_the_better_response_in_either_order(better: Response, worse: Response) -> None:
    assert choose(SURVEY, [better, worse]) == better
    assert choose(SURVEY, [worse, better]) == better


@given(st.permutations([response(name, n, minutes=n % 3) for n, name in enumerate("abcdefg")]))
def test_the_order_of_arrival_never_matters_to_the_choice(responses: list[Response]) -> None:
    chosen = choose(SURVEY, responses)

    assert chosen is not None
    assert chosen.source == "g"


def test_nothing_is_chosen_from_nothing() -> None:
    assert choose(SURVEY, []) is None
