"""Every style of sheet is printed, marked, spoiled as copiers do, and read back as it was marked."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from paper import pen
from paper.picture import Grey
from paper.spoil import spoil
from tests.paper.printed import composed
from tests.paper.scanned import judged, read_grey, sheet

STYLED = (
    ("large-en", "letter"), ("large-ar", "a4"), ("early-en", "a4"), ("early-ar", "letter"), ("blocks-en", "letter"),
    ("blocks-ar", "a4"), ("mixed-en", "letter"),
)  # fmt: skip
PAGES = [(name, paper, page.page) for name, paper in STYLED for page in composed(name, paper).layout.pages]
TOOLS = ("pencil", "ballpoint", "gel", "felt", "crayon")
every_page = pytest.mark.parametrize(("name", "paper", "page"), PAGES)


def marked(name: str, paper: str, page: int, seed: int) -> tuple[Grey, dict[str, tuple[str, ...] | None]]:
    """A page with marks of many kinds, and what they mean: None for words in a box, which a person reads."""
    rng, blank = np.random.default_rng([seed, page]), sheet(name, paper, page)
    drawn: dict[str, tuple[str, ...] | None] = {}
    for field in blank.page.fields:
        held = blank.holding(str(rng.choice(TOOLS)))
        if field.box:
            pen.write(held, field.question, 4, rng)
            drawn[field.question] = None
            continue
        if field.kind == "number":
            places = {bubble.place for bubble in field.bubbles}
            chosen = ("".join(str(rng.integers(1, 10)) for _ in places),)
        else:
            options = [bubble.option for bubble in field.bubbles]
            some = set(rng.choice(options, 2 if field.kind == "many" else 1, replace=False).tolist())
            chosen = tuple(option for option in options if option in some)
        chosen = chosen if rng.random() < 0.85 else ()
        how = str(rng.choice([mark for mark in pen.MARKS if mark not in ("faint", "ring")]))
        pen.mark(held, field.question, chosen, how, rng)
        drawn[field.question] = chosen
    return blank.grey, drawn


def answers(folder: Path, grey: Grey, name: str, paper: str, encoding: str = "jpeg") -> dict[str, object]:
    reading = read_grey(folder, grey, name, paper, encoding)
    assert reading.problem is None
    return {question: found.answer for question, found in judged(reading, composed(name, paper).layout).items()}


@every_page
def test_a_page_is_read_as_it_was_marked(tmp_path: Path, name: str, paper: str, page: int) -> None:
    grey, drawn = marked(name, paper, page, 1)
    assert answers(tmp_path, grey, name, paper) == drawn


@pytest.mark.parametrize("percent", [97, 103])
@every_page
def test_a_copier_may_print_it_smaller_or_larger(
    tmp_path: Path, name: str, paper: str, page: int, percent: int
) -> None:
    grey, drawn = marked(name, paper, page, percent)
    middle = (grey.shape[1] / 2, grey.shape[0] / 2)
    scaled = cv2.warpAffine(
        grey, cv2.getRotationMatrix2D(middle, 0.0, percent / 100), grey.shape[::-1], flags=cv2.INTER_AREA,
        borderValue=(255,),
    )  # fmt: skip
    assert answers(tmp_path, np.asarray(scaled, np.uint8), name, paper) == drawn


@pytest.mark.parametrize("kind", ["turn", "copies", "jpeg", "shadow", "one-bit"])
@every_page
def test_it_may_be_turned_copied_packed_shaded_and_black_and_white(
    tmp_path: Path, name: str, paper: str, page: int, kind: str
) -> None:
    grey, drawn = marked(name, paper, page, 7)
    spoiled = spoil(grey, kind, np.random.default_rng(page), 0.5)
    assert answers(tmp_path, spoiled, name, paper, "g4" if kind == "one-bit" else "jpeg") == drawn


@pytest.mark.parametrize(("name", "paper"), STYLED)
def test_a_sheet_nobody_marked_is_read_as_blank(tmp_path: Path, name: str, paper: str) -> None:
    for page in composed(name, paper).layout.pages:
        found = answers(tmp_path, sheet(name, paper, page.page).grey, name, paper)
        assert set(found.values()) <= {()}


@pytest.mark.parametrize("kind", ["holes", "staple"])
@pytest.mark.parametrize(("name", "paper"), [("large-en", "letter"), ("early-ar", "letter"), ("blocks-en", "letter")])
def test_holes_and_a_staple_spare_fronts_and_backs(tmp_path: Path, name: str, paper: str, kind: str) -> None:
    for page in (1, 2):
        grey, drawn = marked(name, paper, page, 11)
        hurt = spoil(grey if page == 1 else grey[:, ::-1], kind, np.random.default_rng(5), 0.4)
        grey = hurt if page == 1 else hurt[:, ::-1]  # what is on the left of a front is on the right of its back
        assert answers(tmp_path, np.ascontiguousarray(grey), name, paper) == drawn
