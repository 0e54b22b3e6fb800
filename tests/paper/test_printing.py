"""Where things sit on a sheet: layouts, both paper sizes, both directions."""

import json
from dataclasses import replace
from itertools import combinations

import pypdfium2
import pytest

from paper.compose import lay_out
from paper.content import Choice, Composed, Item
from paper.layout import PAPER_SIZES, Bubble, Page, Square, from_json
from paper.shape import MissingGlyph
from paper.typeset import DoesNotFit
from tests.paper.contents import OPTIONS, content
from tests.paper.printed import SHEETS, composed, said

OUTLINE_AND_WHITE = 0.14 + 1.2  # mm around an outline's centre line that belong to the bubble
QUIET_MODULES, LEAST_MODULES = 4, 29


@pytest.fixture(params=SHEETS, ids="-".join)
def sheet(request: pytest.FixtureRequest) -> Composed:
    return composed(*request.param)


def name_of(sheet: Composed) -> str:
    return next(name for name, paper in SHEETS if composed(name, paper) is sheet)


def area(bubble: Bubble) -> tuple[float, float, float, float]:
    across, down = bubble.rx + OUTLINE_AND_WHITE, bubble.ry + OUTLINE_AND_WHITE
    return bubble.x - across, bubble.y - down, bubble.x + across, bubble.y + down


def square(item: Square, around: float) -> tuple[float, float, float, float]:
    half = item.size / 2 + around
    return item.x - half, item.y - half, item.x + half, item.y + half


def apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def targets(page: Page) -> list[tuple[float, float, float, float]]:
    boxes = [field.box for field in page.fields if field.box]
    bubbles = [area(bubble) for field in page.fields for bubble in field.bubbles]
    return bubbles + [(box.x, box.y, box.x + box.width, box.y + box.height) for box in boxes]


def test_no_two_targets_touch_each_other_a_tag_or_a_corner(sheet: Composed) -> None:
    for page in sheet.layout.pages:
        around = [square(tag, QUIET_MODULES * tag.size / LEAST_MODULES) for tag in page.tags]
        around += [square(corner, 1.5) for corner in page.corners]
        assert all(apart(*pair) for pair in combinations(targets(page) + around, 2))


def test_every_target_is_inside_the_corners_and_clear_of_punch_holes(sheet: Composed) -> None:
    for page in sheet.layout.pages:
        for left, top, right, bottom in targets(page):
            assert 17 <= left < right <= page.width - 17
            assert page.corners[0].y <= top < bottom <= page.corners[2].y


def test_corners_and_tags_keep_their_places_in_every_script(sheet: Composed) -> None:
    for page in sheet.layout.pages:
        assert (page.width, page.height) == PAPER_SIZES[sheet.layout.paper]
        far_x, far_y = round(page.width - 10, 3), round(page.height - 10, 3)
        corners = [(corner.x, corner.y, corner.size) for corner in page.corners]
        assert corners == [(10, 10, 5), (far_x, 10, 5), (far_x, far_y, 5), (10, far_y, 5)]
        tags = [(tag.x > page.width / 2, tag.y > page.height / 2, tag.size) for tag in page.tags]
        assert tags == [(True, False, 18), (False, True, 18)]


def test_every_question_and_option_is_there_once_in_order(sheet: Composed) -> None:
    items = said(name_of(sheet)).items
    fields = [field for page in sheet.layout.pages for field in page.fields]
    assert [(field.question, field.kind) for field in fields] == [(item.question, item.kind) for item in items]
    for field, item in zip(fields, items, strict=True):
        if item.choices:
            assert [bubble.option for bubble in field.bubbles] == [choice.id for choice in item.choices]


@pytest.mark.parametrize(("locale", "style"), [("en", "regular"), ("es", "regular"), ("en", "large"), ("es", "early")])
def test_the_words_beside_a_bubble_are_those_of_its_option(locale: str, style: str) -> None:
    said = content(locale, count=4)
    sheet = lay_out(said, "letter", style)
    words = {item.question: {choice.id: choice.text for choice in item.choices} for item in said.items}
    beside = 0
    with pypdfium2.PdfDocument(sheet.pdf) as document:
        for page, printed in zip(sheet.layout.pages, document, strict=True):
            text = printed.get_textpage()
            for field in page.fields:
                for bubble in field.bubbles if words[field.question] else ():
                    others = [o.x for o in field.bubbles if o.x > bubble.x + 1 and abs(o.y - bubble.y) < 1]
                    end = min([*(x - bubble.rx for x in others), page.width])
                    edges = (bubble.x + bubble.rx, page.height - bubble.y - 1, end, page.height - bubble.y + 1)
                    seen = text.get_text_bounded(*(mm * 72 / 25.4 for mm in edges)).strip()
                    assert seen == words[field.question][bubble.option]
                    beside += 1
    assert beside == sum(len(item.choices) for item in said.items)


