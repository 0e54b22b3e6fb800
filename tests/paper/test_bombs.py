"""Files made to exhaust whoever opens them: told in a line, within bounds on memory and time, and nothing else lost."""

from __future__ import annotations

import io
import json
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from paper import bounds
from paper.load import pictures
from paper.spoil import jpeg

ROOT = Path(__file__).parents[2]
MEMORY = 1_800_000_000  # bytes of address space for everything, a fifth of it taken by the libraries
SECONDS = 60  # of processor time for all of them
GOOD = np.full((400, 300), 200, np.uint8)
Pdf, Maker = pikepdf.Pdf, Callable[[], bytes]


def swollen(size: int, unit: bytes = bytes(1_000_000)) -> bytes:
    """So many bytes of a repeated unit, compressed by zlib a thousandfold."""
    packer = zlib.compressobj(9)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    part = packer.compress(unit) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + part * (size // len(unit)) + b"\x03\0" + struct.pack(">I", 1)


def picture(pdf: Pdf, data: bytes, size: tuple[int, int], **more: object) -> pikepdf.Object:
    common = {"Type": Name.XObject, "Subtype": Name.Image, "ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}
    return pdf.make_indirect(pikepdf.Stream(pdf, data, **{**common, "Width": size[0], "Height": size[1], **more}))


def page(pdf: Pdf, content: bytes, filters: object = None, **things: pikepdf.Object) -> None:
    made = pdf.add_blank_page(page_size=(300, 400))
    made.obj.Resources = Dictionary(XObject=Dictionary({f"/{name}": thing for name, thing in things.items()}))
    made.obj.Contents = pdf.make_indirect(pikepdf.Stream(pdf, content, **({"Filter": filters} if filters else {})))


def saved(pdf: Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, **options)
    return out.getvalue()


def with_good(hostile: Callable[[Pdf], None]) -> Maker:
    """A PDF of a hostile page and one like any other."""

    def make() -> bytes:
        pdf = pikepdf.new()
        hostile(pdf)
        good = picture(pdf, jpeg(GOOD), (300, 400), Filter=Name.DCTDecode)
        page(pdf, b"q 300 0 0 400 0 0 cm /P Do Q", P=good)
        return saved(pdf)

    return make


SHOW = b"q 300 0 0 400 0 0 cm /P Do Q"
DRAW = SHOW + b" 0 0 m 9 9 l S"


def long_content(pdf: Pdf) -> None:
    page(pdf, swollen(2_000_000_000, b"0 0 m 300 400 l S\n" * 50_000), Name.FlateDecode)


def long_content_twice(pdf: Pdf) -> None:
    page(pdf, zlib.compress(swollen(2_000_000_000, b"q Q " * 250_000)), Array([Name.FlateDecode, Name.FlateDecode]))


def huge_picture(pdf: Pdf) -> None:
    page(pdf, SHOW, P=picture(pdf, jpeg(GOOD), (100_000, 100_000), Filter=Name.DCTDecode))


def huge_picture_drawn(pdf: Pdf) -> None:
    page(pdf, DRAW, P=picture(pdf, swollen(10**9), (100_000, 100_000), Filter=Name.FlateDecode, BitsPerComponent=1))


def huge_picture_in_a_form(pdf: Pdf) -> None:
    inner = picture(pdf, swollen(10**9), (40_000, 50_000), Filter=Name.FlateDecode)
    page(pdf, SHOW, P=form(pdf, b"/P Do", P=inner))


def swollen_jpeg(pdf: Pdf) -> None:
    filters = Array([Name.FlateDecode, Name.DCTDecode])
    page(pdf, SHOW, P=picture(pdf, swollen(2_000_000_000), (300, 400), Filter=filters))


def form(pdf: Pdf, content: bytes, **things: pikepdf.Object) -> pikepdf.Object:
    resources = Dictionary(XObject=Dictionary({f"/{name}": thing for name, thing in things.items()}))
    made = pikepdf.Stream(pdf, content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]))
    made.Resources = resources
    return pdf.make_indirect(made)


def laughs(pdf: Pdf) -> None:
    """A form that shows ten, each of which shows ten, and so on."""
    inner = form(pdf, b"0 0 m 1 1 l S")
    for _ in range(9):
        inner = form(pdf, b"/P Do " * 10, P=inner)
    page(pdf, SHOW, P=inner)


def own_form(pdf: Pdf) -> None:
    """A form that shows itself."""
    made = form(pdf, b"/P Do /P Do")
    made.Resources.XObject.P = made
    page(pdf, SHOW, P=made)


def poster(pdf: Pdf) -> None:
    page(pdf, b"0 0 m 9 9 l S")
    pdf.pages[0].obj.MediaBox = Array([0, 0, 14_400, 14_400])


