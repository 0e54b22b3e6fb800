"""Options are shown in an order that a response's id tells ever after, and every order has its turn."""

from __future__ import annotations

from collections import Counter

from surveys.core.order import drawn, mixed, shown
from surveys.core.responses import Mode, Response
from tests.kitchen import SINK
from tests.world import NOW

PLACES = SINK.by_id["places"]


def order(source: str, mode: Mode = Mode.ONLINE) -> list[str]:
    return [option.id for option in shown(PLACES, Response("t", mode, source, {}, NOW, handed_in=True))]


def test_the_numbers_are_those_that_were_chosen_once_and_for_all() -> None:
    assert [drawn(""), drawn("a"), drawn("0123456789abcdef/places/home")] == [2872998923, 444641715, 699405247]


def test_every_order_is_about_as_frequent_as_any_other() -> None:
    seen = Counter(tuple(option.id for option in mixed(PLACES, f"{n:032x}")) for n in range(6000))

    assert len(seen) == 6
    assert all(850 < times < 1150 for times in seen.values())  # 1000 each, give or take five standard deviations


def test_what_stands_apart_keeps_its_place() -> None:
    assert all(order(f"{n:032x}")[3:] == ["nowhere", "secret"] for n in range(20))


def test_paper_and_a_page_without_its_script_keep_the_order_of_the_survey() -> None:
    written = [option.id for option in PLACES.options]
    mixed_up = next(f"{n:032x}" for n in range(20) if order(f"{n:032x}") != written)

    assert order(mixed_up, Mode.PAPER) == order(f"form-{mixed_up}") == written
