"""What copiers, fax machines, office programs and phones make of a page: read like any other, without loss."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from paper.load import pictures
from paper.picture import decode
from paper.read import read
from paper.spoil import fax, jpeg
from tests.paper.scanned import finder, judged
from tests.paper.test_reading import LAYOUT, marked

GREY, WANTED = marked(21)
HEIGHT, WIDTH = GREY.shape
POINTS = (WIDTH * 72 / 200, HEIGHT * 72 / 200)
FULL = f"q {POINTS[0]} 0 0 {POINTS[1]} 0 0 cm /P0 Do Q".encode()
JPEG = jpeg(GREY, 85)
COLOUR = Image.fromarray(GREY).convert("RGB")
BITS = np.packbits(GREY > 150, axis=1).tobytes()
Pdf = pikepdf.Pdf


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def strip(data: bytes) -> bytes:
    """The coded pixels of a TIFF of one strip."""
    with TiffImageFile(io.BytesIO(data)) as image:
        place, length = image.tag_v2[273][0], image.tag_v2[279][0]
    return data[place : place + length]


def one(data: bytes, filters: object = None, **more: object) -> bytes:
    """A PDF whose page is one picture."""
    return several([(data, filters, more)], FULL)


def several(parts: list[tuple[bytes, object, dict[str, object]]], content: bytes) -> bytes:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=POINTS)
    things = {f"/P{number}": image(pdf, *part) for number, part in enumerate(parts)}
    page.obj.Resources = Dictionary(XObject=Dictionary(things))
    page.obj.Contents = pdf.make_stream(content)
    return saved(pdf)


def image(pdf: Pdf, data: bytes, filters: object, more: dict[str, object]) -> pikepdf.Object:
    common = {"Type": Name.XObject, "Subtype": Name.Image, "Width": WIDTH, "Height": HEIGHT, "BitsPerComponent": 8}
    keys = {**common, "ColorSpace": Name.DeviceGray, **({"Filter": filters} if filters else {}), **more}
    return pdf.make_indirect(
        pikepdf.Stream(pdf, data, **{key: value for key, value in keys.items() if value is not None})
    )


def saved(pdf: Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def changed(change: Callable[[Pdf], object], data: bytes | None = None, **options: object) -> bytes:
    with pikepdf.open(io.BytesIO(data or one(JPEG, Name.DCTDecode))) as pdf:
        change(pdf)
        return saved(pdf, **options)


def cut_in_strips() -> bytes:
    edges = np.linspace(0, HEIGHT, 8).astype(int)
    parts, content = [], b""
    for number, (top, bottom) in enumerate(pairwise(edges)):
        parts.append((jpeg(np.ascontiguousarray(GREY[top:bottom]), 85), Name.DCTDecode, {"Height": int(bottom - top)}))
        high, up = (bottom - top) * 72 / 200, (HEIGHT - bottom) * 72 / 200
        content += f"q {POINTS[0]} 0 0 {high} 0 {up} cm /P{number} Do Q\n".encode()
    return several(parts, content)


def compact() -> bytes:
    """A pale background, and the writing as a stencil over it."""
    ground = (jpeg(np.full((HEIGHT // 4, WIDTH // 4), 250, np.uint8)), Name.DCTDecode)
    writing = {"ImageMask": True, "ColorSpace": None, "BitsPerComponent": 1, "Decode": Array([1, 0])}
    stencil = zlib.compress(np.packbits(GREY <= 150, axis=1).tobytes())
    parts = [(*ground, {"Width": WIDTH // 4, "Height": HEIGHT // 4}), (stencil, Name.FlateDecode, writing)]
    return several(parts, FULL + b" 0 g " + FULL.replace(b"P0", b"P1"))


def recognised(pdf: Pdf) -> None:
    """The words that a copier recognised lie unseen under the picture."""
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    pdf.pages[0].obj.Resources.Font = Dictionary(F=font)
    pdf.pages[0].contents_add(b"BT 3 Tr /F 12 Tf 100 500 Td (words) Tj ET", prepend=True)


def inherited(pdf: Pdf) -> None:
    pdf.Root.Pages.Resources = pdf.pages[0].obj.Resources
    del pdf.pages[0].obj.Resources


def half_shown() -> bytes:
    """Two pages on one wide picture; this page shows the right one."""
    wide = np.hstack([np.ascontiguousarray(GREY[::-1]), GREY])
    data = one(jpeg(wide, 85), Name.DCTDecode, Width=2 * WIDTH)

    def crop(pdf: Pdf) -> None:
        page = pdf.pages[0].obj
        page.Contents = pdf.make_stream(FULL.replace(str(POINTS[0]).encode(), str(2 * POINTS[0]).encode()))
        page.MediaBox = Array([0, 0, 2 * POINTS[0], POINTS[1]])
        page.CropBox = Array([POINTS[0], 0, 2 * POINTS[0], POINTS[1]])

    return changed(crop, data)


def jbig2() -> bytes:
    """A page of one region in fax coding, as a stream of segments without a file's head."""

    def segment(number: int, kind: int, data: bytes) -> bytes:
        return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data

    page = struct.pack(">IIIIBH", WIDTH, HEIGHT, 7874, 7874, 0, 0)
    region = struct.pack(">IIIIBB", WIDTH, HEIGHT, 0, 0, 0, 1) + strip(fax(255 - GREY, 105))
    return segment(0, 48, page) + segment(1, 38, region)


