"""What cannot be read is told by name, each problem reached by a picture."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import qrcode

from paper.layout import Layout
from paper.load import pictures
from paper.pen import PENS, Sheet, scrawl
from paper.picture import Grey
from paper.read import Reading, read
from paper.spoil import spoil
from paper.tag import Tag, encode
from tests.paper.printed import LINK, SERIAL, composed, picture
from tests.paper.scanned import read_file, read_grey, scan, sheet

LAYOUT = composed("en", "letter").layout


def over(grey: Grey, *, corners: tuple[int, ...] = (), tags: tuple[int, ...] = ()) -> Grey:
    """The page with white paper over some of its corners and tags."""
    page, scale = LAYOUT.pages[0], grey.shape[1] / LAYOUT.pages[0].width
    for square in [*(page.corners[index] for index in corners), *(page.tags[index] for index in tags)]:
        half = (square.size / 2 + 1) * scale
        x, y = square.x * scale, square.y * scale
        grey[round(y - half) : round(y + half), round(x - half) : round(x + half)] = 255
    return grey


def read_with(folder: Path, grey: Grey, layout: Layout | None) -> Reading:
    return read(next(pictures(scan(folder, grey))), lambda _: layout)


def problem(folder: Path, grey: Grey) -> str | None:
    reading = read_grey(folder, grey)
    assert (reading.fields == ()) == (reading.problem is not None)
    return reading.problem


def test_a_side_with_nothing_on_it_is_blank(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    paper = np.clip(rng.normal(238, 4, (2200, 1700)), 0, 255).astype(np.uint8)
    assert problem(tmp_path, paper) == "blank"
    assert problem(tmp_path, np.full((2200, 1700), 255, np.uint8)) == "blank"


def back(spoiling: str | None = None) -> Sheet:
    """The bare back of a sheet, spoiled."""
    rng = np.random.default_rng(5)
    paper = np.clip(rng.normal(238, 4, (2200, 1700)), 0, 255).astype(np.uint8)
    return Sheet(spoil(paper, spoiling, rng, 0.6) if spoiling else paper, LAYOUT.pages[0])


def dark_edges(grey: Grey) -> Grey:
    grey[:, -70:] = 20
    grey[:50] = 35
    return grey


@pytest.mark.parametrize("spoiling", ["holes", "dust", "noise", "jpeg", "shadow", "turn", "shift", "one-bit", "dark"])
def test_a_bare_back_is_blank_whatever_the_copier_adds(tmp_path: Path, spoiling: str) -> None:
    assert problem(tmp_path, back(spoiling).grey) == "blank"
    assert problem(tmp_path, dark_edges(back(spoiling).grey)) == "blank"


@pytest.mark.parametrize("tool", PENS)
@pytest.mark.parametrize("spoiling", [None, "holes", "dust", "noise", "jpeg"])
def test_two_words_on_a_back_are_not_blank(tmp_path: Path, spoiling: str | None, tool: str) -> None:
    sheet = back(spoiling).holding(tool)
    scrawl(sheet, (90, 120), 2, np.random.default_rng(3))
    assert problem(tmp_path, dark_edges(sheet.grey)) == "no-tag"


@pytest.mark.parametrize("size", [(1, 1), (5, 5), (399, 5000), (300, 200)])
def test_a_picture_too_small_to_show_a_page_is_not_blank(tmp_path: Path, size: tuple[int, int]) -> None:
    cv2.imwrite(str(tmp_path / "small.png"), np.full(size, 255, np.uint8))
    assert [reading.problem for reading in read_file(tmp_path / "small.png")] == ["no-tag"]


def test_a_back_that_shows_a_little_of_the_front_is_blank(tmp_path: Path) -> None:
    front = sheet().grey[:, ::-1]
    assert problem(tmp_path, (255 - (255 - front) // 25).astype(np.uint8)) == "blank"


def test_writing_on_the_back_is_not_blank(tmp_path: Path) -> None:
    page = sheet()
    page.grey[:] = np.where(page.grey > 250, 255, 255)
    page.grey[800:806, 300:900] = 40
    page.grey[900:906, 300:900] = 40
    assert problem(tmp_path, page.grey) == "no-tag"


def test_a_dark_picture_is_not_taken_for_a_blank_side(tmp_path: Path) -> None:
    assert problem(tmp_path, np.full((2200, 1700), 10, np.uint8)) == "no-tag"


def test_a_page_without_tags_has_no_tag(tmp_path: Path) -> None:
    assert problem(tmp_path, over(sheet().grey, tags=(0, 1))) == "no-tag"


@pytest.mark.parametrize("gone", [0, 1])
def test_one_tag_of_two_is_enough(tmp_path: Path, gone: int) -> None:
    reading = read_grey(tmp_path, over(sheet().grey, tags=(gone,)))
    assert (reading.problem, reading.serial, reading.page) == (None, SERIAL, 1)


def test_a_tag_with_a_pen_stroke_across_is_read(tmp_path: Path) -> None:
    grey, tag = over(sheet().grey, tags=(1,)), LAYOUT.pages[0].tags[0]
    scale = grey.shape[1] / LAYOUT.pages[0].width
    y = round((tag.y + 1) * scale)
    grey[y : y + 4, round((tag.x - 11) * scale) : round((tag.x + 11) * scale)] = 30
    assert read_grey(tmp_path, grey).serial == SERIAL


def retagged(text: str) -> Grey:
    """The page with another QR pasted over both tags."""
    grey = sheet().grey
    code = qrcode.QRCode(border=0)
    code.add_data(text)
    modules = np.where(code.get_matrix(), 0, 255).astype(np.uint8)
    for tag in LAYOUT.pages[0].tags:
        scale = grey.shape[1] / LAYOUT.pages[0].width
        left, top = (round((middle - tag.size / 2) * scale) for middle in (tag.x, tag.y))
        side = round(tag.size * scale)
        grey[top : top + side, left : left + side] = cv2.resize(modules, (side, side), interpolation=cv2.INTER_NEAREST)
    return grey


def test_a_tag_that_does_not_add_up_is_a_bad_check(tmp_path: Path) -> None:
    text = encode(Tag(SERIAL, 1), LINK)
    assert problem(tmp_path, retagged(text)) is None
    assert problem(tmp_path, retagged(text[:-1] + ("0" if text[-1] != "0" else "1"))) == "bad-check"


def test_a_code_of_somebody_else_is_no_tag(tmp_path: Path) -> None:
    assert problem(tmp_path, retagged("https://example.org/menu")) == "no-tag"


def test_a_page_the_layout_does_not_hold_is_a_bad_check(tmp_path: Path) -> None:
    layout = Layout(LAYOUT.survey, LAYOUT.version, LAYOUT.locale, LAYOUT.paper, LAYOUT.pages[1:])
    assert read_with(tmp_path, sheet().grey, layout).problem == "bad-check"


def test_a_form_nobody_here_knows_is_foreign(tmp_path: Path) -> None:
    reading = read_with(tmp_path, sheet().grey, None)
    assert (reading.problem, reading.serial, reading.page, reading.layout) == ("foreign", SERIAL, 1, None)


@pytest.mark.parametrize("gone", [0, 1, 2, 3])
def test_three_corners_of_four_are_enough(tmp_path: Path, gone: int) -> None:
    assert problem(tmp_path, over(sheet().grey, corners=(gone,))) is None


@pytest.mark.parametrize("gone", [(0, 1), (0, 2), (1, 3)])
def test_two_corners_are_not(tmp_path: Path, gone: tuple[int, int]) -> None:
    reading = read_grey(tmp_path, over(sheet().grey, corners=gone))
    assert (reading.problem, reading.serial, reading.page) == ("not-aligned", SERIAL, 1)


@pytest.mark.parametrize("rows", [10, 13, 16, 20, 25, 28, 32, 36])  # at 200 dpi: 1.3 to 4.6 mm
@pytest.mark.parametrize("top", [500, 300])
def test_a_page_whose_outlines_lie_elsewhere_is_not_aligned(tmp_path: Path, top: int, rows: int) -> None:
    grey = sheet().grey
    body = grey[top:1980].copy()
    grey[top:1980] = 255
    grey[top + rows : 1980] = body[:-rows]
    assert problem(tmp_path, grey) == "not-aligned"


def test_a_slip_of_half_a_millimetre_is_followed(tmp_path: Path) -> None:
    grey = sheet().grey
    grey[504:1900] = grey[500:1896].copy()
    reading = read_grey(tmp_path, grey)
    assert reading.problem is None
    assert min(min(measure.match) for measure in reading.fields) > 0.8


def test_two_sheets_in_one_picture_are_a_bad_check(tmp_path: Path) -> None:
    grey, other = sheet().grey, picture("en", "letter", 2, 200)
    grey[1900:, :600] = other[1900:, :600]
    assert problem(tmp_path, grey) == "bad-check"
