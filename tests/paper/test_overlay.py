"""Pictures for people who review show every question and its marks, and nothing that says whose sheet it is."""

from io import BytesIO
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest

from paper import overlay
from paper.content import Stamp
from paper.draw import draw
from paper.layout import Field, Page
from paper.picture import Grey
from paper.read import Measure, Reading
from tests.paper.printed import LINK, SHEETS, composed

DPI = 150
SCALE = DPI / 25.4  # pixels per mm
PAGES = [(name, paper, page) for name, paper in SHEETS for page in range(len(composed(name, paper).layout.pages))]
CARDS = (Stamp("K3X90PQRSTVWXYZ2", "5B · 12"), Stamp("0123456789ABCDEF", "12D · 8"))


def sheets(name: str, paper: str, page: int) -> list[Grey]:
    """The same page of two children's sheets."""
    out = BytesIO()
    draw([(composed(name, paper), stamp) for stamp in CARDS], LINK, out)
    document = pypdfium2.PdfDocument(out.getvalue())
    each = len(composed(name, paper).layout.pages)
    rendered = (document[number].render(scale=DPI / 72, grayscale=True) for number in (page, page + each))
    return [np.asarray(one.to_numpy()).squeeze().copy() for one in rendered]


def reading(page: Page) -> Reading:
    """What is seen of a page that lies exactly as printed."""
    place = (SCALE, 0.0, 0.0, 0.0, SCALE, 0.0, 0.0, 0.0, 1.0)
    ink = tuple(
        Measure(field.question, (0.3,) * count, (1.0,) * count, (False,) * count)
        for field in page.fields
        for count in [len(field.bubbles) or 1]
    )
    return Reading("", None, "", serial="", page=page.page, turned=0, fields=ink, place=place)


def shown(png: bytes) -> Any:
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)


def pixels(field: Field, scale: float) -> int:
    """How high what is marked or written in stands."""
    if field.box:
        return int(field.box.height * scale)
    return int((max(b.y + b.ry for b in field.bubbles) - min(b.y - b.ry for b in field.bubbles)) * scale)


@pytest.mark.parametrize(("name", "paper", "page"), PAGES)
def test_a_picture_for_review_is_the_same_whosever_sheet_it_is(name: str, paper: str, page: int) -> None:
    layout = composed(name, paper).layout
    one, other = sheets(name, paper, page)
    assert not np.array_equal(one, other)
    seen = reading(layout.pages[page])
    assert overlay.page(one, seen, layout) == overlay.page(other, seen, layout)
    for field in layout.pages[page].fields:
        crops = [overlay.crop(grey, seen, layout, field.question) for grey in (one, other)]
        assert crops[0] == crops[1]
        assert shown(crops[0]).shape[0] > pixels(field, overlay.CROP_SCALE) + 6 * overlay.CROP_SCALE  # and its words


@pytest.mark.parametrize(("name", "paper", "page"), PAGES)
def test_a_page_for_review_shows_all_of_its_questions_whole(name: str, paper: str, page: int) -> None:
    layout = composed(name, paper).layout
    sheet = layout.pages[page]
    picture = shown(overlay.page(sheets(name, paper, page)[0], reading(sheet), layout))
    extents = [overlay._extent(field) if field.top is None else (field.top + 6, field.bottom) for field in sheet.fields]
    needed = max(bottom for _, bottom in extents) - min(top for top, _ in extents)
    assert needed + 6 < picture.shape[0] / overlay.PAGE_SCALE < needed + 30
    assert (picture[:2] > 200).all()  # no line of words is cut
    assert (picture[-2:] > 200).all()


@pytest.mark.parametrize(("name", "paper"), [sheet for sheet in SHEETS if "blocks" not in sheet[0]])
def test_the_first_question_is_shown_without_the_guide_above_it(name: str, paper: str) -> None:
    layout = composed(name, paper).layout
    first = layout.pages[0].fields[0]
    crop = shown(overlay.crop(sheets(name, paper, 0)[0], reading(layout.pages[0]), layout, first.question))
    above = crop[: crop.shape[0] - pixels(first, overlay.CROP_SCALE) - round(4 * overlay.CROP_SCALE)]
    assert (above > 235).mean(axis=1).min() > 0.4  # no line across, and no filled example in a box


def test_a_page_that_could_not_be_read_is_shown_too_small_to_tell_whose_it_is() -> None:
    whole = shown(overlay.plain(sheets("en", "letter", 0)[0]))
    assert max(whole.shape) == overlay.THUMB
    assert overlay.THUMB / 279.4 * 2.6 < 2  # pixels that a figure of the label, 2.6 mm high, is left with
