"""Printed pages looked at as pictures: outlines where the layout says, clean paper around, text that reads back."""

import json
import unicodedata
from io import BytesIO

import numpy as np
import pikepdf
import pypdfium2
import pytest
import zxingcpp

from paper.compose import lay_out
from paper.content import Composed, Stamp
from paper.draw import draw
from paper.layout import Bubble, Square, from_json
from paper.tag import LinkTooLong, Tag, decode
from paper.typeset import DoesNotFit
from tests.paper.contents import LABELS, OPEN, QUESTIONS, TITLES, WORDS, content
from tests.paper.printed import LINK, SERIAL, SHEETS, composed, drawn, picture

MM = 25.4
INK, PAPER = 200, 250  # grey values: darker is printed, lighter is clean


def pages(name: str, paper: str, dpi: int):  # type: ignore[no-untyped-def]
    for page in composed(name, paper).layout.pages:
        yield page, picture(name, paper, page.page, dpi)


def ellipse_distance(grey: np.ndarray, bubble: Bubble, dpi: int) -> tuple[np.ndarray, np.ndarray]:
    """Pixels around a bubble, and how far, in mm, each is outside (+) or inside (-) the outline's centre line."""
    reach = bubble.rx + 1.6
    top, left = (round((at - reach) / MM * dpi) for at in (bubble.y, bubble.x))
    side = round(2 * reach / MM * dpi)
    y, x = (np.mgrid[0:side, 0:side] + 0.5) * MM / dpi
    x, y = x + left * MM / dpi - bubble.x, y + top * MM / dpi - bubble.y
    radius = np.hypot(x / bubble.rx, y / bubble.ry)
    unit = np.hypot(x, y) / np.maximum(radius, 1e-9)  # the ellipse's own radius in this direction
    return grey[top : top + side, left : left + side], (radius - 1) * unit


@pytest.mark.parametrize(("name", "paper"), SHEETS, ids="-".join)
def test_every_outline_is_printed_where_the_layout_says_with_clean_paper_inside_and_around(
    name: str, paper: str
) -> None:
    for page, grey in pages(name, paper, 200):
        for bubble in (bubble for field in page.fields for bubble in field.bubbles):
            pixels, distance = ellipse_distance(grey, bubble, 200)
            assert np.mean(pixels[np.abs(distance) < 0.05] < INK) > 0.9
            assert pixels[distance < -0.32].min() >= PAPER
            assert pixels[(distance > 0.32) & (distance < 1.2)].min() >= PAPER


def test_outlines_are_exact_to_two_hundredths_of_a_millimetre() -> None:
    dpi = 600
    for page, grey in ((page, picture("ar", "a4", page.page, dpi)) for page in composed("ar", "a4").layout.pages):
        for bubble in [bubble for field in page.fields for bubble in field.bubbles][::17]:
            top, left = (round((at - 3.2) / MM * dpi) for at in (bubble.y, bubble.x))
            side = round(6.4 / MM * dpi)
            ink = 255.0 - grey[top : top + side, left : left + side]
            y, x = (np.mgrid[0:side, 0:side] + 0.5) * MM / dpi
            assert (x * ink).sum() / ink.sum() + left * MM / dpi == pytest.approx(bubble.x, abs=0.02)
            assert (y * ink).sum() / ink.sum() + top * MM / dpi == pytest.approx(bubble.y, abs=0.02)


def cut(grey: np.ndarray, square: Square, around: float, dpi: int) -> np.ndarray:
    half = square.size / 2 + around
    low_y, low_x, high_y, high_x = (
        round(at / MM * dpi) for at in (square.y - half, square.x - half, square.y + half, square.x + half)
    )
    return grey[max(low_y, 0) : high_y, max(low_x, 0) : high_x]


@pytest.mark.parametrize("dpi", [150, 200])
@pytest.mark.parametrize(("name", "paper"), SHEETS, ids="-".join)
def test_both_tags_of_every_page_say_serial_and_page(name: str, paper: str, dpi: int) -> None:
    for page, grey in pages(name, paper, dpi):
        for tag in page.tags:
            (found,) = zxingcpp.read_barcodes(cut(grey, tag, 2.4, dpi), formats=zxingcpp.BarcodeFormat.QRCode)
            assert found.text.startswith("HTTPS://HOMEROOM.EXAMPLE/F/")
            assert decode(found.text) == Tag(SERIAL, page.page)


@pytest.mark.parametrize(("name", "paper"), SHEETS, ids="-".join)
def test_corners_are_solid_and_tags_have_their_quiet_zone(name: str, paper: str) -> None:
    for page, grey in pages(name, paper, 200):
        for corner in page.corners:
            assert cut(grey, corner, -0.2, 200).max() < 40
            assert (cut(grey, corner, 2.0, 200) < PAPER).sum() == pytest.approx((corner.size / MM * 200) ** 2, rel=0.06)
        for tag in page.tags:
            assert (cut(grey, tag, 2.4, 200) < PAPER).sum() == (cut(grey, tag, 0.1, 200) < PAPER).sum()


