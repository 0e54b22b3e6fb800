"""Large print, early-grade sheets and scale blocks: what each style promises, and that any survey lays out in all."""

import re
from dataclasses import replace
from io import BytesIO
from itertools import combinations, pairwise

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paper.compose import lay_out
from paper.content import Choice, Composed, Content, Item
from paper.face import face
from paper.layout import Field
from paper.shape import Writing
from paper.style import PT, STYLES
from paper.typeset import DoesNotFit
from tests.paper.contents import LABELS, OPTIONS, QUESTIONS, WORDS, blocks, content, mixed
from tests.paper.printed import composed, drawn
from tests.paper.test_printing import apart, targets

POINTS = 72 / 25.4


def type_sizes(pdf: bytes) -> set[float]:
    """The type sizes of a PDF's text, in points."""
    with pikepdf.open(BytesIO(pdf)) as document:
        streams = [page.obj.Contents.read_bytes() for page in document.pages]
        forms = [page.obj.get("/Resources", {}).get("/XObject", {}) for page in document.pages]
        streams += [form.read_bytes() for resources in forms for form in dict(resources).values()]
    found = [size for data in streams for size in re.findall(rb"(?m)^([\d.]+) 0 0 -[\d.]+ [-\d.]+ [-\d.]+ Tm", data)]
    return {round(float(size) * POINTS, 1) for size in found}


def fields(sheet: Composed) -> list[Field]:
    return [field for page in sheet.layout.pages for field in page.fields]


@pytest.mark.parametrize(("name", "paper"), [("large-en", "letter"), ("large-ar", "a4")])
def test_every_word_of_a_large_print_sheet_is_set_in_18_points_or_more(name: str, paper: str) -> None:
    sizes = type_sizes(composed(name, paper).pdf) | type_sizes(drawn(name, paper))
    assert sizes
    assert min(sizes) >= 18


def test_no_type_of_an_ordinary_sheet_is_smaller_than_the_reminders_at_its_foot() -> None:
    assert min(type_sizes(composed("en", "letter").pdf)) == 8.5


def test_an_early_grade_sheet_has_large_bubbles_and_few_questions_on_a_page() -> None:
    sheet = lay_out(content("en", 20), style="early")
    bubbles = [bubble for field in fields(sheet) for bubble in field.bubbles]
    assert min(2 * bubble.rx for bubble in bubbles) >= 8
    assert min(2 * bubble.ry for bubble in bubbles) >= 6
    assert max(len(page.fields) for page in sheet.layout.pages) <= 6


def test_a_style_is_data_in_the_layout_and_a_regular_one_goes_without_saying() -> None:
    assert [composed(name, "letter").layout.to_json().get("style") for name in ("en", "large-en", "early-ar")] == [
        None, "large", "early"
    ]  # fmt: skip


def test_an_unknown_style_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="tiny: no such style; write one of regular, large, early"):
        lay_out(content(), style="tiny")


@pytest.mark.parametrize(("name", "paper"), [("blocks-en", "letter"), ("blocks-ar", "a4")])
def test_questions_of_one_scale_share_its_words_above_one_set_of_columns(name: str, paper: str) -> None:
    rows = [field for field in fields(composed(name, paper)) if field.bubbles]
    assert len({tuple(bubble.x for bubble in field.bubbles) for field in rows}) == 1
    assert all(len({bubble.y for bubble in field.bubbles}) == 1 for field in rows)
    above = [field.bubbles[0].y - (field.top or 0) for field in rows]
    below = [(field.bottom or 0) - field.bubbles[0].y for field in rows]
    assert (
        sum(up > down + 4 for up, down in zip(above, below, strict=True)) == 2
    )  # fourteen rows in two blocks of seven, each under its own heads


def test_a_scale_too_wordy_for_columns_is_a_plain_list() -> None:
    wordy = tuple(
        Choice(option, f"Extraordinarily-{label}") for option, label in zip(OPTIONS, LABELS["en"], strict=True)
    )
    survey = blocks("en")
    survey = replace(survey, items=tuple(replace(i, choices=wordy) if i.choices else i for i in survey.items))
    assert all(field.top is None for field in fields(lay_out(survey)))


