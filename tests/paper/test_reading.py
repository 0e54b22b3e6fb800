"""Print, mark, spoil, read: what the pen drew comes back."""

from pathlib import Path

import numpy as np
import pytest

from paper import overlay, pen
from paper.picture import Grey, decode
from paper.read import READER_VERSION
from paper.spoil import spoil
from surveys.core.marking import Doubt
from tests.paper.printed import composed
from tests.paper.scanned import finder, judged, read_file, read_grey, scan, sheet

LAYOUT = composed("en", "letter").layout
PLAIN = (
    "turn", "shift", "scale", "shear", "stretch", "perspective", "noise", "blur", "shadow", "fade", "dark", "copies",
    "dust", "jpeg", "holes", "staple", "phone",
)  # fmt: skip


def marked(
    seed: int, name: str = "en", paper: str = "letter", style: str | None = None
) -> tuple[Grey, dict[str, tuple[str, ...]]]:
    """A page with one answer or none for each question, in ordinary pens."""
    rng, page = np.random.default_rng(seed), sheet(name, paper)
    drawn: dict[str, tuple[str, ...]] = {}
    for field in page.page.fields:
        if field.kind != "one":
            continue
        option = str(rng.choice([bubble.option for bubble in field.bubbles]))
        drawn[field.question] = (option,) if rng.random() < 0.8 else ()
        how = style or str(rng.choice([mark for mark in pen.MARKS if mark != "faint"]))
        tool = str(rng.choice(["pencil", "ballpoint", "felt"]))
        pen.mark(page.holding(tool), field.question, drawn[field.question], how, rng)
    return page.grey, drawn


def answers(reading, layout=LAYOUT) -> dict[str, tuple | None]:  # type: ignore[no-untyped-def, type-arg]
    assert reading.problem is None
    return {question: found.answer for question, found in judged(reading, layout).items()}


@pytest.mark.parametrize("style", pen.MARKS)
def test_every_kind_of_mark_is_read_as_drawn(tmp_path: Path, style: str) -> None:
    grey, drawn = marked(1, style=style)
    assert answers(read_grey(tmp_path, grey)) == drawn


@pytest.mark.parametrize("kind", PLAIN)
def test_an_ordinary_spoiling_changes_no_answer(tmp_path: Path, kind: str) -> None:
    grey, drawn = marked(2)
    assert answers(read_grey(tmp_path, spoil(grey, kind, np.random.default_rng(3), 0.5))) == drawn


@pytest.mark.parametrize("seed", range(6))
def test_a_photo_from_the_side_is_read(tmp_path: Path, seed: int) -> None:
    grey, drawn = marked(seed)
    assert answers(read_grey(tmp_path, spoil(grey, "phone", np.random.default_rng(seed), 1.0))) == drawn


@pytest.mark.parametrize(("name", "paper"), [("ar", "letter"), ("ar", "a4"), ("es", "letter"), ("en", "a4")])
def test_every_script_and_paper_size_is_read(tmp_path: Path, name: str, paper: str) -> None:
    grey, drawn = marked(4, name, paper)
    assert answers(read_grey(tmp_path, grey, name, paper), composed(name, paper).layout) == drawn


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_may_lie_any_way_round(tmp_path: Path, turns: int) -> None:
    grey, drawn = marked(5)
    reading = read_grey(tmp_path, np.rot90(grey, turns))  # counter-clockwise, so this much clockwise sets it upright
    assert reading.turned == 90 * turns
    assert answers(reading) == drawn


@pytest.mark.parametrize("dpi", [150, 300, 600])
def test_any_usual_resolution_is_read(tmp_path: Path, dpi: int) -> None:
    page = sheet(dpi=dpi)
    pen.mark(page.holding("ballpoint"), "q01", ["often"], "tick", np.random.default_rng(1))
    found = answers(read_file(scan(tmp_path, page.grey, dpi=dpi))[0])
    assert found.pop("q01") == ("often",)
    assert set(found.values()) == {()}


