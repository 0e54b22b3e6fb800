"""Percent favorable, intervals and rates, against tables worked by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.instrument import Kind, Option, Promise, Question, Survey, Topic
from surveys.core.responses import Answer, Disposition, Mode, Response
from surveys.core.scoring import question_score, rates, topic_score, wilson
from tests.world import NOW

SCALE = (
    Option("never", "Never"),
    Option("sometimes", "Sometimes"),
    Option("often", "Often", favorable=True),
    Option("na", "Does not apply", counted=False),
)
QUESTIONS = tuple(Question(name, Kind.ONE, name, "t", "s", SCALE) for name in ("a", "b"))
SURVEY = Survey("s", "1", "S", ("7",), Promise.CONFIDENTIAL, (Topic("t", "T"),), QUESTIONS)


def answered(**answers: str) -> Response:
    return Response(
        "t", Mode.ONLINE, "r", {question: Answer((option,)) for question, option in answers.items()}, NOW, True
    )


def test_percent_favorable_leaves_blanks_and_does_not_apply_out_of_the_denominator() -> None:
    responses = [answered(a="often"), answered(a="often"), answered(a="never"), answered(a="na"), answered(b="often")]

    score = question_score(QUESTIONS[0], responses)

    assert score.n == 3
    assert score.percent == pytest.approx(200 / 3)
    assert dict(score.distribution) == pytest.approx({"never": 1 / 3, "sometimes": 0, "often": 2 / 3})


def test_the_interval_is_wilsons() -> None:
    # 60 of 100, two-sided 95 %: 0.5020 to 0.6906 (score interval, worked by hand from its formula)
    low, high = wilson(0.6, 100)

    assert low == pytest.approx(0.50200, abs=5e-5)
    assert high == pytest.approx(0.69060, abs=5e-5)


def test_a_topic_counts_answers_but_its_n_and_interval_count_respondents() -> None:
    alike = [answered(a="often", b="often")] * 5 + [answered(a="never", b="never")] * 5
    split = [answered(a="often", b="never")] * 10

    topic = topic_score(SURVEY, "t", alike)

    assert topic.n == 10
    assert topic.percent == pytest.approx(50)
    # each child's two answers agree: they are worth 9 independent children (10 less one for the mean), not 20 answers
    low, high = wilson(0.5, 9)
    assert (topic.low, topic.high) == (pytest.approx(100 * low), pytest.approx(100 * high))
    assert topic_score(SURVEY, "t", split).percent == pytest.approx(50)


def test_a_unanimous_topic_still_has_an_interval() -> None:
    topic = topic_score(SURVEY, "t", [answered(a="often", b="often")] * 12)

    assert topic.percent == 100
    assert topic.low is not None
    assert topic.low < 80


def test_nobody_answering_gives_no_percent_rather_than_zero() -> None:
    assert question_score(QUESTIONS[0], []).percent is None
    assert topic_score(SURVEY, "t", []).n == 0


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_always_holds_its_share_and_stays_within_0_and_1(case: tuple[int, int]) -> None:
    favorable, n = case
    low, high = wilson(favorable / n, n)

    assert 0 <= low <= favorable / n + 1e-12
    assert favorable / n - 1e-12 <= high <= 1
    assert math.isfinite(low)
    assert math.isfinite(high)


@given(st.lists(st.tuples(st.sampled_from(Disposition), st.sampled_from([*Mode, None]))))
def test_dispositions_always_add_up_to_the_invited(outcomes: list[tuple[Disposition, Mode | None]]) -> None:
    tally = rates(outcomes)

    assert sum(tally.dispositions.values()) == tally.invited == len(outcomes)
    assert set(tally.dispositions) == set(Disposition)
