"""What answers say about each other follows written rules, the same at every door."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveys.core.definition import load
from surveys.core.logic import at_odds, reconciled
from surveys.core.refusals import NotAnAnswer
from surveys.core.responses import check

SINK = load(Path(__file__).parents[1] / "kitchen-sink.toml")
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
