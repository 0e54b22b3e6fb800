"""One picture out of an upload: its grey pixels, its name by hash and the bytes to keep; or why there are none."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paper import lent

cv2.setNumThreads(1)  # pages are read in parallel, one process a core

Grey = NDArray[np.uint8]
Mine = Callable[[str, int | None], bool]  # whether a process takes the picture at (source, index)
# What is opened: not all that Pillow knows, of which some start other programs and some are hardly looked after.
FORMATS = ("JPEG", "TIFF", "PNG", "WEBP", "AVIF", "JPEG2000", "BMP", "GIF")
PIXEL_CAP = 100_000_000  # A3 at 600 dpi is 70 million; more is a mistake or an attack
BAND_PIXELS = 4_000_000  # what is converted at a time, since every step makes a copy
SCANNED_CAP = 3_000_000_000  # pixels of all the passes of a JPEG; a usual progressive one has ten
PLAIN_PIXELS = 40_000_000  # a plain JPEG up to here is not searched for passes
MARKERS_CAP = 10_000  # parts of a JPEG looked at for its end
ORIENTATION = 274  # in EXIF and TIFF
_MIRRORED = (2, 4, 5, 7)
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # among coded pixels: no pixel, no restart
USUAL_HEAD = 10_000  # bytes before the pixels of a JPEG that is looked at ourselves; 600 are usual
_BASELINE, _SCAN = 0xC0, 0xDA
_TABLES = (0xC4, 0xDB, 0xDD, 0xE0, 0xEE, 0xFE)  # of codes, of steps, restarts, JFIF, Adobe's colours, a comment
ENOUGH_PIXELS = 800  # along the short side (100 dpi): finer pictures are halved, twice as fast for the same answers
Image.MAX_IMAGE_PIXELS = PIXEL_CAP
warnings.filterwarnings("ignore", module=r"PIL\.")  # of odd files; what is wrong with a picture is told as a problem


class Unreadable(Exception):
    """A picture that yields no pixels; `problem` says why: damaged, encrypted or too-big."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Picture:
    """A picture in the order it came. `grey` has every `reduced`-th pixel of the picture in `data` (averaged); showing
    it the way the file asks (EXIF, /Rotate) takes a clockwise turn of `shown` degrees. No `data` with a problem.
    `member` names the file in a ZIP that it came in."""

    source: str
    index: int | None
    scan: str
    grey: Grey | None
    dpi: float | None
    data: bytes
    problem: str | None = None
    reduced: int = 1
    shown: int = 0
    member: str | None = None


def broken(source: str, index: int | None, problem: str, seen: bytes = b"") -> Picture:
    """A picture with nothing to read; `seen` is whatever could be found of it, so that it still has a name."""
    return Picture(source, index, hashlib.sha256(seen).hexdigest(), None, None, b"", problem)


def reduction(width: int, height: int) -> int:
    """By how much a picture may shrink and still be read as well: 1, 2, 4 or 8."""
    return next((by for by in (8, 4, 2) if min(width, height) >= by * ENOUGH_PIXELS), 1)


def check_size(width: int, height: int) -> None:
    """Refuse before a single pixel is allocated."""
    if width * height > PIXEL_CAP:
        raise Unreadable("too-big")
    if width < 1 or height < 1:
        raise Unreadable("damaged")


def decode(data: bytes, full: bool = True) -> tuple[Grey, int]:
    """The grey pixels of an encoded picture as stored (its EXIF turn ignored, but mirrored back), and by how much they
    were reduced: not at all when `full`. Raises Unreadable."""
    try:
        if size := _usual_jpeg(data):
            check_size(*size)
            by = 1 if full else reduction(*size)
            return _jpeg(data, by), by
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            check_size(*image.size)
            by = 1 if full else reduction(*image.size)
            if image.format not in ("JPEG", "MPO"):
                return flat(image, by), by
            _check_scans(image, data)
            pixels = _jpeg(data, by)
            return np.ascontiguousarray(pixels[:, ::-1]) if mirrored(image) else pixels, by
    except Unreadable:
        raise
    except Image.DecompressionBombError as error:
        raise Unreadable("too-big") from error
    except Exception as error:  # decoders raise whatever they like on hostile bytes
        raise Unreadable("damaged") from error


def mirrored(image: Image.Image) -> bool:
    """Whether the file asks for its picture to be shown left for right, as some phones' front cameras do."""
    tags = getattr(image, "tag_v2", None)
    if tags is None:
        tags = image.getexif() if "exif" in image.info else {}
    return tags.get(ORIENTATION, 1) in _MIRRORED


def flat(image: Image.Image, by: int = 1) -> Grey:
    """Any picture as grey pixels on white paper, averages of `by` × `by`; mirrored back."""
    pixels = _greyed(image, by)
    return np.ascontiguousarray(pixels[:, ::-1]) if mirrored(image) else pixels