def palette(bits: int) -> Array:
    greys = range(256) if bits == 8 else (0, 255)
    return Array([Name.Indexed, Name.DeviceRGB, len(greys) - 1, pikepdf.String(bytes(g for g in greys for _ in "rgb"))])


def predicted() -> bytes:
    rows = np.diff(GREY, axis=0, prepend=np.zeros((1, WIDTH), np.uint8))
    return zlib.compress(np.hstack([np.full((HEIGHT, 1), 2, np.uint8), rows]).tobytes())


FLATE, DCT = Name.FlateDecode, Name.DCTDecode
PREDICTOR = Dictionary(Predictor=15, Columns=WIDTH, Colors=1, BitsPerComponent=8)
TURNED = Array([1, 0] * 4)
PDFS: dict[str, Callable[[], bytes]] = {
    "colour": lambda: one(encoded(COLOUR, "JPEG", quality=85), DCT, ColorSpace=Name.DeviceRGB),
    "cmyk": lambda: one(
        encoded(COLOUR.convert("CMYK"), "JPEG", quality=85), DCT, ColorSpace=Name.DeviceCMYK, Decode=TURNED
    ),
    "cut in strips": cut_in_strips,
    "background and writing apart": compact,
    "1 bit": lambda: one(zlib.compress(BITS), FLATE, BitsPerComponent=1),
    "4 bits": lambda: one(
        zlib.compress((GREY[:, ::2] & 0xF0 | GREY[:, 1::2] >> 4).tobytes()), FLATE, BitsPerComponent=4
    ),
    "16 bits": lambda: one(zlib.compress((GREY.astype(">u2") * 257).tobytes()), FLATE, BitsPerComponent=16),
    "inverted 1 bit": lambda: one(
        zlib.compress((~np.frombuffer(BITS, np.uint8)).tobytes()), FLATE, BitsPerComponent=1, Decode=Array([1, 0])
    ),
    "inverted grey": lambda: one(jpeg(255 - GREY, 85), DCT, Decode=Array([1, 0])),
    "predictor": lambda: one(predicted(), FLATE, DecodeParms=PREDICTOR),
    "lzw": lambda: one(
        strip(encoded(Image.fromarray(GREY), "TIFF", compression="tiff_lzw", tiffinfo={278: HEIGHT})), Name.LZWDecode
    ),
    "wrapped": lambda: one(zlib.compress(JPEG), Array([FLATE, DCT])),
    "wrapped as text": lambda: one(base64.a85encode(JPEG) + b"~>", Array([Name.ASCII85Decode, DCT])),
    "jpeg 2000": lambda: one(
        encoded(COLOUR, "JPEG2000", quality_mode="rates", quality_layers=[20]), Name.JPXDecode, ColorSpace=None
    ),
    "jbig2": lambda: one(jbig2(), Name.JBIG2Decode, BitsPerComponent=1),
    "indexed": lambda: one(zlib.compress(GREY.tobytes()), FLATE, ColorSpace=palette(8)),
    "indexed 1 bit": lambda: one(zlib.compress(BITS), FLATE, ColorSpace=palette(1), BitsPerComponent=1),
    "words recognised": lambda: changed(recognised),
    "resources inherited": lambda: changed(inherited),
    "object streams": lambda: changed(bool, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "linearised": lambda: changed(bool, linearize=True),
    "printer's head": lambda: b"@PJL ENTER LANGUAGE=PDF\r\n" + one(JPEG, DCT),
    "half of a wide picture": half_shown,
    "user unit": lambda: changed(lambda pdf: pdf.pages[0].obj.update({"/UserUnit": 2})),
}


def tiff(
    tags: dict[int, int | list[int]], parts: list[bytes], order: str = "<", at: tuple[int, int] = (273, 279)
) -> bytes:
    """A TIFF of strips, or of tiles."""
    starts = np.cumsum([8, *map(len, parts)]).tolist()
    tags = {**tags, at[0]: starts[:-1], at[1]: [len(part) for part in parts]}
    table, extra, after = b"", b"", starts[-1] + 2 + 12 * len(tags) + 4
    for tag, value in sorted(tags.items()):
        values = value if isinstance(value, list) else [value]
        packed = struct.pack(f"{order}{len(values)}I", *values)
        if len(packed) > 4:
            packed, extra = struct.pack(order + "I", after + len(extra)), extra + packed
        table += struct.pack(order + "HHI", tag, 4, len(values)) + packed
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, starts[-1])
    return head + b"".join(parts) + struct.pack(order + "H", len(tags)) + table + bytes(4) + extra


