"""Marks into answers and doubts: never a guess, and nothing marked that was not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.marking import DEFAULT, Doubt, Judged, Mark, Measured, judge, marks

OPTIONS = ("never", "rarely", "sometimes", "often", "always")
FULL, FAINT, DOT, NONE = 0.25, 0.008, 0.0005, 0.0


def question(
    *ink: float, kind: str = "one", match: float | tuple[float, ...] = 1.0, crossed: int | None = None
) -> Measured:
    found = match if isinstance(match, tuple) else (match,) * len(ink)
    disturbed = tuple(index == crossed for index in range(len(ink)))
    return Measured("q1", kind, OPTIONS[: len(ink)], ink, found, disturbed)


def number(tens: dict[int, float], ones: dict[int, float]) -> Measured:
    ink = tuple(column.get(digit, NONE) for column in (tens, ones) for digit in range(10))
    digits = tuple(str(digit) for _ in range(2) for digit in range(10))
    return Measured("q1", "number", digits, ink, (1.0,) * 20, (False,) * 20, (1,) * 10 + (0,) * 10)


def answered(*options: str) -> Judged:
    return Judged("q1", options, None)


def doubted(doubt: Doubt) -> Judged:
    return Judged("q1", None, doubt)


def test_one_plain_mark_is_the_answer() -> None:
    assert judge(question(NONE, NONE, FULL, NONE, NONE)) == answered("sometimes")


def test_no_ink_at_all_is_left_blank_and_no_doubt() -> None:
    assert judge(question(NONE, NONE, NONE, NONE, NONE)) == answered()


def test_a_rested_pencil_is_not_a_mark() -> None:
    assert judge(question(NONE, DOT, NONE, NONE, NONE)) == answered()
    assert judge(question(NONE, DOT, NONE, FULL, NONE)) == answered("often")


@pytest.mark.parametrize("other", [FULL, DEFAULT.definite])
def test_two_marks_are_a_doubt_however_strong_the_stronger(other: float) -> None:
    assert judge(question(0.9, NONE, other, NONE, NONE)) == doubted(Doubt.TWO_MARKS)


@pytest.mark.parametrize(("ink", "judged"), [
    ((FULL, FULL, NONE), answered("never", "rarely")),
    ((NONE, NONE, FULL), answered("sometimes")),
    ((FULL, NONE, FULL), doubted(Doubt.TWO_MARKS)),
])  # fmt: skip
def test_none_of_these_marked_beside_another_is_a_doubt(ink: tuple[float, ...], judged: Judged) -> None:
    assert judge(replace(question(*ink, kind="many"), exclusive=("sometimes",))) == judged


def test_only_a_faint_mark_is_a_doubt() -> None:
    assert judge(question(NONE, FAINT, NONE, NONE, NONE)) == doubted(Doubt.FAINT)


def test_a_mark_beside_a_rubbed_out_one_is_a_doubt() -> None:
    assert judge(question(NONE, FAINT, NONE, FULL, NONE)) == doubted(Doubt.ERASED)


def test_the_tail_of_a_heavy_mark_is_no_second_choice() -> None:
    tail = DEFAULT.marginal * 1.1
    assert judge(question(NONE, tail, NONE, tail / DEFAULT.negligible * 1.2, NONE)) == answered("often")


def test_a_grain_beside_a_mark_is_a_doubt_where_light_strokes_hardly_show() -> None:
    grain = DEFAULT.marginal * 1.1
    assert judge(question(NONE, grain, NONE, 0.4, NONE)) == answered("often")
    assert judge(question(NONE, grain, NONE, 0.4, NONE, match=0.5)) == doubted(Doubt.ERASED)


@pytest.mark.parametrize("ink", [NONE, FULL])
def test_a_crossed_bubble_is_a_doubt_with_and_without_a_mark(ink: float) -> None:
    assert judge(question(ink, NONE, NONE, crossed=2)) == doubted(Doubt.DISTURBED)


@pytest.mark.parametrize("ink", [NONE, FULL])
def test_an_outline_that_is_gone_may_hide_a_mark(ink: float) -> None:
    assert judge(question(ink, NONE, NONE, match=(1.0, 1.0, 0.2))) == doubted(Doubt.OUTLINE_LOST)


def test_where_outlines_hardly_show_marks_count_but_nothing_is_not_taken_for_nothing() -> None:
    assert judge(question(NONE, FULL, NONE, match=0.5)) == answered("rarely")
    assert judge(question(NONE, NONE, NONE, match=0.5)) == doubted(Doubt.OUTLINE_LOST)


def test_a_multiple_choice_takes_every_mark() -> None:
    assert judge(question(FULL, NONE, FULL, kind="many")) == answered("never", "sometimes")
    assert judge(question(NONE, NONE, NONE, kind="many")) == answered()


def test_a_faint_mark_in_a_multiple_choice_is_a_doubt() -> None:
    assert judge(question(FULL, FAINT, NONE, kind="many")) == doubted(Doubt.FAINT)


def test_a_number_is_read_place_by_place() -> None:
    assert judge(number({1: FULL}, {7: FULL})) == answered("17")
    assert judge(number({}, {7: FULL})) == answered("7")
    assert judge(number({0: FULL}, {7: FULL})) == answered("7")
    assert judge(number({}, {})) == answered()


def test_a_number_with_a_place_left_out_or_marked_twice_is_a_doubt() -> None:
    assert judge(number({1: FULL}, {})) == doubted(Doubt.FAINT)
    assert judge(number({1: FULL}, {7: FULL, 8: FULL})) == doubted(Doubt.TWO_MARKS)


def test_writing_goes_to_a_person_and_an_empty_box_does_not() -> None:
    assert judge(question(0.01, kind="text")) == doubted(Doubt.TEXT)
    assert judge(question(NONE, kind="text")) == answered()
    assert judge(question(NONE, kind="text", crossed=0)) == doubted(Doubt.DISTURBED)


def test_marks_tell_each_bubble_apart() -> None:
    assert marks(question(NONE, FAINT, FULL)) == (Mark.UNMARKED, Mark.MARGINAL, Mark.MARKED)


shares = st.floats(0, 1)


@given(
    st.lists(shares, min_size=1, max_size=5), st.lists(shares, min_size=5, max_size=5), st.sampled_from(["one", "many"])
)
def test_there_is_an_answer_or_a_doubt_never_both(ink: list[float], match: list[float], kind: str) -> None:
    judged = judge(question(*ink, kind=kind, match=tuple(match[: len(ink)])))
    assert (judged.answer is None) == (judged.doubt is not None)


@given(st.lists(shares, min_size=2, max_size=5))
def test_a_single_choice_never_answers_with_a_weaker_mark(ink: list[float]) -> None:
    judged = judge(question(*ink))
    if judged.answer:
        assert ink[OPTIONS.index(judged.answer[0])] == max(ink)
