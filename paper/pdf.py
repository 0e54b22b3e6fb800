"""The pictures of a scanner's PDF, taken out as they lie there; a page that holds more than that is drawn instead."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf

from paper.drawing import DRAWN_DPI, Drawing
from paper.picture import Grey, Mine, Picture, Unreadable, broken, check_size, decode, png, reduction, shrink, tiff

CONTENT_CAP = 1_000_000  # bytes of drawing instructions worth parsing to find out that a page is one picture
COVERED = 0.8  # share of the page that a scan fills at least; a logo fills less
_PAINT = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "INLINE IMAGE", "BI"}
_SHOW_TEXT = {"Tj", "TJ", "'", '"'}
_COLOUR = {"g", "rg", "k", "sc", "scn", "cs"}
_INVISIBLE = 3  # text rendering mode of the words a scanner recognised
Matrix = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Sole:
    """The one picture of a page: degrees clockwise to show it, and its resolution as placed."""

    stream: pikepdf.Object
    shown: int
    dpi: float


def pictures(path: Path, source: str, mine: Mine, decoded: bool = True) -> Iterator[Picture]:
    """A picture per page that `mine` takes, and one more line when pages are lost; only Unreadable is raised."""
    try:
        document = pikepdf.open(path)
    except Exception as error:  # parsers raise whatever they like on hostile bytes
        raise Unreadable("encrypted" if isinstance(error, pikepdf.PasswordError) else "damaged") from error
    with document, Drawing(path, document) as drawing:
        lost = any("Pages tree includes non-dictionary" in said for said in document.get_warnings())
        try:
            count = len(document.pages)
        except Exception:
            count = 0
        if not count:
            raise Unreadable("damaged")
        for number in range(count):
            if mine(source, number + 1):
                yield _picture(document, drawing, (number, source), decoded)
        if lost and mine(source, count + 1):
            yield broken(source, count + 1, "damaged")


def _picture(document: pikepdf.Pdf, drawing: Drawing, place: tuple[int, str], decoded: bool) -> Picture:
    number, source = place
    seen = b""
    try:
        sole = _sole(document.pages[number])
        if sole is None:
            _check_whole(document.pages[number], drawing.cut())
            return _drawn(drawing, number, source)
        seen = sole.stream.read_raw_bytes()
        check_size(int(sole.stream.Width), int(sole.stream.Height))
        data = _jpeg(sole.stream, seen) or _fax(sole.stream, seen)
        grey: Grey | None = None
        by = 1
        if data is None:
            pixels = drawing.sole_picture(number)
            by, data = reduction(pixels.shape[1], pixels.shape[0]), png(pixels)
            grey = shrink(pixels, by)
        elif decoded:
            grey, by = decode(data, full=False)
        scan = hashlib.sha256(seen).hexdigest()
        return Picture(source, number + 1, scan, grey, sole.dpi, data, None, by, sole.shown)
    except Unreadable as error:
        return broken(source, number + 1, error.problem, seen)
    except Exception:  # parsers and decoders raise whatever they like on hostile bytes
        return broken(source, number + 1, "damaged", seen)


def _check_whole(page: pikepdf.Page, cut: bool) -> None:
    """Raises when something that would be drawn on the page is missing: what is left would pass for a blank side."""
    parts = _contents(page)
    if cut and not parts:
        raise Unreadable("damaged")
    for part in parts:
        part.read_bytes()
    for thing in page.resources.get("/XObject", pikepdf.Dictionary()).as_dict().values():
        thing.read_raw_bytes()


def _drawn(drawing: Drawing, number: int, source: str) -> Picture:
    pixels = drawing.page(number)
    by = reduction(pixels.shape[1], pixels.shape[0])
    scan = hashlib.sha256(pixels.tobytes()).hexdigest()
    return Picture(source, number + 1, scan, shrink(pixels, by), float(DRAWN_DPI), png(pixels), None, by)


def _sole(page: pikepdf.Page) -> _Sole | None:
    """The picture that a page consists of; None when there is more to see on it."""
    objects = list(page.resources.get("/XObject", pikepdf.Dictionary()).as_dict().values())
    if len(objects) != 1 or objects[0].get("/Subtype") != pikepdf.Name.Image or not _plain(objects[0]):
        return None
    image = objects[0]
    placed = _placed(page, bool(image.get("/ImageMask", False)))
    if placed is None:
        return None
    a, b, c, d = placed
    box = [float(side) for side in page.cropbox]
    turn = _turn(placed)
    if turn is None or abs(a * d - b * c) < COVERED * abs((box[2] - box[0]) * (box[3] - box[1])):
        return None
    return _Sole(image, (turn + page.rotation) % 360, int(image.Width) / float(np.hypot(a, b)) * 72)


def _plain(image: pikepdf.Object) -> bool:
    """Whether the picture's own pixels are what a viewer shows."""
    if "/SMask" in image or "/Mask" in image:
        return False
    if image.get("/ImageMask", False):
        return _filters(image) == ["/CCITTFaxDecode"]
    space = image.get("/ColorSpace")
    if space is None:
        return False
    name = str(space[0]) if isinstance(space, pikepdf.Array) else str(space)
    inverted = "/Decode" in image and float(image.Decode[0]) > 0
    if inverted and _filters(image) != ["/CCITTFaxDecode"]:
        return False
    if name == "/ICCBased":
        return int(space[1].get("/N", 0)) in (1, 3)
    return name in ("/DeviceGray", "/DeviceRGB", "/CalGray", "/CalRGB")


