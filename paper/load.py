"""Every picture in an uploaded file, in order; whatever is wrong with one is told and nothing else is lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from paper import pdf
from paper.picture import Mine, Picture, Unreadable, broken, check_size, decode, flat, png, reduction, shrink, tiff

FILE_CAP = 300_000_000  # bytes of a file that holds a single picture
FRAME_CAP = 20_000  # pictures in one TIFF
_UPRIGHT = {1: 0, 3: 180, 6: 90, 8: 270}  # EXIF orientation -> degrees clockwise; the mirrored ones no scanner writes
_ORIENTATION = 274
_KEPT_TAGS = (
    256,
    257,
    258,
    259,
    262,
    266,
    277,
    278,
    284,
    292,
    293,
    317,
    320,
    338,
    339,
    347,
    530,
)  # how to decode strips


def everything(source: str, index: int | None) -> bool:
    """Take every picture."""
    return True


def pictures(path: Path, source: str | None = None, mine: Mine = everything) -> Iterator[Picture]:
    """The pictures of one file; never raises for bad input. Index None: the file could not be opened.

    `mine` is asked once for each, before it is decoded, and leaves out what it declines: so processes share a file.
    """
    source = source or path.name
    try:
        with path.open("rb") as file:
            head = file.read(1024)
            if b"%PDF-" in head:
                yield from pdf.pictures(path, source, mine)
            elif head[:4] in (b"II*\0", b"MM\0*"):
                yield from _frames(file, source, mine)
            elif mine(source, 1):
                yield _whole(path, source)
    except (Unreadable, OSError) as error:
        if mine(source, None):
            yield broken(source, None, error.problem if isinstance(error, Unreadable) else "damaged")


def _whole(path: Path, source: str) -> Picture:
    try:
        return _single(path, source)
    except (Unreadable, OSError) as error:
        return broken(source, None, error.problem if isinstance(error, Unreadable) else "damaged")


def _single(path: Path, source: str) -> Picture:
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
        grey, by = decode(data, full=False)
    except Unreadable as error:
        return broken(source, 1, error.problem, data)
    return Picture(source, 1, scan, grey, dpi, data, None, by, shown)


def _frames(file: BinaryIO, source: str, mine: Mine) -> Iterator[Picture]:
    """The pictures of a TIFF. After one that breaks the chain the rest cannot be found: it says so and ends."""
    file.seek(0)
    try:
        image = Image.open(file, formats=("TIFF",))
    except Exception as error:
        raise Unreadable("too-big" if isinstance(error, Image.DecompressionBombError) else "damaged") from error
    for index in range(1, FRAME_CAP + 1):
        try:
            image.seek(index - 1)
        except EOFError:
            return
        except Exception as error:
            if mine(source, index):
                yield broken(source, index, "too-big" if isinstance(error, Image.DecompressionBombError) else "damaged")
            return
        if mine(source, index):
            yield _frame(image, file, source, index)


def _frame(image: Image.Image, file: BinaryIO, source: str, index: int) -> Picture:
    strips: list[bytes] = []
    try:
        check_size(*image.size)
        strips = _strips(image, file)
        by = reduction(*image.size)
        pixels = flat(image)
        data = _kept(image, strips) or png(pixels)
        scan = hashlib.sha256(b"".join(strips) or pixels.tobytes()).hexdigest()
        shown = _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1), 0)
        return Picture(source, index, scan, shrink(pixels, by), _dpi(image), data, None, by, shown)
    except Unreadable as error:
        return broken(source, index, error.problem, b"".join(strips))
    except Exception:  # decoders raise whatever they like on hostile bytes
        return broken(source, index, "damaged", b"".join(strips))


def _strips(image: Image.Image, file: BinaryIO) -> list[bytes]:
    """The compressed bytes of one picture as the file holds them; none when it is not made of strips."""
    tags = image.tag_v2  # type: ignore[attr-defined]
    if 273 not in tags or 279 not in tags:
        return []
    back, found = file.tell(), []
    for start, length in zip(tags[273], tags[279], strict=True):
        file.seek(start)
        found.append(file.read(length))
    file.seek(back)
    return found


def _kept(image: Image.Image, strips: list[bytes]) -> bytes | None:
    """The picture alone, still compressed as it came; None when its byte order forbids it."""
    tags = image.tag_v2  # type: ignore[attr-defined]
    if not strips or tags.prefix != b"II":
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