@pytest.mark.parametrize("kind", [*PLAIN, "one-bit", "coffee", "fold", "torn", "streak"])
def test_a_form_without_answers_never_answers(tmp_path: Path, kind: str) -> None:
    reading = read_grey(tmp_path, spoil(sheet().grey, kind, np.random.default_rng(6), 0.7))
    found = judged(reading, LAYOUT).values()
    assert all(each.answer == () or each.doubt for each in found)
    assert sum(each.doubt is not None for each in found) <= (1 if kind in PLAIN else len(found))  # a grain of dust


def test_blank_bubbles_read_no_ink_and_whole_outlines(tmp_path: Path) -> None:
    reading = read_grey(tmp_path, sheet().grey)
    assert max(max(measure.ink) for measure in reading.fields) < 0.001
    assert min(min(measure.match) for measure in reading.fields) > 0.9


def test_a_streak_down_a_column_is_a_doubt_and_never_an_answer(tmp_path: Path) -> None:
    page = sheet()
    column = page.page.fields[0].bubbles[2].x
    left = round((column + 0.4) * page.scale)
    page.grey[:, left : left + 3] = 60
    found = judged(read_grey(tmp_path, page.grey), LAYOUT)
    assert {each.doubt for each in found.values()} == {Doubt.DISTURBED}


def test_a_streak_between_the_columns_disturbs_nothing(tmp_path: Path) -> None:
    page = sheet()
    beside = page.page.fields[0].bubbles[2].x - 5.5
    page.grey[:, round(beside * page.scale) :][:, :3] = 60
    assert set(answers(read_grey(tmp_path, page.grey)).values()) == {()}


