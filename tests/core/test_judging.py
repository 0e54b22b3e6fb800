"""Many pages judged at once are judged as each would be alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.core.judging import UNSURE, Stack, codes, cut, table
from surveys.core.marking import DEFAULT, Thresholds, judge
from surveys.core.measures import pack
from surveys.core.sheets import Measure, measured

NEAR = [DEFAULT.marginal, DEFAULT.definite, DEFAULT.outline, DEFAULT.empty, DEFAULT.writing, 0.0, 0.01, 0.3, 1.0]
share = st.one_of(
    st.sampled_from(NEAR).flatmap(lambda near: st.sampled_from([near, max(near - 1e-4, 0), near + 1e-4])),
    st.floats(0, 1),
).map(lambda value: round(value, 4))
clean = st.sampled_from([0.0, 0.0, 0.0, 0.3])
FIELDS: dict[str, dict[str, Any]] = {
    "one": {"kind": "one", "bubbles": [{"option": str(n)} for n in range(5)]},
    "many": {"kind": "many", "bubbles": [{"option": str(n)} for n in range(3)]},
    "alone": {"kind": "many", "bubbles": [{"option": "0"}, {"option": "1"}, {"option": "2", "exclusive": True}]},
    "number": {"kind": "number", "bubbles": [{"option": str(n), "place": p} for p in (1, 0) for n in range(2)]},
    "text": {"kind": "text", "bubbles": []},
}


@st.composite
def a_page(draw: st.DrawFn) -> list[Measure]:
    page = []
    for question, field in FIELDS.items():
        count = max(len(field["bubbles"]), 1)
        ink = draw(st.lists(draw(st.sampled_from([share, clean])), min_size=count, max_size=count))
        match = draw(st.lists(st.one_of(st.just(1.0), share), min_size=count, max_size=count))
        disturbed = draw(st.lists(st.sampled_from([False] * 9 + [True]), min_size=count, max_size=count))
        page.append(Measure(question, tuple(ink), tuple(match), tuple(disturbed)))
    return page


@settings(max_examples=300)
@given(st.lists(a_page(), min_size=1, max_size=5), st.sampled_from([DEFAULT, Thresholds("x", 0.3, 0.3, 0.0, 0.9, 0.5)]))
def test_what_is_plain_is_what_the_rule_says(pages: list[list[Measure]], thresholds: Thresholds) -> None:
    names = [str(n) for n in range(len(pages))]
    found = table(Stack(FIELDS, names, names, [pack(page) for page in pages]))

    for number, row in enumerate(codes(found, thresholds)):
        for question, code in enumerate(row.tolist()):
            measure = pages[number][question]
            ruled = judge(measured(FIELDS[measure.question], measure), thresholds)
            assert found.judge(number, question, thresholds) == ruled
            if code != UNSURE:
                assert found.plain(question, code) == ruled


def test_a_clear_page_is_all_plain() -> None:
    page = [
        Measure("one", (0.0, 0.4, 0.0, 0.0, 0.0), (1.0,) * 5, (False,) * 5),
        Measure("many", (0.4, 0.0, 0.4), (1.0,) * 3, (False,) * 3),
        Measure("alone", (0.4, 0.4, 0.0), (1.0,) * 3, (False,) * 3),
        Measure("number", (0.0,) * 4, (1.0,) * 4, (False,) * 4),
        Measure("text", (0.0,), (1.0,), (False,)),
    ]

    assert codes(table(Stack(FIELDS, ["a"], ["b"], [pack(page)])), DEFAULT).tolist() == [[0b10, 0b101, 0b11, 0, 0]]


@given(st.floats(0, 1))
def test_a_cut_divides_units_as_the_share_does(value: float) -> None:
    assert (cut(value) - 1) / 10_000 < value <= cut(value) / 10_000
