"""The headline: what stands out, and when the figures do not bear it."""

from __future__ import annotations

import pytest

from surveys.core.headline import Trust, headline, trust


def figures(percent: float, reach: float = 3) -> dict[str, float]:
    return {"n": 100, "percent": percent, "low": percent - reach, "high": percent + reach}


def test_the_two_strongest_and_the_two_weakest_topics_are_named() -> None:
    found = headline({"a": figures(50), "b": figures(80), "c": figures(20), "d": figures(70), "e": figures(35)})
    assert found
    assert found.strengths == ("b", "d")
    assert found.to_grow == ("c", "e")
    assert found.clear


def test_a_difference_inside_the_intervals_is_not_called_clear() -> None:
    found = headline({name: figures(percent, 6) for name, percent in (("a", 50), ("b", 55), ("c", 60), ("d", 65))})
    assert found
    assert not found.clear


def test_hidden_topics_are_no_headline_and_too_few_topics_have_none() -> None:
    shown = {"a": figures(50), "b": figures(60), "c": figures(70)}
    assert headline({**shown, "d": None}) is None
    found = headline({**shown, "d": None, "e": figures(10)})
    assert found
    assert "d" not in found.strengths + found.to_grow


@pytest.mark.parametrize(
    ("responded", "invited", "carries"),
    [(80, 100, Trust.STRONG), (79, 100, Trust.FAIR), (50, 100, Trust.FAIR), (49, 100, Trust.WEAK), (0, 0, Trust.WEAK)],
)
def test_the_response_rate_says_how_far_the_figures_carry(responded: int, invited: int, carries: Trust) -> None:
    assert trust(responded, invited) is carries