def test_a_dark_photograph_over_bubbles_makes_no_answers(tmp_path: Path) -> None:
    page = sheet()
    height, width = page.grey.shape
    page.grey[height // 3 : height // 2, width // 4 : width // 2] = 45
    found = judged(read_grey(tmp_path, page.grey), LAYOUT).values()
    assert all(not each.answer for each in found)
    assert any(each.doubt for each in found)


def test_two_marks_are_a_doubt(tmp_path: Path) -> None:
    page, rng = sheet(), np.random.default_rng(7)
    pen.mark(page, "q02", ["never", "always"], "cross", rng)
    found = judged(read_grey(tmp_path, page.grey), LAYOUT)
    assert found["q02"].doubt is Doubt.TWO_MARKS


def test_a_changed_mind_goes_to_a_person(tmp_path: Path) -> None:
    page, rng = sheet(), np.random.default_rng(8)
    pen.mark(page, "q02", ["never"], "fill", rng)
    pen.mark(page, "q02", ["never"], "cross", rng)
    pen.mark(page, "q02", ["often"], "circle", rng)
    assert judged(read_grey(tmp_path, page.grey), LAYOUT)["q02"].doubt is Doubt.TWO_MARKS


@pytest.mark.parametrize("trace", pen.TRACES)
def test_a_rested_pencil_and_a_rubbed_out_mark_are_no_answers(tmp_path: Path, trace: str) -> None:
    page, rng = sheet(), np.random.default_rng(9)
    for field in page.page.fields:
        pen.mark(page, field.question, [field.bubbles[1].option], trace, rng)
    assert all(not each.answer for each in judged(read_grey(tmp_path, page.grey), LAYOUT).values())


def test_an_outline_covered_in_white_is_a_doubt(tmp_path: Path) -> None:
    page = sheet()
    bubble = page.page.fields[3].bubbles[4]
    x, y = round(bubble.x * page.scale), round(bubble.y * page.scale)
    page.grey[y - 30 : y + 30, x - 30 : x + 30] = 255
    found = judged(read_grey(tmp_path, page.grey), LAYOUT)
    assert found[page.page.fields[3].question].doubt is Doubt.OUTLINE_LOST


@pytest.mark.parametrize("threshold", [128, 150, 180, 200])
def test_black_and_white_scans_are_read_wherever_they_are_cut(tmp_path: Path, threshold: int) -> None:
    grey, drawn = marked(10)
    fax = np.where(grey > threshold, 255, 0).astype(np.uint8)
    assert answers(read_grey(tmp_path, fax, encoding="g4")) == drawn


def test_where_black_and_white_lost_the_outlines_no_blank_is_believed(tmp_path: Path) -> None:
    grey, drawn = marked(10)
    fax = np.where(grey > 90, 255, 0).astype(np.uint8)
    found = judged(read_grey(tmp_path, fax, encoding="g4"), LAYOUT)
    assert all(each.doubt or each.answer for each in found.values())
    assert all(each.answer in (None, drawn[question]) for question, each in found.items())


def test_jpeg_fax_and_uncompressed_scans_give_the_same_answers(tmp_path: Path) -> None:
    grey, drawn = marked(10)
    for encoding in ("jpeg", "g4", "flate"):
        assert answers(read_grey(tmp_path, grey, encoding=encoding)) == drawn


@pytest.mark.parametrize("kind", [*PLAIN, "dither"])
def test_an_empty_box_is_blank(tmp_path: Path, kind: str) -> None:
    grey = spoil(sheet(page=len(LAYOUT.pages)).grey, kind, np.random.default_rng(11), 0.5)
    assert judged(read_grey(tmp_path, grey), LAYOUT)["more"].answer == ()


@pytest.mark.parametrize("tool", pen.PENS)
@pytest.mark.parametrize("words", [1, 2, 8, 30])
def test_writing_in_the_box_is_a_doubt(tmp_path: Path, tool: str, words: int) -> None:
    page = sheet(page=len(LAYOUT.pages)).holding(tool)
    pen.write(page, "more", words, np.random.default_rng(11))
    assert judged(read_grey(tmp_path, page.grey), LAYOUT)["more"].doubt is Doubt.TEXT


def test_shuffled_pages_are_each_known_by_their_tag(tmp_path: Path) -> None:
    numbers = [page.page for page in LAYOUT.pages][::-1]
    readings = read_file(scan(tmp_path, *(sheet(page=number).grey for number in numbers)))
    assert [reading.page for reading in readings] == numbers
    assert len(numbers) > 1
    assert [reading.index for reading in readings] == sorted(numbers)
    assert {reading.layout for reading in readings} == {LAYOUT.digest}


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    path = scan(tmp_path, marked(12)[0])
    assert read_file(path) == read_file(path)
    assert READER_VERSION


def test_a_crop_shows_the_question_upright_from_a_page_upside_down(tmp_path: Path) -> None:
    page = sheet()
    bubble = page.page.fields[4].bubbles[0]
    pen.mark(page.holding("felt"), page.page.fields[4].question, [bubble.option], "scribble", np.random.default_rng(1))
    reading = read_grey(tmp_path, page.grey[::-1, ::-1])
    upside_down = np.ascontiguousarray(page.grey[::-1, ::-1])
    crop = decode(overlay.crop(upside_down, reading, LAYOUT, page.page.fields[4].question))[0]
    at = round((bubble.x - overlay.SIDE) * overlay.CROP_SCALE)
    assert np.median(crop[-60:-36, at - 8 : at + 8]) < 60 < np.median(crop[-60:-36, at - 80 : at - 60])
    whole = decode(overlay.page(upside_down, reading, LAYOUT))[0]
    assert whole.shape[1] == round((page.page.width - 2 * overlay.SIDE) * overlay.PAGE_SCALE)


def test_a_page_of_every_kind_of_question_is_read(tmp_path: Path) -> None:
    layout = composed("mixed-en", "letter").layout
    page, rng, drawn = sheet("mixed-en"), np.random.default_rng(13), {}
    for field in page.page.fields:
        options = [bubble.option for bubble in field.bubbles]
        drawn[field.question] = {"one": tuple(options[:1]), "many": tuple(options[:2]), "number": ("17",), "text": ()}[
            field.kind
        ]
        pen.mark(page, field.question, drawn[field.question], "fill", rng)
    reading = read_grey(tmp_path, page.grey, "mixed-en")
    assert answers(reading, layout) == drawn
    assert finder("mixed-en")("0" * 16) is None