PLAIN: dict[int, int | list[int]] = {256: WIDTH, 257: HEIGHT, 258: 8, 259: 1, 262: 1, 277: 1}
SIDE = 256


def rows(grey: np.ndarray = GREY, step: int = 100) -> list[bytes]:
    return [grey[top : top + step].tobytes() for top in range(0, len(grey), step)]


def tiles() -> list[bytes]:
    padded = np.pad(GREY, ((0, -HEIGHT % SIDE), (0, -WIDTH % SIDE)))
    places = [(y, x) for y in range(0, HEIGHT, SIDE) for x in range(0, WIDTH, SIDE)]
    return [padded[y : y + SIDE, x : x + SIDE].tobytes() for y, x in places]


TIFFS: dict[str, Callable[[], bytes]] = {
    "strips": lambda: tiff({**PLAIN, 278: 100}, rows()),
    "big end first": lambda: tiff({**PLAIN, 278: 100}, rows(), ">"),
    "white is zero": lambda: tiff({**PLAIN, 262: 0, 278: 100}, rows(255 - GREY)),
    "tiles": lambda: tiff({**PLAIN, 322: SIDE, 323: SIDE}, tiles(), at=(324, 325)),
    "colours apart": lambda: tiff({**PLAIN, 258: [8, 8, 8], 262: 2, 277: 3, 278: 100, 284: 2}, rows() * 3),
    "fax, big end first": lambda: tiff(
        {256: WIDTH, 257: HEIGHT, 258: 1, 259: 4, 262: 1, 277: 1, 278: HEIGHT}, [strip(fax(GREY))], ">"
    ),
    "fax, line by line": lambda: encoded(
        Image.fromarray(GREY).point(lambda v: v > 150 and 255).convert("1"), "TIFF", compression="group3"
    ),
    "cmyk": lambda: encoded(COLOUR.convert("CMYK"), "TIFF", compression="tiff_lzw"),
    "16 bits": lambda: encoded(Image.fromarray(GREY.astype(np.uint16) * 257), "TIFF"),
    "few colours": lambda: encoded(COLOUR.convert("P"), "TIFF", compression="packbits"),
}
FILM = b"\0\0\0\x18ftypmp42" + bytes(range(250)) * 100
OTHERS: dict[str, Callable[[], bytes]] = {
    "progressive.jpg": lambda: encoded(COLOUR, "JPEG", quality=85, progressive=True),
    "cmyk.jpg": lambda: encoded(COLOUR.convert("CMYK"), "JPEG", quality=85),
    "with a film behind it.jpg": lambda: JPEG + FILM,
    "16 bits.png": lambda: encoded(Image.fromarray(GREY.astype(np.uint16) * 257), "PNG"),
    "ink on nothing.png": lambda: encoded(Image.fromarray(np.dstack([np.zeros_like(GREY)] * 3 + [255 - GREY])), "PNG"),
    "few colours.png": lambda: encoded(COLOUR.convert("P"), "PNG"),
    "lossless.webp": lambda: encoded(COLOUR, "WEBP", lossless=True),
    "phone.avif": lambda: encoded(COLOUR, "AVIF", quality=80),
}
FILES = {f"{name}.pdf": make for name, make in PDFS.items()} | {f"{name}.tif": make for name, make in TIFFS.items()}
FILES |= OTHERS


@pytest.mark.parametrize("name", FILES)
def test_a_page_is_read_whatever_it_comes_in(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    (found,) = pictures(path)
    reading = read(found, finder())
    assert (reading.problem, reading.turned) == (None, 0)
    assert {question: judge.answer for question, judge in judged(reading, LAYOUT).items()} == WANTED


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["jpg", "tif", "png"])
def test_a_picture_turned_or_mirrored_by_its_file_is_read_and_shown_upright(
    tmp_path: Path, orientation: int, kind: str
) -> None:
    upright = GREY if orientation < 5 else GREY.T
    stored = {2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1], 6: upright[::-1], 7: upright[::-1, ::-1],
              8: upright[:, ::-1]}  # fmt: skip
    picture = Image.fromarray(np.ascontiguousarray(stored.get(orientation, upright)))
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / f"photo.{kind}"
    picture.save(path, **({"tiffinfo": {274: orientation}} if kind == "tif" else {"exif": exif}))
    (found,) = pictures(path)
    reading = read(found, finder())
    assert (reading.problem, reading.turned) == (None, 0)
    assert found.grey is not None
    kept, by = decode(found.data, full=False)
    assert by == found.reduced
    assert np.array_equal(kept, found.grey)  # the place of a bubble is the same in what is kept