def test_a_28_question_sheet_with_an_open_question_takes_two_letter_pages() -> None:
    for locale in ("en", "es", "ar"):
        assert len(composed(locale, "letter").layout.pages) == 2


def test_a_right_to_left_sheet_is_the_mirror_of_a_left_to_right_one() -> None:
    for question in ("q01", "q20"):
        rows = [bubbles_of(composed(locale, "letter"), question) for locale in ("en", "ar")]
        assert [bubble.option for bubble in rows[0]] == [bubble.option for bubble in rows[1]] == list(OPTIONS)
        assert rows[0][0].x + rows[1][0].x == pytest.approx(PAPER_SIZES["letter"][0], abs=0.01)
        assert [b.x for b in rows[0]] == sorted(b.x for b in rows[0])
        assert [b.x for b in rows[1]] == sorted((b.x for b in rows[1]), reverse=True)
    box = composed("ar", "letter").layout.pages[1].fields[-1].box
    assert box is not None
    assert box.x == pytest.approx(20, abs=0.01)


def bubbles_of(sheet: Composed, question: str) -> tuple[Bubble, ...]:
    return next(f.bubbles for page in sheet.layout.pages for f in page.fields if f.question == question)


def test_five_labelled_options_stand_side_by_side() -> None:
    for locale in ("en", "es", "ar"):
        assert len({bubble.y for bubble in bubbles_of(composed(locale, "letter"), "q01")}) == 1


def test_options_of_the_same_words_stand_in_the_same_columns_all_the_way_down() -> None:
    fields = [field for page in composed("en", "letter").layout.pages for field in page.fields if field.bubbles]
    assert len({tuple(bubble.x for bubble in field.bubbles) for field in fields}) == 1


def test_labels_too_long_for_a_column_are_stacked() -> None:
    bubbles = bubbles_of(composed("mixed-en", "letter"), "stacked")
    assert len({bubble.x for bubble in bubbles}) == 1
    assert [bubble.y for bubble in bubbles] == sorted({bubble.y for bubble in bubbles})


def test_a_number_has_ten_digits_for_each_place() -> None:
    bubbles = bubbles_of(composed("mixed-en", "letter"), "lunch")
    assert [bubble.place for bubble in bubbles] == [1] * 10 + [0] * 10
    assert [bubble.option for bubble in bubbles] == [str(digit) for digit in range(10)] * 2


def test_a_box_to_write_in_takes_what_the_page_leaves() -> None:
    box = lay_out(content("en", count=3)).layout.pages[0].fields[-1].box
    assert box is not None
    assert box.height > 50


def test_a_layout_is_the_same_after_a_trip_through_json(sheet: Composed) -> None:
    assert from_json(json.loads(json.dumps(sheet.layout.to_json()))) == sheet.layout


def test_places_are_given_to_a_thousandth_of_a_millimetre(sheet: Composed) -> None:
    for page in sheet.layout.pages:
        for bubble in (bubble for field in page.fields for bubble in field.bubbles):
            assert (bubble.x, bubble.y) == (round(bubble.x, 3), round(bubble.y, 3))


def test_equal_content_gives_equal_bytes_and_other_content_another_layout() -> None:
    again = lay_out(content("en"))
    assert again.pdf == composed("en", "letter").pdf
    assert again.layout.digest == composed("en", "letter").layout.digest
    assert lay_out(content("en", count=27)).layout.digest != again.layout.digest


def test_many_questions_take_as_many_pages_as_they_need() -> None:
    pages = lay_out(content("en", count=90)).layout.pages
    assert len(pages) >= 5
    assert [page.page for page in pages] == list(range(1, len(pages) + 1))
    assert sum(len(page.fields) for page in pages) == 91


def test_a_text_without_room_is_an_error_that_names_the_question() -> None:
    word = "W" * 120
    for item in (Item("q07", "one", word, (Choice("a", "A"),)), Item("q07", "one", "Why?", (Choice("a", word),))):
        with pytest.raises(DoesNotFit, match=f"q07: no room for '{word}'"):
            lay_out(content(items=(item,)))
    many = tuple(Choice(str(number), f"{number} " * 60) for number in range(40))
    with pytest.raises(DoesNotFit, match=r"q08: 'Which\?' needs more than a page"):
        lay_out(content(items=(Item("q08", "many", "Which?", many),)))


def test_a_title_or_reminder_without_room_is_an_error_that_names_it() -> None:
    with pytest.raises(DoesNotFit, match="title: no room"):
        lay_out(replace(content(), title="How is school going for you? " * 10))
    with pytest.raises(DoesNotFit, match="footer: no room"):
        lay_out(replace(content(), words=replace(content().words, online="Scan the code. " * 40)))


def test_a_letter_that_no_font_has_stops_the_sheet() -> None:
    with pytest.raises(MissingGlyph, match="en: no font has"):
        lay_out(content(items=(Item("q01", "text", "ជ?"),)))


def test_an_unknown_paper_size_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="legal: no such paper size; write one of letter, a4"):
        lay_out(content(), "legal")
