"""The pictures of a scanner's PDF, taken out as they lie there; a page that holds more than that is drawn instead."""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf.settings import set_qpdf_limits

from paper.bounds import PICTURES_CAP, Allowance
from paper.drawing import DRAWN_DPI, Drawing
from paper.painted import Painted, contents, fills, painted, turn
from paper.picture import Grey, Mine, Picture, Unreadable, broken, decode, png, reduction, shrink, tiff

UNPACKED_CAP = 50_000_000  # bytes that a compressed part of the file's own structure may hold; usual are 100,000
set_qpdf_limits(
    flate_max_memory=UNPACKED_CAP,
    png_max_memory=UNPACKED_CAP,
    tiff_max_memory=UNPACKED_CAP,
    run_length_max_memory=UNPACKED_CAP,
    max_stream_filters=4,
)


@dataclass(frozen=True)
class _Sole:
    """The one picture of a page: its size, how it is coded, degrees clockwise to show it, and resolution as placed."""

    stream: pikepdf.Object
    size: tuple[int, int]
    filters: list[str]
    shown: int
    dpi: float


def pictures(path: Path, source: str, mine: Mine, decoded: bool = True) -> Iterator[Picture]:
    """A picture per page that `mine` takes, and one more line when pages are lost; only Unreadable is raised."""
    with _opened(path) as document, Drawing(path, document) as drawing:
        lost = any("Pages tree includes non-dictionary" in said for said in document.get_warnings())
        taking = _Taking(document, drawing, Allowance(path.stat().st_size), decoded)
        count = _count(document)
        for number in range(count):
            if mine(source, number + 1):
                yield taking.picture(number, source)
        if lost and mine(source, count + 1):
            yield broken(source, count + 1, "damaged")


def _opened(path: Path) -> pikepdf.Pdf:
    try:
        with pikepdf.open(path, inherit_page_attributes=False) as document:
            _check_pages(document)
        return pikepdf.open(path)
    except Unreadable:
        raise
    except Exception as error:  # parsers raise whatever they like on hostile bytes
        raise Unreadable("encrypted" if isinstance(error, pikepdf.PasswordError) else "damaged") from error


def _check_pages(document: pikepdf.Pdf) -> None:
    """Raises when there are more pages than a stack has: one that is listed over and over would be copied each time."""
    nodes, count = [document.Root.Pages], 0
    while nodes:
        kids = nodes.pop().get("/Kids", pikepdf.Array())
        count += len(kids)
        if count > PICTURES_CAP:
            raise Unreadable("too-big")
        nodes += [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/Kids" in kid]


def _count(document: pikepdf.Pdf) -> int:
    try:
        count = len(document.pages)
    except Exception as error:  # as above
        raise Unreadable("damaged") from error
    if not count:
        raise Unreadable("damaged")
    return count


@dataclass(frozen=True)
class _Taking:
    """One file while its pictures are taken out."""

    document: pikepdf.Pdf
    drawing: Drawing
    allowance: Allowance
    decoded: bool

    def picture(self, number: int, source: str) -> Picture:
        seen = b""
        try:
            page = self.document.pages[number]
            shown = painted(page)
            sole = _sole(page, shown)
            if sole is None:
                self._check_whole(page, shown)
                return _drawn(self.drawing, number, source)
            seen = sole.stream.read_raw_bytes()
            self.allowance.take(*sole.size)
            data = _jpeg(sole, seen) or _fax(sole, seen)
            grey: Grey | None = None
            by = 1
            if data is None:
                pixels = self.drawing.sole_picture(number)
                by, data = reduction(pixels.shape[1], pixels.shape[0]), png(pixels)
                grey = shrink(pixels, by)
            elif self.decoded:
                grey, by = decode(data, full=False)
            scan = hashlib.sha256(seen).hexdigest()
            return Picture(source, number + 1, scan, grey, sole.dpi, data, None, by, sole.shown)
        except Unreadable as error:
            return broken(source, number + 1, error.problem, seen)
        except Exception:  # parsers and decoders raise whatever they like on hostile bytes
            return broken(source, number + 1, "damaged", seen)

    def _check_whole(self, page: pikepdf.Page, shown: Painted | None) -> None:
        """Raises when something that would be drawn on the page is missing, for what is left would pass for a blank
        side; and when it is too much."""
        parts = contents(page)
        if self.drawing.cut() and not parts:
            raise Unreadable("damaged")
        for part in parts:
            part.read_bytes()
        things = page.resources.get("/XObject", pikepdf.Dictionary())
        for name in {name for name, _ in shown.things} if shown else things.keys():
            things[name].read_raw_bytes()
            if things[name].get("/Subtype") == pikepdf.Name.Image:
                self.allowance.take(int(things[name].Width), int(things[name].Height))
        self.allowance.take(*(round(float(side) * DRAWN_DPI / 72) for side in _size(page)))


def _size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(side) for side in page.cropbox)
    return abs(right - left), abs(top - bottom)


