"""Any scanner's file, picture by picture; whatever is wrong with one is told and nothing else is lost."""

import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from paper.load import pictures
from paper.picture import PIXEL_CAP, Grey, Picture, decode
from paper.spoil import fax, jpeg, scan_pdf
from tests.paper.printed import drawn
from tests.paper.scanned import judged, read_file, scan, sheet
from tests.paper.test_reading import LAYOUT, marked

PAGE = sheet().grey
ROOT = Path(__file__).parents[2]


def only(path: Path) -> Picture:
    found = list(pictures(path))
    assert len(found) == 1
    return found[0]


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def encoded(grey: Grey, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(grey).save(out, kind, **options)
    return out.getvalue()


def bilevel(grey: Grey) -> Grey:
    return np.where(grey > 150, 255, 0).astype(np.uint8)


FILES: dict[str, Callable[[Grey], bytes]] = {
    "scan.jpg": lambda grey: jpeg(grey, 85),
    "scan.png": lambda grey: encoded(grey, "PNG"),
    "scan.webp": lambda grey: encoded(grey, "WEBP", quality=90),
    "colour.jpg": lambda grey: encoded(np.dstack([grey] * 3), "JPEG", quality=85),
    "colour.png": lambda grey: encoded(np.dstack([grey, grey, grey, np.full_like(grey, 255)]), "PNG"),
    "fax.tif": fax,
    "lzw.tif": lambda grey: encoded(grey, "TIFF", compression="tiff_lzw"),
    "jpeg.tif": lambda grey: encoded(grey, "TIFF", compression="jpeg"),
    "raw.tif": lambda grey: encoded(grey, "TIFF"),
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_answers(tmp_path: Path, name: str) -> None:
    grey, wanted = marked(21)
    reading = read_file(saved(tmp_path / name, FILES[name](grey)))[0]
    assert reading.problem is None
    assert {question: found.answer for question, found in judged(reading, LAYOUT).items()} == wanted


@pytest.mark.parametrize("name", FILES)
def test_the_kept_bytes_show_the_same_picture(tmp_path: Path, name: str) -> None:
    found = only(saved(tmp_path / name, FILES[name](PAGE)))
    kept, by = decode(found.data)
    assert (by, kept.shape) == (1, PAGE.shape)
    again, by = decode(found.data, full=False)
    assert by == found.reduced == 2
    assert found.grey is not None
    assert np.abs(again.astype(int) - found.grey).mean() < 0.5


@pytest.mark.parametrize("name", FILES)
def test_what_is_taken_out_undecoded_is_named_and_kept_the_same(tmp_path: Path, name: str) -> None:
    file = saved(tmp_path / name, FILES[name](PAGE))
    (taken,) = pictures(file, decoded=False)

    assert (taken.scan, taken.data, taken.problem) == (only(file).scan, only(file).data, None)


@pytest.mark.parametrize("encoding", ["jpeg", "g4", "flate"])
def test_a_scanners_pdf_gives_the_same_names_and_bytes_undecoded(tmp_path: Path, encoding: str) -> None:
    file = scan(tmp_path, PAGE, encoding=encoding)
    whole, taken = list(pictures(file)), list(pictures(file, decoded=False))

    assert [(picture.scan, picture.data) for picture in taken] == [(picture.scan, picture.data) for picture in whole]


def test_a_picture_has_the_same_name_in_a_pdf_and_as_a_file(tmp_path: Path) -> None:
    data = jpeg(PAGE)
    (tmp_path / "pdf").mkdir()
    first, second = pictures(scan(tmp_path / "pdf", PAGE, PAGE))
    assert first.scan == second.scan == only(saved(tmp_path / "a.jpg", data)).scan == hashlib.sha256(data).hexdigest()
    assert first.data == data


@pytest.mark.parametrize("encoding", ["jpeg", "g4", "flate"])
def test_a_scanners_pdf_gives_its_pictures_undrawn(tmp_path: Path, encoding: str) -> None:
    path = scan(tmp_path, PAGE, encoding=encoding)
    found = only(path)
    with pikepdf.open(path) as pdf:
        stream = pdf.pages[0].resources.XObject.Im0.read_raw_bytes()
    assert found.scan == hashlib.sha256(stream).hexdigest()
    assert found.dpi == pytest.approx(200, abs=0.5)
    wanted = bilevel(PAGE) if encoding == "g4" else PAGE
    assert np.abs(decode(found.data)[0].astype(int) - wanted).mean() < 1.5


def test_a_drawn_page_is_rasterised_and_named_by_its_pixels(tmp_path: Path) -> None:
    found = list(pictures(saved(tmp_path / "forms.pdf", drawn("en", "letter"))))
    assert [picture.index for picture in found] == list(range(1, len(LAYOUT.pages) + 1))
    assert found[0].scan == hashlib.sha256(decode(found[0].data)[0].tobytes()).hexdigest()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_pages_rotation_and_a_photos_exif_say_how_it_is_shown(tmp_path: Path, rotate: int) -> None:
    stored = np.ascontiguousarray(np.rot90(PAGE, rotate // 90))  # shown upright after a clockwise turn of `rotate`
    path = scan(tmp_path, stored)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Rotate = rotate
        pdf.save(path)
    exif = Image.Exif()
    exif[274] = {0: 1, 90: 6, 180: 3, 270: 8}[rotate]
    photo = saved(tmp_path / "photo.jpg", encoded(stored, "JPEG", exif=exif, quality=85))
    for file in (path, photo):
        assert [(reading.problem, reading.turned) for reading in read_file(file)] == [(None, 0)]


def test_pages_of_a_fax_tiff_keep_their_order_and_their_own_bytes(tmp_path: Path) -> None:
    pages = [Image.fromarray(bilevel(sheet(page=page.page).grey)).convert("1") for page in LAYOUT.pages]
    pages[0].save(tmp_path / "all.tif", save_all=True, append_images=pages[1:], compression="group4")
    found = list(pictures(tmp_path / "all.tif"))
    assert [(picture.index, picture.problem) for picture in found] == [(page.page, None) for page in LAYOUT.pages]
    assert len({picture.scan for picture in found}) == len(found)
    for picture, page in zip(found, pages, strict=True):
        assert np.array_equal(decode(picture.data)[0], np.asarray(page.convert("L")))
    assert [reading.page for reading in read_file(tmp_path / "all.tif")] == [page.page for page in LAYOUT.pages]


def test_a_page_with_more_than_its_picture_is_drawn_whole(tmp_path: Path) -> None:
    path = scan(tmp_path, PAGE)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].contents_add(b"q 0 0 0 rg 200 300 200 200 re f Q")
        pdf.save(path)
    grey = only(path).grey
    assert grey is not None
    assert grey[grey.shape[0] // 2, grey.shape[1] // 2] < 30


def test_a_pdf_locked_with_a_password_is_encrypted(tmp_path: Path) -> None:
    path = scan(tmp_path, PAGE)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user="secret"))
    found = only(path)
    assert (found.problem, found.index, found.grey) == ("encrypted", None, None)


def test_a_pdf_that_opens_without_a_password_is_read(tmp_path: Path) -> None:
    path = scan(tmp_path, PAGE)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user=""))
    assert only(path).problem is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 nothing",
        b"\x00" * 5000,
        b"II*\x00\xff\xff\xff\xff",
        b"II+\0\x08\0\0\0" + b"\xff" * 8,
        b"\xff\xd8\xff",
    ],
)
def test_garbage_is_damaged(tmp_path: Path, data: bytes) -> None:
    found = only(saved(tmp_path / "scan.pdf", data))
    assert (found.problem, found.index) == ("damaged", None)