def test_a_sheet_that_changes_its_scale_at_every_turn_has_no_blocks() -> None:
    survey = blocks("en", 12)
    scales = "aaabacbcabcb"
    items = tuple(replace(item, scale=scale) for item, scale in zip(survey.items, scales, strict=False))
    assert all(field.top is None for field in fields(lay_out(replace(survey, items=items))))


def test_no_row_of_a_scale_block_is_left_alone_on_a_page() -> None:
    for count in range(12, 40):
        pages = lay_out(blocks("en", count)).layout.pages
        for one, other in pairwise(pages):
            rows = [[field for field in page.fields if field.top is not None] for page in (one, other)]
            assert all(len(side) != 1 for side in rows if side is rows[0] or count > 12)


def test_pages_are_filled_evenly() -> None:
    for count in (16, 18, 20, 23):
        sheet = lay_out(content("en", count)).layout
        if len(sheet.pages) == 2:
            heights = [page.fields[-2].bubbles[0].y - page.fields[0].bubbles[0].y for page in sheet.pages]
            assert min(heights) > 60


def test_forty_options_are_read_down_one_column_and_then_the_next() -> None:
    many = tuple(Choice(f"o{number:02d}", f"Option {number}") for number in range(40))
    (field,) = fields(lay_out(content(items=(Item("q", "many", "Which of these?", many),))))
    columns = sorted({bubble.x for bubble in field.bubbles})
    assert len(columns) == 4
    places = [(bubble.x, bubble.y) for bubble in field.bubbles]
    assert places == sorted(places)


def test_a_number_of_twelve_digits_is_printed_or_refused_in_words() -> None:
    item = Item("q", "number", "What is the number of your card?", digits=12)
    (field,) = fields(lay_out(content(items=(item,))))
    assert [bubble.place for bubble in field.bubbles[::10]] == list(range(11, -1, -1))
    assert [bubble.option for bubble in field.bubbles[:10]] == list("0123456789")
    for digits in (20, 40):
        with pytest.raises(DoesNotFit, match=f"q: no room for {digits} digits; ask for fewer"):
            lay_out(content(items=(replace(item, digits=digits),)), style="large")


@pytest.mark.parametrize("style", STYLES)
def test_options_of_two_hundred_characters_and_sixty_questions_are_printed(style: str) -> None:
    long = tuple(Choice(f"o{index}", (text + " ") * 3) for index, text in enumerate(QUESTIONS["en"][:5]))
    assert max(len(choice.text) for choice in long) > 200
    items = tuple(Item(f"q{n}", "one", QUESTIONS["en"][n % 7], long if n % 20 == 3 else ()) for n in range(60))
    usual = content("en").items[0].choices
    sheet = lay_out(content(items=tuple(replace(i, choices=i.choices or usual) for i in items)), style=style)
    assert [field.question for field in fields(sheet)] == [f"q{n}" for n in range(60)]


def test_figures_in_a_right_to_left_question_keep_their_order() -> None:
    fonts = content("ar").fonts
    line = Writing(tuple(face(path) for path in fonts.regular), "ar", rtl=True).line("بين 10 و 12 سنة، أو 3/4 منها")
    seen = "".join(glyph.text for glyph in line.glyphs)
    assert seen.index("3/4") < seen.index("12") < seen.index("10")


def test_a_block_of_a_scale_is_kept_on_one_page_where_little_paper_is_lost() -> None:
    for count, ends in ((16, ["q08"]), (20, ["q10"])):
        pages = lay_out(blocks("ar", count), "a4").layout.pages
        assert [page.fields[-1].question for page in pages[:-1]] == ends


def test_a_scale_block_never_costs_a_page_more_than_a_list() -> None:
    for locale in ("en", "ar"):
        for count in (8, 12, 16, 20, 28, 32, 36):
            sheets = [lay_out(said(locale, count)).layout for said in (blocks, content)]
            assert len(sheets[0].pages) <= len(sheets[1].pages)


