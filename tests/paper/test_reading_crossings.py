"""A streak, a fold, a stain's rim: what they leave plain is read, what they may hide is asked, nothing is lost."""

from pathlib import Path

import numpy as np
import pytest

from paper import pen
from paper.pen import Sheet
from paper.spoil import spoil
from surveys.core.marking import Doubt, Judged
from tests.paper.printed import composed
from tests.paper.scanned import judged, read_grey, sheet

LAYOUT = composed("en", "letter").layout
LAST = len(LAYOUT.pages)


def found(folder: Path, page: Sheet) -> dict[str, Judged]:
    return judged(read_grey(folder, page.grey), LAYOUT)


def streak(page: Sheet, x: float, part: float, wide: float = 0.4) -> None:
    """A line down the picture at x mm that leaves a part of the light."""
    left, across = round((x - wide / 2) * page.scale), max(round(wide * page.scale), 1)
    page.grey[:, left : left + across] = page.grey[:, left : left + across] * part


def fold(page: Sheet, y: float, part: float, wide: float = 0.35) -> None:
    top, high = round((y - wide / 2) * page.scale), max(round(wide * page.scale), 1)
    page.grey[top : top + high] = page.grey[top : top + high] * part


def marked(page: Sheet, style: str, option: int, seed: int = 3) -> dict[str, tuple[str, ...]]:
    """The same option of every question, in one style."""
    rng, drawn = np.random.default_rng(seed), {}
    for field in page.page.fields:
        if field.bubbles:
            drawn[field.question] = (field.bubbles[option].option,)
            pen.mark(page, field.question, drawn[field.question], style, rng)
    return drawn


@pytest.mark.parametrize("beside", [-2.0, 0.0, 0.7, 3.2])
@pytest.mark.parametrize("style", ["fill", "tick", "cross", "circle"])
def test_a_grey_streak_takes_nothing_from_plain_marks(tmp_path: Path, beside: float, style: str) -> None:
    page = sheet()
    drawn = marked(page, style, 2)
    streak(page, page.page.fields[0].bubbles[2].x + beside, 0.7)
    streak(page, page.page.fields[0].bubbles[0].x + beside, 0.75)
    each = found(tmp_path, page)
    assert all(one.doubt or one.answer == drawn[question] for question, one in each.items())
    assert sum(one.doubt is not None for one in each.values()) <= 1  # a letter of print reaches into one margin


def test_a_grey_streak_over_empty_bubbles_is_no_mark(tmp_path: Path) -> None:
    page = sheet()
    streak(page, page.page.fields[0].bubbles[2].x + 0.4, 0.7)
    assert {each.answer for each in found(tmp_path, page).values()} == {()}


def test_under_a_dark_streak_a_mark_may_hide_so_only_what_stands_elsewhere_is_an_answer(tmp_path: Path) -> None:
    page, rng = sheet(), np.random.default_rng(2)
    drawn = {field.question: (field.bubbles[3].option,) for field in page.page.fields[::2]}
    for question, answer in drawn.items():
        pen.mark(page, question, answer, "cross", rng)
    streak(page, page.page.fields[0].bubbles[2].x + 0.4, 0.2)
    for question, each in found(tmp_path, page).items():
        assert (each.answer, each.doubt) == ((drawn[question], None) if question in drawn else (None, Doubt.DISTURBED))


@pytest.mark.parametrize("beside", [-3.5, -2.5, -1.5, 0.0, 1.5, 2.5, 3.5])
@pytest.mark.parametrize("part", [0.08, 0.3, 0.6])
def test_what_is_left_of_a_streak_is_no_second_mark(tmp_path: Path, beside: float, part: float) -> None:
    page, layout = sheet("mixed-en").holding("ballpoint"), composed("mixed-en", "letter").layout
    field = next(field for field in page.page.fields if field.kind == "many")
    pen.mark(page, field.question, [field.bubbles[1].option], "dash", np.random.default_rng(6))
    streak(page, field.bubbles[2].x + beside, part, 0.6)
    each = judged(read_grey(tmp_path, page.grey, "mixed-en"), layout)[field.question]
    assert each.doubt or each.answer == (field.bubbles[1].option,)


@pytest.mark.parametrize("part", [0.75, 0.5, 0.3])
@pytest.mark.parametrize(("tool", "style"), [("pencil", "dash"), ("hard-pencil", "dash"), ("hard-pencil", "ring")])
def test_a_mark_along_a_fold_is_never_blank(tmp_path: Path, part: float, tool: str, style: str) -> None:
    page = sheet().holding(tool)
    drawn = marked(page, style, 1)
    for field in page.page.fields:
        fold(page, field.bubbles[1].y, part)
    assert all(each.doubt or each.answer == drawn[question] for question, each in found(tmp_path, page).items())


@pytest.mark.parametrize("seed", range(4))
def test_a_stains_rim_hardly_costs_a_question(tmp_path: Path, seed: int) -> None:
    page = sheet()
    drawn = marked(page, "fill", seed % 5)
    stained = Sheet(spoil(page.grey, "coffee", np.random.default_rng(seed), 0.5), page.page)
    each = found(tmp_path, stained)
    assert all(one.doubt or one.answer == drawn[question] for question, one in each.items())
    assert sum(one.doubt is not None for one in each.values()) <= 2


@pytest.mark.parametrize("seed", range(6))
def test_a_sheet_that_is_not_flat_is_read_or_refused_and_an_outline_beside_its_place_is_no_mark(
    tmp_path: Path, seed: int
) -> None:
    buckled = Sheet(spoil(sheet().grey, "buckle", np.random.default_rng(seed), 1.0), sheet().page)
    assert all(each.doubt or each.answer == () for each in found(tmp_path, buckled).values())
    mild = Sheet(spoil(sheet().grey, "buckle", np.random.default_rng(seed), 0.4), sheet().page)
    assert {each.answer for each in found(tmp_path, mild).values()} == {()}


@pytest.mark.parametrize("part", [0.75, 0.3])
def test_a_streak_through_an_empty_box_is_no_writing(tmp_path: Path, part: float) -> None:
    page = sheet(page=LAST)
    streak(page, 70, part)
    assert found(tmp_path, page)["more"].answer == ()


@pytest.mark.parametrize("seed", range(8))
def test_one_faint_word_in_a_box_is_seen_by_a_person(tmp_path: Path, seed: int) -> None:
    page = sheet(page=LAST).holding("hard-pencil")
    pen.write(page, "more", 1, np.random.default_rng(seed))
    assert found(tmp_path, page)["more"].doubt is Doubt.TEXT
