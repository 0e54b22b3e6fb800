"""What the reader measured is kept in few bytes, and comes back exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.measures import head_of, opened, pack, unpack
from surveys.core.sheets import Measure

share = st.integers(0, 10_000).map(lambda units: round(units / 10_000, 4))


@st.composite
def a_measure(draw: st.DrawFn) -> Measure:
    count = draw(st.integers(1, 6))
    ink, match = (tuple(draw(st.lists(share, min_size=count, max_size=count))) for _ in range(2))
    return Measure(
        draw(st.text(max_size=8)), ink, match, tuple(draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    )


@given(st.lists(a_measure(), max_size=6))
def test_measures_come_back_as_they_were(fields: list[Measure]) -> None:
    assert unpack(pack(fields)) == tuple(fields)


def test_pages_with_the_same_questions_are_opened_together() -> None:
    pages = [
        [Measure("a", (n / 100, 0.5), (1.0, 0.9), (False, True)), Measure("b", (0.25,), (1.0,), (False,))]
        for n in range(3)
    ]
    packed = [pack(page) for page in pages]

    head, (ink, match, disturbed) = opened(packed)

    assert len({head_of(each) for each in packed}) == 1
    assert head == (("a", 2), ("b", 1))
    assert np.array_equal(ink, [[100 * n, 5000, 2500] for n in range(3)])
    assert match.shape == disturbed.shape == (3, 3)
    assert disturbed[:, 1].all()


def test_a_value_that_is_no_share_is_not_cut_off_in_silence() -> None:
    with pytest.raises(OverflowError):
        pack([Measure("a", (-0.1,), (1.0,), (False,))])
