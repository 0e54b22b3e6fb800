"""Cover lists and return pages: they say what they must, begin leaves of their own, and may be scanned along."""

import random
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest

from paper.content import Stamp
from paper.draw import Pack, Sheet, draw
from paper.fonts import find
from paper.handout import Cover, Handout, Row, Separator, Setting, Step
from paper.tag import ASIDE, decode, encode
from tests.paper.contents import FAMILIES, FONTS
from tests.paper.printed import LINK, SERIAL, composed
from tests.paper.scanned import read_grey

STEPS = (Step("Hand out", "Give each student a sheet."), Step("Collect", "In an envelope."), Step("Scan", "All."))
PLACES = [("en", "letter"), ("en", "a4"), ("ar", "letter"), ("ar", "a4")]


def setting(locale: str = "en", paper: str = "letter") -> Setting:
    fonts = find(FONTS, [*FAMILIES[locale], "NotoSans", "NotoSansArabic"])
    return Setting(paper, locale, "rtl" if locale == "ar" else "ltr", fonts, 1.65 if locale == "ar" else 1.25)


def cover(names: Sequence[str], where: Setting | None = None) -> Cover:
    rows = tuple(Row(str(number), name, "English") for number, name in enumerate(names, 1))
    heads = ("Sheet", "Student", "Language", "Given")
    where = where or setting()
    return Cover(where, "Cover list", "Class 5B", "Cedar", STEPS, "Mind this.", heads, rows, "Page {page} of {pages}")


def separator(where: Setting | None = None) -> Separator:
    blanks = ("How many", "By", "Date")
    return Separator(
        where or setting(), "Return page", "Class 5B", "Cedar", STEPS, "No form.", "Put them below.", blanks
    )


def pdf(*sheets: Sheet, sides: int = 1) -> bytes:
    out = BytesIO()
    draw(sheets, LINK, out, pack=Pack("Class 5B", "en", sides=sides))
    return out.getvalue()


@cache
def pictures(data: bytes) -> list[np.ndarray]:
    document = pypdfium2.PdfDocument(data)
    return [np.asarray(page.render(scale=200 / 72, grayscale=True).to_numpy()).squeeze().copy() for page in document]


def words(data: bytes) -> list[str]:
    """The words of each page, a space between any two."""
    document = pypdfium2.PdfDocument(data)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


@pytest.mark.parametrize("place", PLACES, ids="-".join)
@pytest.mark.parametrize("make", ["cover", "separator"])
def test_a_page_that_is_no_form_is_blank_to_the_reader_whichever_way_up(
    tmp_path: Path, place: tuple[str, str], make: str
) -> None:
    handout: Handout = cover(["Amina", "Badr"], setting(*place)) if make == "cover" else separator(setting(*place))
    (grey,) = pictures(pdf(handout))

    for turned in range(4):
        reading = read_grey(tmp_path, np.rot90(grey, turned))
        assert (reading.problem, reading.serial, reading.page, reading.fields) == ("blank", None, None, ())


def test_a_page_that_is_no_form_is_known_by_either_of_its_tags(tmp_path: Path) -> None:
    (grey,) = pictures(pdf(cover(["Amina"])))
    for torn in (np.s_[:400, 1200:], np.s_[-400:, :500]):
        half = grey.copy()
        half[torn] = 255
        assert read_grey(tmp_path, half).problem == "blank"


def test_the_tag_of_a_page_that_is_no_form_is_no_forms_tag() -> None:
    assert decode(encode(ASIDE, LINK)) == ASIDE
    assert ASIDE.page == 0


def test_a_long_class_goes_on_over_as_many_pages_as_it_takes_and_everybody_stands_there_once() -> None:
    names = [f"Student{number:03d}" for number in range(1, 131)]
    pages = words(pdf(cover(names)))

    assert len(pages) > 1
    assert [word for word in " ".join(pages).split() if word.startswith(("Student0", "Student1"))] == names
    assert [f"Page {page} of {len(pages)}" in text for page, text in enumerate(pages, 1)] == [True] * len(pages)


def test_a_name_keeps_its_words_however_long_it_is() -> None:
    name = "José Luis Hernández-Martínez de la Cruz"

    assert all(word in words(pdf(cover([name] + ["Ana"] * 20)))[0] for word in ("José", "Hernández-Martínez", "Cruz"))


def test_a_letter_that_no_font_has_stops_no_pack() -> None:
    (page,) = words(pdf(cover(["Wei 王伟"])))

    assert "Wei \ufffd\ufffd" in page


def test_names_in_other_scripts_stand_on_a_cover_in_any_language() -> None:
    assert "Badr" in words(pdf(cover(["Badr", "ليلى"], setting("ar"))))[0]
    assert "ليلى" in words(pdf(cover(["Badr", "ليلى"])))[0]


def test_with_two_sides_everything_begins_on_a_new_leaf() -> None:
    three_sides = composed("mixed-en", "letter")
    assert len(three_sides.layout.pages) == 1
    sheets = (cover(["Amina"]), (three_sides, Stamp(SERIAL, "1")), (composed("en", "letter"), Stamp("1" * 16, "2")))
    with pikepdf.open(BytesIO(pdf(*sheets, separator(), sides=2))) as document:
        empty = [not page.Contents.read_bytes().strip() for page in document.pages]

    assert empty == [False, True, False, True, False, False, False, True]


def test_forms_are_counted_among_the_pages_that_are_none() -> None:
    sheet, out = composed("en", "letter"), BytesIO()
    heard: list[int] = []
    forms = draw([cover(["A"]), (sheet, Stamp(SERIAL, "1")), separator()], LINK, out, heard.append)

    assert forms == [(SERIAL, (2, 3))]
    assert heard == [1]


def test_a_pack_says_its_own_title_and_language() -> None:
    with pikepdf.open(BytesIO(pdf(separator(), (composed("ar", "letter"), Stamp(SERIAL, "1"))))) as document:
        assert (str(document.docinfo["/Title"]), str(document.Root.Lang)) == ("Class 5B", "en")


def test_random_names_never_leave_their_column() -> None:
    dice = random.Random(5)
    names = ["".join(dice.choices("WMil ", k=dice.randint(1, 60))).strip() or "W" for _ in range(20)]
    (grey,) = pictures(pdf(cover(names)))
    right = grey[900:-300, int(0.95 * grey.shape[1]) :]

    assert right.min() > 200