@pytest.mark.parametrize(
    ("name", "paper"), [("en", "letter"), ("ar", "a4"), ("large-en", "letter"), ("early-en", "a4")]
)
def test_front_and_back_are_clear_of_punch_holes_and_of_a_staple(name: str, paper: str) -> None:
    """Punched at the long edge and stapled in a corner, a back has its holes and its staple on the other side."""
    for page in composed(name, paper).layout.pages:
        squares = [(s.x - s.size / 2, s.y - s.size / 2, s.x + s.size / 2, s.y + s.size / 2) for s in page.tags]
        for left, top, right, bottom in (*squares, *targets(page)):
            assert 17 <= left < right <= page.width - 17  # holes lie 12 mm from the edge and are 8 mm wide at most
            for x, y in ((0, 0), (page.width, 0)):  # a staple lies within 20 mm of the corner, at a slant
                near = abs(x - min(max(x, left), right)) + abs(y - min(max(y, top), bottom))
                assert near > 25
        holes = [page.height / 2 + at for at in (-108, -40, 0, 40, 108)]  # three holes on Letter, two on A4
        assert all(abs(corner.y - hole) > 4 + corner.size / 2 for corner in page.corners for hole in holes)


WORD = st.sampled_from(("a", "often", "school", "sometimes", "understand", "10", "neighbourhood"))
ARABIC = st.sampled_from(("في", "المدرسة", "غالبًا", "12", "أحيانًا", "استطعت", "(3)"))


@st.composite
def surveys(draw: st.DrawFn) -> Content:
    """Any survey: every kind of question, few and many options, short and long words, with and without scales."""
    locale = draw(st.sampled_from(("en", "ar")))
    word = WORD if locale == "en" else ARABIC

    def words(most: int) -> str:
        return " ".join(draw(st.lists(word, min_size=1, max_size=most)))

    scale = tuple(Choice(f"s{n}", words(2)) for n in range(draw(st.integers(2, 7))))
    items = []
    for number in range(draw(st.integers(1, 14))):
        kind = draw(st.sampled_from(("one", "one", "one", "many", "number", "text")))
        own = kind in ("one", "many") and draw(st.booleans())
        choices = tuple(Choice(f"o{n}", words(9)) for n in range(draw(st.integers(1, 14)))) if own else scale
        note = words(12) if draw(st.integers(0, 4)) == 0 else ""
        shown = choices if kind in ("one", "many") else ()
        digits, shared = draw(st.integers(1, 5)), "" if own else "s"
        items.append(Item(f"q{number}", kind, words(25), shown, note, digits, shared))  # type: ignore[arg-type]
    return replace(content(locale), items=tuple(items))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(surveys(), st.sampled_from(("letter", "a4")), st.sampled_from(tuple(STYLES)))
def test_any_survey_lays_out_without_overlap_inside_the_margins_and_in_order(
    survey: Content, paper: str, style: str
) -> None:
    try:
        sheet = lay_out(survey, paper, style)
    except DoesNotFit as error:
        told = str(error)
        assert "; shorten" in told or "; ask for fewer" in told
        return
    assert [field.question for field in fields(sheet)] == [item.question for item in survey.items]
    for page in sheet.layout.pages:
        areas = targets(page)
        assert all(apart(*pair) for pair in combinations(areas, 2))
        for left, top, right, bottom in areas:
            assert 17 <= left < right <= page.width - 17
            assert 28 <= top < bottom <= page.height - 28 + 1.3
        marks = [
            [(b.y - b.ry, b.y + b.ry) for b in f.bubbles] or [(f.box.y, f.box.y + f.box.height)]  # type: ignore[union-attr]
            for f in page.fields
        ]
        for one, other in pairwise(marks):
            assert max(bottom for _, bottom in one) < min(top for top, _ in other)
        for field in page.fields:
            if field.top is not None and field.bottom is not None:
                assert all(field.top < b.y < field.bottom for b in field.bubbles)


def test_the_words_of_every_style_are_the_same() -> None:
    assert WORDS["en"].online
    for style in STYLES.values():
        assert style.text >= 10 * PT
    assert [f.question for f in fields(lay_out(mixed("en"), style="large"))] == [i.question for i in mixed("en").items]