def swollen_objects() -> bytes:
    """A part of the file's own structure that unpacks to more than the file could need."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.Junk = Dictionary(A=pikepdf.String(b"A" * 100_000_000))
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def one_page_over_and_over() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.Pages.Kids = Array([pdf.pages[0].obj] * 400_000)
    return saved(pdf)


def png(size: tuple[int, int], depth: tuple[int, int], data: bytes, extra: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, *depth, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg_of_many_passes() -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.zeros((9_000, 9_000), np.uint8)).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data.rfind(b"\xff\xda")
    return data[:-2] + data[last:-2] * 500 + data[-2:]


def tiff(side: int, pictures: int, strip: tuple[int, int], **changes: int) -> bytes:
    """Directories that all tell of the same strip, by place and length."""
    tags = {256: side, 257: side, 258: 8, 259: 8, 262: 1, 273: strip[0], 277: 1, 278: side, 279: strip[1]}
    tags |= {int(tag[1:]): value for tag, value in changes.items()}
    out, long = b"II*\0\x08\0\0\0", 2 + 12 * len(tags) + 4
    for number in range(pictures):
        table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(tags.items()))
        after = len(out) + long if number < pictures - 1 else 0
        out += struct.pack("<H", len(tags)) + table + struct.pack("<I", after)
    return out


def one_strip_over_and_over() -> bytes:
    """A picture of as many strips as the file has room for, each of them the whole file."""
    count, data = 100_000, bytes(2_000_000)
    head = tiff(9_000, 1, (0, 0))
    at = len(head)
    head = bytearray(head)
    for tag, place in ((273, at), (279, at + 4 * count)):
        entry = head.find(struct.pack("<HH", tag, 4))
        head[entry + 4 : entry + 12] = struct.pack("<II", count, place)
    return bytes(head) + struct.pack("<I", 8) * count + struct.pack("<I", len(data)) * count + data


def zipped(name: str, size: int) -> bytes:
    """A ZIP of one file that unpacks a thousandfold, and of a picture."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(name, "w", force_zip64=True) as file:
            for _ in range(size // 10**6):
                file.write(bytes(10**6))
        archive.writestr("z.jpg", jpeg(GOOD))
    return out.getvalue()


LARGE = 9_900
SWOLLEN = swollen(10**9)
BOMBS: dict[str, tuple[Maker, list[str | None]]] = {
    "long-content.pdf": (with_good(long_content), ["damaged", None]),
    "long-content-twice.pdf": (with_good(long_content_twice), ["damaged", None]),
    "huge-picture.pdf": (with_good(huge_picture), ["too-big", None]),
    "huge-picture-drawn.pdf": (with_good(huge_picture_drawn), ["too-big", None]),
    "huge-picture-in-a-form.pdf": (with_good(huge_picture_in_a_form), ["damaged", None]),
    "swollen-jpeg.pdf": (with_good(swollen_jpeg), ["damaged", None]),
    "laughs.pdf": (with_good(laughs), ["damaged", None]),
    "own-form.pdf": (with_good(own_form), ["damaged", None]),
    "poster.pdf": (with_good(poster), ["too-big", None]),
    "swollen-objects.pdf": (swollen_objects, ["damaged"]),
    "one-page-over-and-over.pdf": (one_page_over_and_over, ["too-big"]),
    "huge.png": (lambda: png((100_000, 100_000), (1, 0), swollen(10**9)), ["too-big"]),
    "deep.png": (lambda: png((LARGE, LARGE), (16, 0), swollen(LARGE * (2 * LARGE + 1) + 10**6)), [None]),
    "more-than-it-claims.png": (lambda: png((300, 400), (8, 0), swollen(10**9)), [None]),
    "swollen-profile.png": (
        lambda: png((300, 400), (8, 0), swollen(10**6), chunk(b"iCCP", b"x\0\0" + swollen(10**9))),
        ["damaged"],
    ),
    "many-passes.jpg": (jpeg_of_many_passes, ["too-big"]),
    "huge.tif": (lambda: tiff(100_000, 1, (8, 100)), ["too-big"]),
    "swollen.tif": (lambda: tiff(LARGE, 1, (122, len(SWOLLEN))) + SWOLLEN, [None]),
    "longer-than-the-file.tif": (lambda: tiff(9_000, 1, (8, 2**32 - 1)), ["damaged"]),
    "one-strip-over-and-over.tif": (one_strip_over_and_over, ["damaged"]),
    "one-picture-over-and-over.tif": (lambda: tiff(LARGE, 21_000, (8, 100)), ["too-big"]),
    "swollen.zip": (lambda: zipped("a.bin", 400 * 10**6), ["too-big", None]),
}

CHILD = """
import json, resource, sys
from pathlib import Path
from paper.load import pictures
for name in sys.argv[1:]:
    told = [picture.problem for picture in pictures(Path(name))]
    print(json.dumps([Path(name).name, told]), flush=True)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str | None]]:
    """What is said of each file by one process that may use little."""
    folder = tmp_path_factory.mktemp("bombs")
    for name, (make, _) in BOMBS.items():
        (folder / name).write_bytes(make())

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    command = [sys.executable, "-c", CHILD, *(str(folder / name) for name in BOMBS)]
    ended = subprocess.run(command, capture_output=True, cwd=ROOT, preexec_fn=limited, check=False)
    assert ended.stderr == b""
    return dict(json.loads(line) for line in ended.stdout.splitlines())


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_file_is_told_in_a_line_within_bounds_and_loses_nothing_else(
    told: dict[str, list[str | None]], name: str
) -> None:
    assert told.get(name) == BOMBS[name][1]


@pytest.mark.parametrize("name", ["scan.pdf", "scan.tif"])
def test_one_picture_over_and_over_is_read_as_often_as_the_files_size_can_explain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(bounds, "FREE", 2 * GOOD.size)
    monkeypatch.setattr(bounds, "PER_BYTE", 0)
    pages = [Image.fromarray(GOOD)] * 4
    pages[0].save(tmp_path / name, save_all=True, append_images=pages[1:])
    assert [picture.problem for picture in pictures(tmp_path / name)] == [None, None, "too-big", "too-big"]