@pytest.mark.parametrize("kind", ["EPS", "ICO", "PPM", "PCX", "TGA", "SGI"])
def test_what_no_scanner_or_phone_writes_is_not_opened(tmp_path: Path, kind: str) -> None:
    found = only(saved(tmp_path / "scan.jpg", encoded(PAGE, kind)))
    assert (found.problem, found.index) == ("damaged", None)


def test_a_missing_file_is_damaged(tmp_path: Path) -> None:
    assert only(tmp_path / "gone.pdf").problem == "damaged"


@pytest.mark.parametrize("name", [name for name in FILES if name != "raw.tif"])
def test_a_file_that_breaks_off_is_damaged(tmp_path: Path, name: str) -> None:
    data = FILES[name](PAGE)
    assert all(picture.problem == "damaged" for picture in pictures(saved(tmp_path / name, data[: len(data) * 2 // 3])))


def plain(number: int) -> Image.Image:
    """A small page unlike the others, hard to compress."""
    grey = np.full((400, 300), 255, np.uint8)
    grey[200:] = np.random.default_rng(number).integers(0, 2, (200, 300)) * 255
    grey[20 * number : 20 * number + 10] = 0
    return Image.fromarray(grey)


def several(kind: str, mode: str, **options: object) -> bytes:
    out = io.BytesIO()
    first, *others = (plain(number).convert(mode) for number in range(4))
    first.save(out, kind, save_all=True, append_images=others, **options)
    return out.getvalue()


def drawn_pages() -> bytes:
    """Pages whose pictures lie among the drawing instructions."""
    out, pdf = io.BytesIO(), pikepdf.new()
    for number in range(4):
        picture = plain(number).convert("L")
        page = pdf.add_blank_page(page_size=(300, 400))
        head = f"q 300 0 0 400 0 0 cm BI /W {picture.width} /H {picture.height} /CS /G /BPC 8 /F /AHx ID "
        page.obj.Contents = pdf.make_stream(head.encode() + picture.tobytes().hex().encode() + b"> EI Q")
    pdf.save(out)
    return out.getvalue()


def scanned(encoding: str) -> bytes:
    out = io.BytesIO()
    scan_pdf([np.asarray(plain(number)) for number in range(4)], out, encoding)
    return out.getvalue()


SEVERAL: dict[str, Callable[[], bytes]] = {
    "fax.tif": lambda: several("TIFF", "1", compression="group4"),
    "lzw.tif": lambda: several("TIFF", "L", compression="tiff_lzw"),
    "raw.tif": lambda: several("TIFF", "L"),
    "big.tif": lambda: several("TIFF", "L", compression="tiff_lzw", big_tiff=True),
    "jpeg.pdf": lambda: scanned("jpeg"),
    "fax.pdf": lambda: scanned("g4"),
    "flate.pdf": lambda: scanned("flate"),
    "other.pdf": lambda: several("PDF", "1"),
    "drawn.pdf": drawn_pages,
}


@pytest.mark.parametrize("name", SEVERAL)
def test_a_file_that_breaks_off_gives_its_whole_pages_and_tells_that_the_rest_is_lost(
    tmp_path: Path, name: str
) -> None:
    data = SEVERAL[name]()
    whole = [picture.grey for picture in pictures(saved(tmp_path / name, data))]
    assert len(whole) == 4
    for cut in range(1, 20):
        found = list(pictures(saved(tmp_path / name, data[: len(data) * cut // 20])))
        read = [picture for picture in found if picture.problem is None]
        assert found[len(read) :] != []
        assert {picture.problem for picture in found[len(read) :]} == {"damaged"}
        for picture, wanted in zip(read, whole, strict=False):
            assert np.array_equal(picture.grey, wanted)
    assert len(read) == 3


def test_a_broken_file_writes_nothing_on_stderr(tmp_path: Path) -> None:
    data = SEVERAL["fax.tif"]()
    paths = [saved(tmp_path / f"{cut}.tif", data[: len(data) * cut // 10]) for cut in range(1, 10)]
    code = (
        "import sys, pathlib; from paper.load import pictures; [list(pictures(pathlib.Path(p))) for p in sys.argv[1:]]"
    )
    ended = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, check=True, cwd=ROOT)
    assert (ended.stdout, ended.stderr) == (b"", b"")


def test_a_page_too_big_loses_no_other(tmp_path: Path) -> None:
    out = io.BytesIO()
    side = int(PIXEL_CAP**0.5) + 10
    pages = [plain(1).convert("1"), Image.new("1", (side, side), 1), plain(2).convert("1")]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    assert [p.problem for p in pictures(saved(tmp_path / "a.tif", out.getvalue()))] == [None, "too-big", None]


def test_one_damaged_page_loses_no_other(tmp_path: Path) -> None:
    path = scan(tmp_path, PAGE, PAGE, PAGE)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        broken = pdf.pages[1].resources.XObject.Im0
        broken.write(broken.read_raw_bytes()[:9000], filter=pikepdf.Name.DCTDecode)
        pdf.save(path)
    assert [picture.problem for picture in pictures(path)] == [None, "damaged", None]


def test_an_enormous_picture_is_too_big_and_takes_no_memory(tmp_path: Path) -> None:
    side = int(PIXEL_CAP**0.5) + 10
    bomb = encoded(np.zeros((1, 1), np.uint8), "PNG")
    bomb = bomb[:16] + (100_000).to_bytes(4, "big") * 2 + bomb[24:]  # a header that claims 100,000 x 100,000
    assert only(saved(tmp_path / "bomb.png", bomb)).problem in ("too-big", "damaged")
    out = io.BytesIO()
    Image.new("1", (side, side), 1).save(out, "TIFF", compression="group4")
    assert only(saved(tmp_path / "big.tif", out.getvalue())).problem == "too-big"
    path = scan(tmp_path, PAGE, PAGE)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].resources.XObject.Im0.Width = 100_000
        pdf.pages[0].resources.XObject.Im0.Height = 100_000
        pdf.save(path)
    assert [picture.problem for picture in pictures(path)] == ["too-big", None]


def test_an_enormous_drawn_page_is_too_big(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(14_400, 14_400))
        pdf.save(tmp_path / "poster.pdf")
    assert only(tmp_path / "poster.pdf").problem == "too-big"


def small() -> dict[str, bytes]:
    """Whole small files of every kind, to be broken in every way."""
    grey = np.full((60, 50), 200, np.uint8)
    grey[20:30] = 20
    files = {name: make(grey) for name, make in FILES.items()}
    for encoding in ("jpeg", "g4", "flate"):
        out = io.BytesIO()
        scan_pdf([grey, grey], out, encoding)
        files[f"{encoding}.pdf"] = out.getvalue()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("scan.jpg", "fax.tif", "g4.pdf"):
            archive.writestr(name, files[name])
    return {**files, "several.tif": several("TIFF", "1", compression="group4"), "scans.zip": out.getvalue()}


WHOLE = small()
fuzz = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
places = st.floats(0, 1, exclude_max=True)


def opens(folder: Path, data: bytes) -> None:
    found = list(pictures(saved(folder / "file", data)))
    assert found != []
    for picture in found:
        assert (picture.grey is None) == (picture.problem is not None)
        assert picture.problem in (None, "damaged", "encrypted", "too-big", "timeout")


@fuzz
@given(
    data=st.binary(max_size=400), head=st.sampled_from([b"", b"%PDF-1.4\n", b"II*\0", b"MM\0*", b"\x89PNG\r\n\x1a\n"])
)
def test_random_bytes_never_raise(tmp_path: Path, data: bytes, head: bytes) -> None:
    opens(tmp_path, head + data)


@fuzz
@given(
    whole=st.sampled_from(sorted(WHOLE)),
    cut=st.floats(0, 1),
    changes=st.lists(st.tuples(places, st.integers(0, 255))),
)
def test_broken_files_never_raise(tmp_path: Path, whole: str, cut: float, changes: list[tuple[float, int]]) -> None:
    data = bytearray(WHOLE[whole][: max(int(len(WHOLE[whole]) * cut), 1)] if cut < 0.5 else WHOLE[whole])
    for place, value in changes:
        data[int(place * len(data))] = value
    opens(tmp_path, bytes(data))


@fuzz
@given(
    files=st.tuples(st.sampled_from(sorted(WHOLE)), st.sampled_from(sorted(WHOLE))),
    edges=st.tuples(places, places, places),
    number=st.sampled_from([b"\0" * 4, b"\xff" * 4, b"\xff\xff\xff\x7f", b"\x7f\xff\xff\xff", b"\0\0\1\0"]),
)
def test_files_spliced_together_never_raise(
    tmp_path: Path, files: tuple[str, str], edges: tuple[float, float, float], number: bytes
) -> None:
    first, second = (WHOLE[name] for name in files)
    data = bytearray(first[: int(edges[0] * len(first))] + second[int(edges[1] * len(second)) :])
    place = int(edges[2] * len(data))
    data[place : place + 4] = number
    opens(tmp_path, bytes(data))


@fuzz
@given(data=st.data(), name=st.sampled_from(["several.tif", "big.tif", "g4.pdf", "scans.zip"]))
def test_files_whose_structure_is_broken_never_raise(tmp_path: Path, data: st.DataObject, name: str) -> None:
    """Numbers that point or count, one bit or all of them wrong, near the ends where such files keep them."""
    whole = bytearray(WHOLE.get(name) or SEVERAL[name]())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, min(len(whole), 200) - 1))
        at = data.draw(st.sampled_from([place, len(whole) - 1 - place]))
        whole[at] ^= data.draw(st.sampled_from([1, 2, 4, 8, 16, 32, 64, 128, 255]))
    opens(tmp_path, bytes(whole))