def _placed(page: pikepdf.Page, mask: bool) -> Matrix | None:
    """Where the page's one picture is put; None when anything else is painted as well."""
    length = sum(len(part.read_raw_bytes()) for part in _contents(page))
    if length > CONTENT_CAP:
        return None
    matrix: Matrix = (1, 0, 0, 1)
    stack: list[Matrix] = []
    placed: list[Matrix] = []
    mode = 0
    for step in pikepdf.parse_content_stream(page):
        name, operands = str(step.operator), list(step.operands)
        if name == "q":
            stack.append(matrix)
        elif name == "Q":
            matrix = stack.pop() if stack else matrix
        elif name == "cm":
            matrix = _times(operands, matrix)
        elif name == "Do":
            placed.append(matrix)
        elif name == "Tr":
            mode = int(operands[0])
        elif name in _PAINT or (name in _SHOW_TEXT and mode != _INVISIBLE) or (mask and name in _COLOUR):
            return None
    return placed[0] if len(placed) == 1 else None


def _contents(page: pikepdf.Page) -> list[Any]:
    found = page.obj.get("/Contents")
    return list(found) if isinstance(found, pikepdf.Array) else [found] if found is not None else []


def _times(operands: Any, outer: Matrix) -> Matrix:
    """The linear part of two placements, the inner one first."""
    a, b, c, d = (float(number) for number in operands[:4])
    p, q, r, s = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s)


def _turn(matrix: Matrix) -> int | None:
    """The degrees clockwise by which a placement turns the picture; None when it mirrors or slants it."""
    a, b, c, d = matrix
    slack = 0.01 * (abs(a) + abs(b))
    if abs(b) < slack and abs(c) < slack and a * d > 0:
        return 0 if a > 0 else 180
    if abs(a) < slack and abs(d) < slack and b * c < 0:
        return 270 if b > 0 else 90
    return None


def _filters(image: pikepdf.Object) -> list[str]:
    found = image.get("/Filter")
    return [str(name) for name in found] if isinstance(found, pikepdf.Array) else [str(found)]


def _jpeg(image: pikepdf.Object, raw: bytes) -> bytes | None:
    """The JPEG in a picture stream, out of any wrapping."""
    filters = _filters(image)
    if filters[-1] != "/DCTDecode":
        return None
    return raw if len(filters) == 1 else image.read_bytes(pikepdf.StreamDecodeLevel.generalized)


def _fax(image: pikepdf.Object, raw: bytes) -> bytes | None:
    """A fax-coded picture stream with a TIFF around it; None when a TIFF cannot say how it is coded."""
    if _filters(image) != ["/CCITTFaxDecode"] or isinstance(image.get("/ColorSpace"), pikepdf.Array):
        return None
    found = image.get("/DecodeParms", pikepdf.Dictionary())
    parameters = found[0] if isinstance(found, pikepdf.Array) else found
    width, height = int(image.Width), int(image.Height)
    if int(parameters.get("/Columns", 1728)) != width or parameters.get("/EncodedByteAlign", False):
        return None
    k = int(parameters.get("/K", 0))
    inverted = "/Decode" in image and float(image.Decode[0]) > 0
    photometric = int(bool(parameters.get("/BlackIs1", False)) != inverted)
    tags = {256: width, 257: height, 258: 1, 259: 4 if k < 0 else 3, 262: photometric, 277: 1, 278: height}
    return tiff(tags if k < 0 else {**tags, 292: int(k > 0)}, [raw])
