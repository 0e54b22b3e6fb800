"""Two people at the desk do not meet, and how they do is told without a contest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.instrument import Kind
from surveys.core.refusals import NotAnAnswer
from surveys.core.review import HELD, Decision, Round, Turn, Waiting, checked, held, opening
from surveys.core.sheets import Ruling
from surveys.core.work import pairs, work
from tests.world import NOW

DOUBTS = tuple(Waiting(f"scan{n}", "planning", Kind.ONE, "faint", ("1", "2")) for n in range(10))


def turn(number: int, by: str, scan: int, seconds: float = 0) -> Turn:
    return Turn(f"t{number}", "fall", f"scan{scan}", "planning", f"desk of {by}", NOW + timedelta(seconds=seconds), by)


def ruling(number: int, by: str, seconds: float, **about: object) -> Ruling:
    given: dict = {
        "serial": "S",
        "question": "planning",
        "options": ("1",),
        "text": "",
        "withdrawn": False,
        "turn": "t1",
    }
    return Ruling(**{**given, **about, "number": number, "by": by, "at": NOW + timedelta(seconds=seconds)})


def test_the_newest_turn_of_another_desk_is_held_and_no_other() -> None:
    turns = [turn(1, "rosa", 1), turn(2, "rosa", 2, 5), turn(3, "pilar", 7, 5)]

    assert held(turns, "desk of pilar", NOW + timedelta(seconds=9)) == {("scan2", "planning")}
    assert held(turns, "desk of pilar", NOW + HELD + timedelta(seconds=9)) == frozenset()


def test_who_comes_alone_begins_at_the_first_doubt_and_a_second_far_from_there() -> None:
    assert opening(10, []) == 0
    assert opening(10, [0]) == 5
    assert opening(10, [0, 5]) in (2, 7)
    assert opening(10, [8]) == 3


@given(st.integers(1, 60), st.sets(st.integers(0, 59)))
def test_nobody_begins_where_another_is_while_there_is_room(size: int, taken: set[int]) -> None:
    taken = {place for place in taken if place < size}

    start = opening(size, taken)

    assert 0 <= start < size
    assert start not in taken or len(taken) == size or max(_gaps(taken, size)) == 1


def _gaps(taken: set[int], size: int) -> list[int]:
    places = sorted(taken)
    return [after - place for place, after in zip(places, [*places[1:], places[0] + size], strict=True)]


def test_a_desk_goes_on_where_it_was_and_passes_over_what_others_hold() -> None:
    around = Round(DOUBTS)
    others = {DOUBTS[3].spot, DOUBTS[4].spot}

    assert around.next(others, mine=DOUBTS[1].spot) == DOUBTS[1]
    assert Round(DOUBTS, start=3).next(others, None) == DOUBTS[5]
    assert Round(DOUBTS, start=9).next({DOUBTS[9].spot}, None) == DOUBTS[0]
    assert Round(DOUBTS[:2]).next({DOUBTS[0].spot, DOUBTS[1].spot}, None) is None


def test_speed_is_the_median_from_the_turn_to_the_ruling_and_leaves_out_who_went_away() -> None:
    turns = {t.id: t for t in (turn(1, "rosa", 1), turn(2, "rosa", 2), turn(3, "rosa", 3), turn(4, "rosa", 4))}
    mine = [ruling(n, "rosa", seconds, turn=f"t{n}") for n, seconds in ((1, 2), (2, 4), (3, 9), (4, 4000))]

    (part,) = work({"S": mine}, turns, ())

    assert (part.rulings, part.marks, part.typing) == (4, 4, None)


def test_a_turn_of_somebody_else_times_nobody() -> None:
    (part,) = work({"S": [ruling(1, "pilar", 3)]}, {"t1": turn(1, "rosa", 1)}, ())

    assert part.marks is None


@pytest.mark.parametrize(("seen", "agreed"), [(("1",), 1), (("2",), 0)])
def test_agreement_counts_for_both_who_looked(seen: tuple[str, ...], agreed: int) -> None:
    both = {"S": [ruling(1, "rosa", 3), ruling(2, "pilar", 9, options=seen, blind=True)]}

    parts = work(both, {"t1": turn(1, "rosa", 1)}, ())

    assert [(part.by, part.compared, part.agreed) for part in parts] == [("pilar", 1, agreed), ("rosa", 1, agreed)]
    assert [pair.spot for pair in pairs(both, {"t1": turn(1, "rosa", 1)}, ())] == [("scan1", "planning")]


LAYOUT = {
    "pages": [
        {
            "fields": [
                {
                    "question": "age",
                    "kind": "number",
                    "bubbles": [{"option": str(digit), "place": place} for place in (1, 0) for digit in range(10)],
                }
            ]
        }
    ]
}


@pytest.mark.parametrize(("typed", "number"), [("7", "7"), ("07", "7"), ("42", "42"), ("٤٢", "42")])
def test_a_number_is_ruled_as_the_sheet_would_have_been_read(typed: str, number: str) -> None:
    assert checked(Decision("scan1", "age", (typed,)), LAYOUT).options == (number,)
    assert checked(Decision("scan1", "age"), LAYOUT).options == ()


@pytest.mark.parametrize("typed", ["123", "9" * 5000, "x", "-1", "1.5"])
def test_a_number_the_sheet_has_no_room_for_is_no_ruling(typed: str) -> None:
    with pytest.raises(NotAnAnswer, match="age"):
        checked(Decision("scan1", "age", (typed,)), LAYOUT)


def test_a_look_taken_back_and_handwriting_are_not_compared() -> None:
    look = ruling(2, "pilar", 9, options=("2",), blind=True)
    back = ruling(3, "pilar", 12, options=(), blind=True, withdrawn=True)
    turns = {"t1": turn(1, "rosa", 1)}

    assert pairs({"S": [ruling(1, "rosa", 3), look, back]}, turns, ()) == []
    assert pairs({"S": [ruling(1, "rosa", 3), look]}, turns, {"planning"}) == []