@pytest.mark.parametrize(("name", "paper"), SHEETS, ids="-".join)
def test_nothing_is_printed_in_the_margins_but_corners(name: str, paper: str) -> None:
    for page, grey in pages(name, paper, 200):
        clean = grey.copy()
        for corner in page.corners:
            cut(clean, corner, 0.3, 200)[:] = 255
        side = round(19.5 / MM * 200)
        edge = round(7.0 / MM * 200)
        for strip in (clean[:, :side], clean[:, -side:], clean[:edge], clean[-edge:]):
            assert strip.min() >= PAPER


@pytest.mark.parametrize("locale", ["en", "es", "ar"])
def test_what_is_printed_reads_back_letter_for_letter(locale: str) -> None:
    document = pypdfium2.PdfDocument(drawn(locale, "letter"))
    read = " ".join(document[index].get_textpage().get_text_range() for index in range(len(document)))
    printed = plain(read)
    words = WORDS[locale]
    note = OPEN[locale][1].split(".")[0]  # PDFium puts a full stop after a closing number in Arabic before the number
    for text in (
        *QUESTIONS[locale],
        OPEN[locale][0],
        note,
        *LABELS[locale],
        TITLES[locale],
        words.promise,
        words.no_folding,
    ):
        assert plain(text) in printed
    assert plain(words.page.format(page=2, pages=2)) in printed
    assert "5B · 12" in printed
    assert "K3X9 0PQR STVW XYZ2" in printed


def plain(text: str) -> str:
    """Without line breaks and direction marks, letters in their basic forms."""
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf" and char != "\ufffe")
    return " ".join(unicodedata.normalize("NFKC", shown).split())


def sheets(count: int, locale: str = "en"):  # type: ignore[no-untyped-def]
    serials = [f"{number:016d}" for number in range(count)]
    return [(composed(locale, "letter"), Stamp(serial, f"5B · {serial[-2:]}")) for serial in serials]


def test_equal_sheets_give_equal_bytes_and_other_serials_other_ones() -> None:
    first, again, other = BytesIO(), BytesIO(), BytesIO()
    draw(sheets(3), LINK, first)
    draw(sheets(3), LINK, again)
    draw(sheets(4)[1:], LINK, other)
    assert first.getvalue() == again.getvalue() != other.getvalue()


def test_other_serials_leave_layout_and_static_pages_as_they_are() -> None:
    kept = []
    for serial in (SERIAL, "0" * 16):
        with pikepdf.open(BytesIO(drawn("en", "letter", serial))) as pdf:
            forms = pdf.pages[0].Resources.XObject
            kept.append([forms[name].read_bytes() for name in ("/P1", "/P2")])
    assert kept[0] == kept[1]
    assert composed("en", "letter").layout.digest == lay_out(content("en")).layout.digest


def test_a_sheet_from_the_archive_is_drawn_as_it_was_the_first_time() -> None:
    fresh = composed("ar", "letter")
    stored = Composed(from_json(json.loads(json.dumps(fresh.layout.to_json()))), bytes(fresh.pdf), fresh.fonts)
    out = BytesIO()
    draw([(stored, Stamp(SERIAL, "5B · 12"))], LINK, out)
    assert out.getvalue() == drawn("ar", "letter")


def test_sheets_come_in_order_with_their_pages_and_progress_is_told() -> None:
    heard: list[int] = []
    forms = draw(sheets(2) + sheets(1, "ar"), LINK, BytesIO(), heard.append)
    assert [form[1] for form in forms] == [(1, 2), (3, 4), (5, 6)]
    assert [form[0] for form in forms] == ["0000000000000000", "0000000000000001", "0000000000000000"]
    assert heard == [1, 2, 3]


def test_a_page_is_kept_once_however_many_sheets_are_drawn() -> None:
    one, many = BytesIO(), BytesIO()
    draw(sheets(1), LINK, one)
    draw(sheets(41), LINK, many)
    assert (len(many.getvalue()) - len(one.getvalue())) / 40 < 4_000  # bytes a sheet of two pages


def test_the_document_says_its_title_language_and_no_time() -> None:
    with pikepdf.open(BytesIO(drawn("ar", "letter"))) as pdf:
        assert (str(pdf.docinfo["/Title"]), str(pdf.Root.Lang)) == (TITLES["ar"], "ar")
        assert not {"/CreationDate", "/ModDate"} & set(pdf.docinfo.keys())
        assert b"/Lang (ar)" in pdf.pages[0].Contents.read_bytes()


def test_a_label_may_be_in_any_script_but_must_fit() -> None:
    out = BytesIO()
    draw([(composed("en", "letter"), Stamp(SERIAL, "Ms. Ñandú · Ж7 · 3"))], LINK, out)
    assert "Ms. Ñandú · Ж7 · 3" in pypdfium2.PdfDocument(out.getvalue())[0].get_textpage().get_text_range()
    with pytest.raises(DoesNotFit, match="label: no room for"):
        draw([(composed("en", "letter"), Stamp(SERIAL, "A very long class name " * 8))], LINK, BytesIO())


def test_a_public_address_too_long_for_a_tag_is_refused() -> None:
    with pytest.raises(LinkTooLong, match="use a shorter address"):
        draw(sheets(1), "https://" + "homeroom." * 9 + "example", BytesIO())
    draw(sheets(1), "https://" + "h" * 57, BytesIO())
