"""The lightest marks and the darkest remains: a circle right on an outline is seen, residue is no answer."""

from pathlib import Path

import numpy as np
import pytest

from paper import pen
from tests.paper.printed import composed
from tests.paper.scanned import judged, read_grey, sheet

LAYOUT = composed("en", "letter").layout


@pytest.mark.parametrize("darkness", [0.36, 0.44])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_light_circle_right_on_the_outline_is_never_blank(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, darkness: float, seed: int
) -> None:
    monkeypatch.setitem(pen.PENS, "light", pen.Pen(darkness, 0.45, 0.1))
    page, rng, drawn = sheet().holding("light"), np.random.default_rng(seed), {}
    for field in page.page.fields:
        drawn[field.question] = str(rng.choice([bubble.option for bubble in field.bubbles]))
        pen.mark(page, field.question, [drawn[field.question]], "ring", rng)
    found = judged(read_grey(tmp_path, page.grey), LAYOUT)
    assert all(each.doubt or each.answer == (drawn[question],) for question, each in found.items())


@pytest.mark.parametrize("encoding", ["jpeg", "g4"])
def test_a_circle_on_every_second_outline_is_seen_beside_the_bare_ones(tmp_path: Path, encoding: str) -> None:
    page, rng = sheet(), np.random.default_rng(4)
    marked = page.page.fields[::2]
    for field in marked:
        pen.mark(page, field.question, [field.bubbles[1].option], "ring", rng)
    found = judged(read_grey(tmp_path, page.grey, encoding=encoding), LAYOUT)
    wanted = {field.question: (field.bubbles[1].option,) for field in marked}
    assert {question: each.answer for question, each in found.items()} == dict.fromkeys(found, ()) | wanted


@pytest.mark.parametrize("seed", range(6))
def test_what_a_rubber_left_is_never_an_answer(tmp_path: Path, seed: int) -> None:
    page, rng = sheet(), np.random.default_rng(seed)
    for field in page.page.fields:
        pen.mark(page, field.question, [field.bubbles[1].option], "erased", rng)
    assert all(not each.answer for each in judged(read_grey(tmp_path, page.grey), LAYOUT).values())


@pytest.mark.parametrize("darkness", [0.16, 0.19])
def test_a_fill_rubbed_to_an_even_grey_is_a_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, darkness: float
) -> None:
    monkeypatch.setitem(pen.PENS, "residue", pen.Pen(darkness, 0.6, 0.1))
    page, rng = sheet().holding("residue"), np.random.default_rng(5)
    for field in page.page.fields:
        pen.mark(page, field.question, [field.bubbles[1].option], "fill", rng)
    assert all(each.doubt for each in judged(read_grey(tmp_path, page.grey), LAYOUT).values())
