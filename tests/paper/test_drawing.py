"""The PDF that sheets are drawn into: whole, the same again, written straight through; and its codes."""

import random
import re
from io import BytesIO

import numpy as np
import pikepdf
import pytest
import qrcode
from qrcode.util import MODE_ALPHA_NUM, QRData

from paper import qr, tags
from paper.content import Composed, Stamp
from paper.draw import draw
from paper.tag import ALPHABET, LONGEST, Tag, encode
from tests.paper.printed import LINK, composed


class Pipe:
    """Takes bytes and cannot be asked for them, or for anything else."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)


def stamps(count: int) -> list[Stamp]:
    dice = random.Random(count)
    return [Stamp("".join(dice.choices(ALPHABET, k=16)), f"Class 5B · Sheet {n}") for n in range(1, count + 1)]


def pack(*sheets: tuple[Composed, Stamp]) -> bytes:
    out = BytesIO()
    draw(sheets, LINK, out)
    return out.getvalue()


def modules(text: str) -> np.ndarray:
    """The code that a path draws, as dark modules."""
    side, path = qr.path(text)
    grid = np.zeros((side, side), bool)
    for x, y, width in re.findall(rb"(\d+) (\d+) (\d+) 1 re\n", path):
        grid[int(y), int(x) : int(x) + int(width)] = True
    return grid


def texts() -> list[str]:
    dice = random.Random(7)
    links = ["http://a.bc", LINK, "https://surveys.a-rather-long-name.of-a-district.example:8443"]
    return [encode(Tag("".join(dice.choices(ALPHABET, k=16)), page), link) for link in links for page in (1, 2, 11)]


@pytest.mark.parametrize("text", texts())
def test_a_code_is_module_for_module_what_another_library_makes_of_it(text: str) -> None:
    other = qrcode.QRCode(qr.SMALLEST, qrcode.ERROR_CORRECT_M, border=0, mask_pattern=qr.MASK)
    other.add_data(QRData(text, mode=MODE_ALPHA_NUM), optimize=0)
    other.make(fit=True)

    assert np.array_equal(modules(text), np.array(other.modules, bool))


def test_the_longest_text_takes_a_code_of_version_4() -> None:
    assert modules("A" * LONGEST).shape == (33, 33)
    assert modules("A" * qr.SMALLEST_HOLDS).shape == (29, 29)


@pytest.mark.parametrize("mask", range(8))
def test_the_reader_reads_a_code_of_any_mask(mask: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qr, "MASK", mask)
    tag = Tag("K3X90PQRSTVWXYZ2", 2)
    dark = modules(encode(tag, LINK))
    page = np.full((1100, 850), 255, np.uint8)
    page[60:176, 660:776] = np.where(np.kron(dark, np.ones((4, 4), bool)), 0, 255)

    (sighting,) = tags.find(page, lambda: page).sightings
    assert sighting.tag == tag


def test_a_pack_of_many_pages_is_whole_and_its_pages_are_found_in_order() -> None:
    sheet = composed("en", "letter")
    wanted = stamps(130)
    with pikepdf.open(BytesIO(pack(*((sheet, stamp) for stamp in wanted)))) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == 260
        assert len(pdf.Root.Pages.Kids) == 3
        assert {tuple(float(value) for value in page.mediabox) for page in pdf.pages} == {(0, 0, 612, 792)}


def test_a_pack_carries_its_language_and_title() -> None:
    arabic = composed("ar", "a4")
    with pikepdf.open(BytesIO(pack((arabic, stamps(1)[0])))) as pdf:
        assert str(pdf.Root.Lang) == "ar"
        assert str(pdf.docinfo["/Title"]) == "كيف تسير أمورك في المدرسة؟"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_equal_sheets_give_equal_bytes_and_another_serial_others() -> None:
    sheet, (one, other) = composed("es", "letter"), stamps(2)

    assert pack((sheet, one)) == pack((sheet, one))
    assert pack((sheet, one)) != pack((sheet, other))


def test_a_pack_goes_straight_through_a_pipe() -> None:
    sheet, pipe = composed("en", "letter"), Pipe()
    wanted = stamps(3)
    draw([(sheet, stamp) for stamp in wanted], LINK, pipe)  # type: ignore[arg-type]  # write is all that is used

    assert b"".join(pipe.parts) == pack(*((sheet, stamp) for stamp in wanted))


def test_what_was_written_is_not_kept_in_memory() -> None:
    sheet, pipe, largest = composed("en", "letter"), Pipe(), 0

    def gone(_: int) -> None:
        nonlocal largest
        largest = max(largest, sum(map(len, pipe.parts)))
        pipe.parts.clear()

    draw([(sheet, stamp) for stamp in stamps(40)], LINK, pipe, gone)  # type: ignore[arg-type]  # as above

    assert 0 < largest < 40_000