def _greyed(image: Image.Image, by: int) -> Grey:
    if image.mode in ("1", "L") and "transparency" not in image.info:
        pixels = lent.grey(image)
        return shrink(pixels, by) if by > 1 else pixels.copy()
    image.load()
    deep = image.mode.startswith("I") or image.mode == "F"  # 16 bits and more: convert("L") would clip, not scale
    white = max(float(np.max(image.getextrema())), 1.0) if deep else None
    rows = max(BAND_PIXELS // image.width // by * by, by)
    edges = range(0, image.height // by * by, rows)
    bands = (image.crop((0, top, image.width, min(top + rows, image.height // by * by))) for top in edges)
    return np.concatenate([shrink(_band(band, white), by) for band in bands])


def _band(image: Image.Image, white: float | None) -> Grey:
    """Some rows of a picture; `white` is the brightest of a deep one."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    if white:
        return np.asarray(np.clip(np.asarray(image, np.float32) / white * 255, 0, 255), np.uint8)
    return np.asarray(image.convert("L"), np.uint8)


def shrink(grey: Grey, by: int) -> Grey:
    """Averages of `by` × `by` pixels."""
    if by == 1:
        return grey
    size = (grey.shape[1] // by, grey.shape[0] // by)
    whole = grey[: size[1] * by, : size[0] * by]
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)


def png(grey: Grey) -> bytes:
    """The pixels as a PNG, quickly rather than small."""
    return cv2.imencode(".png", grey, [cv2.IMWRITE_PNG_COMPRESSION, 2])[1].tobytes()


def tiff(tags: Mapping[int, int | Sequence[int] | bytes], strips: Sequence[bytes]) -> bytes:
    """A one-picture TIFF around compressed strips as they are, with the tags that say how to read them."""
    starts = [8 + sum(map(len, strips[:index])) for index in range(len(strips))]
    entries = {**tags, 273: starts, 279: [len(strip) for strip in strips]}
    body = b"".join(strips)
    body += b"\0" * (len(body) % 2)
    table, extra = b"", b""
    after = 8 + len(body) + 2 + 12 * len(entries) + 4
    for tag, value in sorted(entries.items()):
        kind, count, packed = _tiff_value(value)
        if len(packed) > 4:
            packed, extra = struct.pack("<I", after + len(extra)), extra + packed + b"\0" * (len(packed) % 2)
        table += struct.pack("<HHI", tag, kind, count) + packed.ljust(4, b"\0")
    head = struct.pack("<2sHI", b"II", 42, 8 + len(body))
    return head + body + struct.pack("<H", len(entries)) + table + struct.pack("<I", 0) + extra


def _tiff_value(value: int | Sequence[int] | bytes) -> tuple[int, int, bytes]:
    """TIFF type, count and bytes: UNDEFINED for bytes, LONG for numbers."""
    if isinstance(value, bytes):
        return 7, len(value), value
    numbers = (value,) if isinstance(value, int) else value
    return 4, len(numbers), struct.pack(f"<{len(numbers)}I", *numbers)


def _usual_jpeg(data: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG as copiers write it, not progressive and with no EXIF: there is no more to find out.
    None for any other file."""
    at, size = 2, None
    while data[at : at + 1] == b"\xff" and at < USUAL_HEAD:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SCAN:
            return size if size and size[0] * size[1] <= PLAIN_PIXELS and data[:2] == b"\xff\xd8" else None
        if marker == _BASELINE and size is None and data[at + 4] == 8 and data[at + 9] in (1, 3):
            size = (int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big"))
        elif marker not in _TABLES:
            return None
        at += 2 + length
    return None


def _check_scans(image: Image.Image, data: bytes) -> None:
    """Raises for a JPEG that is decoded in more passes than anybody needs."""
    size = image.width * image.height
    if ("progressive" in image.info or size > PLAIN_PIXELS) and data.count(b"\xff\xda") * size > SCANNED_CAP:
        raise Unreadable("too-big")


def _jpeg(data: bytes, by: int) -> Grey:
    """A JPEG shrunk while it is decoded. One that breaks off is damaged: the decoder would fill the rest with grey."""
    if b"\xff\xd9" not in data[-4096:] and not _ends(data):
        raise Unreadable("damaged")
    flags = {1: cv2.IMREAD_GRAYSCALE, 2: cv2.IMREAD_REDUCED_GRAYSCALE_2, 4: cv2.IMREAD_REDUCED_GRAYSCALE_4}
    flag = flags.get(by, cv2.IMREAD_REDUCED_GRAYSCALE_8) | cv2.IMREAD_IGNORE_ORIENTATION
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    if pixels is None:
        raise Unreadable("damaged")
    return np.asarray(pixels, np.uint8)


def _ends(data: bytes) -> bool:
    """Whether a JPEG has its end before whatever follows: some phones put a film behind it."""
    at = 2
    for _ in range(MARKERS_CAP):
        found = _MARKER.search(data, at)
        if found is None:
            return False
        if found.group() == b"\xff\xd9":
            return True
        at = found.end() + max(int.from_bytes(data[found.end() : found.end() + 2], "big"), 2)
    return False