def _drawn(drawing: Drawing, number: int, source: str) -> Picture:
    pixels = drawing.page(number)
    by = reduction(pixels.shape[1], pixels.shape[0])
    scan = hashlib.sha256(pixels.tobytes()).hexdigest()
    return Picture(source, number + 1, scan, shrink(pixels, by), float(DRAWN_DPI), png(pixels), None, by)


def _sole(page: pikepdf.Page, shown: Painted | None) -> _Sole | None:
    """The picture that a page consists of; None when there is more to see on it."""
    if shown is None or shown.more or len(shown.things) != 1:
        return None
    (name, placed), resources = shown.things[0], page.resources.XObject
    image, turned = resources[name], turn(placed)
    if turned is None or image.get("/Subtype") != pikepdf.Name.Image or not fills(placed, page):
        return None
    keys, filters = image.keys(), _filters(image)
    if not _plain(image, keys, filters) or (shown.coloured and "/ImageMask" in keys and image.ImageMask):
        return None
    size = (int(image.Width), int(image.Height))
    return _Sole(image, size, filters, (turned + page.rotation) % 360, size[0] / math.hypot(*placed[:2]) * 72)


def _plain(image: pikepdf.Object, keys: Collection[str], filters: list[str]) -> bool:
    """Whether the picture's own pixels are what a viewer shows."""
    if "/SMask" in keys or "/Mask" in keys:
        return False
    if "/ImageMask" in keys and image.ImageMask:
        return filters == ["/CCITTFaxDecode"]
    if "/ColorSpace" not in keys:
        return False
    space = image.ColorSpace
    name = str(space[0]) if isinstance(space, pikepdf.Array) else str(space)
    if "/Decode" in keys and float(image.Decode[0]) > 0 and filters != ["/CCITTFaxDecode"]:
        return False
    if name == "/ICCBased":
        return int(space[1].get("/N", 0)) in (1, 3)
    return name in ("/DeviceGray", "/DeviceRGB", "/CalGray", "/CalRGB")


def _filters(image: pikepdf.Object) -> list[str]:
    found = image.get("/Filter")
    return [str(name) for name in found] if isinstance(found, pikepdf.Array) else [str(found)]


def _jpeg(sole: _Sole, raw: bytes) -> bytes | None:
    """The JPEG in a picture stream, out of one wrapping; None when there is none, or more around it."""
    if sole.filters == ["/DCTDecode"]:
        return raw
    if sole.filters != ["/FlateDecode", "/DCTDecode"]:
        return None
    unwrapped = zlib.decompressobj().decompress(raw, UNPACKED_CAP)
    return unwrapped if len(unwrapped) < UNPACKED_CAP else None


def _fax(sole: _Sole, raw: bytes) -> bytes | None:
    """A fax-coded picture stream with a TIFF around it; None when a TIFF cannot say how it is coded."""
    image, (width, height) = sole.stream, sole.size
    if sole.filters != ["/CCITTFaxDecode"] or isinstance(image.get("/ColorSpace"), pikepdf.Array):
        return None
    found = image.get("/DecodeParms", pikepdf.Dictionary())
    parameters = found[0] if isinstance(found, pikepdf.Array) else found
    if int(parameters.get("/Columns", 1728)) != width or parameters.get("/EncodedByteAlign", False):
        return None
    k = int(parameters.get("/K", 0))
    inverted = "/Decode" in image and float(image.Decode[0]) > 0
    photometric = int(bool(parameters.get("/BlackIs1", False)) != inverted)
    tags = {256: width, 257: height, 258: 1, 259: 4 if k < 0 else 3, 262: photometric, 277: 1, 278: height}
    return tiff(tags if k < 0 else {**tags, 292: int(k > 0)}, [raw])
