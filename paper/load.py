"""Every picture in an uploaded file, in order; whatever is wrong with one is told and nothing else is lost."""

from __future__ import annotations

import hashlib
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import SEEK_CUR
from pathlib import Path
from typing import BinaryIO

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from paper import pdf, zipped
from paper.picture import Mine, Picture, Unreadable, broken, check_size, decode, flat, png, reduction, shrink, tiff

FILE_CAP = 300_000_000  # bytes of a file that holds a single picture
FRAME_CAP = 20_000  # pictures in one TIFF
_UPRIGHT = {1: 0, 3: 180, 6: 90, 8: 270}  # EXIF orientation -> degrees clockwise; the mirrored ones no scanner writes
_ORIENTATION = 274
_OLD_JPEG = 513  # its picture lies outside the strips
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
# How to decode strips.
_KEPT_TAGS = (256, 257, 258, 259, 262, 266, 277, 278, 284, 292, 293, 317, 320, 338, 339, 347, 530)


def everything(source: str, index: int | None) -> bool:
    """Take every picture."""
    return True


def pictures(path: Path, source: str | None = None, mine: Mine = everything, decoded: bool = True) -> Iterator[Picture]:
    """The pictures of one file; never raises for bad input. Index None: the file could not be opened.

    `mine` is asked once for each, before it is decoded, and leaves out what it declines: so processes share a file.
    Unless `decoded`, a picture has no pixels where its `data` could be taken out as it lies there, good or damaged.
    """
    source = source or path.name
    try:
        with path.open("rb") as file:
            head = file.read(1024)
            if head[:4] in zipped.HEADS:  # first: a PDF may lie in it as it is
                yield from zipped.pictures(path, (source, mine), partial(pictures, decoded=decoded))
            elif b"%PDF-" in head:
                yield from pdf.pictures(path, source, mine, decoded)
            elif head[:4] in _TIFF:
                yield from _frames(file, source, mine, decoded)
            elif mine(source, 1):
                yield _whole(path, source, decoded)
    except (Unreadable, OSError) as error:
        if mine(source, None):
            yield broken(source, None, error.problem if isinstance(error, Unreadable) else "damaged")


def _whole(path: Path, source: str, decoded: bool) -> Picture:
    try:
        return _single(path, source, decoded)
    except (Unreadable, OSError) as error:
        return broken(source, None, error.problem if isinstance(error, Unreadable) else "damaged")


def _single(path: Path, source: str, decoded: bool) -> Picture:
    """A JPEG, PNG or another one-picture file."""
    if path.stat().st_size > FILE_CAP:
        raise Unreadable("too-big")
    data = path.read_bytes()
    try:
        with Image.open(path) as image:
            check_size(*image.size)
            dpi, shown = _dpi(image), _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1), 0)
    except Image.DecompressionBombError as error:
        raise Unreadable("too-big") from error
    except Unreadable:
        raise
    except Exception as error:  # decoders raise whatever they like on hostile bytes
        raise Unreadable("damaged") from error
    scan = hashlib.sha256(data).hexdigest()
    try:
        grey, by = decode(data, full=False) if decoded else (None, 1)
    except Unreadable as error:
        return broken(source, 1, error.problem, data)
    return Picture(source, 1, scan, grey, dpi, data, None, by, shown)


def _frames(file: BinaryIO, source: str, mine: Mine, decoded: bool) -> Iterator[Picture]:
    """The pictures of a TIFF, every one that the file claims. What comes after a cut cannot be found: one line more
    tells of it."""
    count, cut = _claimed(file)
    try:
        file.seek(0)
        with _whole_directories():
            image = TiffImageFile(file)
    except Exception as error:  # parsers raise whatever they like on hostile bytes
        raise Unreadable("damaged") from error
    for index in range(1, count + 1):
        if mine(source, index):
            yield _frame(image, file, (source, index), decoded)
    if cut and mine(source, count + 1):
        yield broken(source, count + 1, "damaged")


def _claimed(file: BinaryIO) -> tuple[int, bool]:
    """How many pictures the chain of a TIFF's directories tells of, and whether it is cut."""
    file.seek(0)
    head = file.read(4)
    order = "<" if head[:2] == b"II" else ">"
    link, count, entry = ("Q", "Q", 20) if 43 in head else ("I", "H", 12)
    file.seek(8 if 43 in head else 4)
    seen: set[int] = set()
    while len(seen) < FRAME_CAP:
        try:
            place = _number(file, order + link)
            if not place or place in seen:
                return len(seen), False
            file.seek(place)
            file.seek(_number(file, order + count) * entry, SEEK_CUR)
            end = file.tell()
            _number(file, order + link)
            file.seek(end)
        except (struct.error, OSError, OverflowError):
            return len(seen), True
        seen.add(place)
    return len(seen), True


def _number(file: BinaryIO, form: str) -> int:
    return int(struct.unpack(form, file.read(struct.calcsize(form)))[0])


@contextmanager
def _whole_directories() -> Iterator[None]:
    """Makes a directory that breaks off an error: PIL would warn, and guess at the rest of it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "Corrupt|Truncated", module=r"PIL\.")
        yield


def _frame(image: TiffImageFile, file: BinaryIO, place: tuple[str, int], decoded: bool) -> Picture:
    source, index = place
    strips: list[bytes] = []
    try:
        with _whole_directories():
            image.seek(index - 1)
        check_size(*image.size)
        strips = _strips(image, file)
        kept = _kept(image, strips)
        shown = _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1), 0)
        if kept and not decoded:
            return Picture(source, index, _name(strips), None, _dpi(image), kept, None, 1, shown)
        pixels = decode(kept)[0] if kept else flat(image)
        by = reduction(*image.size)
        scan = _name(strips) if strips else hashlib.sha256(pixels.tobytes()).hexdigest()
        return Picture(source, index, scan, shrink(pixels, by), _dpi(image), kept or png(pixels), None, by, shown)
    except Unreadable as error:
        return broken(source, index, error.problem, b"".join(strips))
    except Exception:  # decoders raise whatever they like on hostile bytes
        return broken(source, index, "damaged", b"".join(strips))


def _name(strips: list[bytes]) -> str:
    return hashlib.sha256(b"".join(strips)).hexdigest()


def _strips(image: TiffImageFile, file: BinaryIO) -> list[bytes]:
    """The compressed bytes of one picture as the file holds them; none when it is not made of strips."""
    tags = image.tag_v2
    if 273 not in tags or 279 not in tags:
        return []
    back, found = file.tell(), []
    for start, length in zip(tags[273], tags[279], strict=True):
        file.seek(start)
        found.append(file.read(length))
        if len(found[-1]) < length:
            raise Unreadable("damaged")
    file.seek(back)
    return found


def _kept(image: TiffImageFile, strips: list[bytes]) -> bytes | None:
    """The picture alone, still compressed as it came; None when its byte order or an old JPEG in it forbids that."""
    tags = image.tag_v2
    if not strips or tags.prefix != b"II" or _OLD_JPEG in tags:
        return None
    return tiff({tag: _plain(tags[tag]) for tag in _KEPT_TAGS if tag in tags}, strips)


def _plain(value: object) -> int | tuple[int, ...] | bytes:
    if isinstance(value, bytes):
        return value
    return tuple(int(part) for part in value) if isinstance(value, tuple) else int(str(value))


def _dpi(image: Image.Image) -> float | None:
    """Dots per inch as the file claims, when it claims something."""
    claimed = image.info.get("dpi", (0, 0))[0]
    return float(claimed) if claimed and claimed > 1 else None
