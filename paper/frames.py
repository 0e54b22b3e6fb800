"""The pictures of a TIFF, taken out as they lie there; what it cannot tell whole is decoded instead."""

from __future__ import annotations

import hashlib
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_CUR, SEEK_END
from typing import BinaryIO

from PIL.TiffImagePlugin import TiffImageFile

from paper.bounds import PICTURES_CAP, Allowance
from paper.claims import dpi, shown
from paper.picture import Mine, Picture, Unreadable, broken, decode, flat, mirrored, png, reduction, shrink, tiff

HEADS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_OLD_JPEG = 513  # its picture lies outside the strips
# How to decode strips.
_KEPT_TAGS = (256, 257, 258, 259, 262, 266, 277, 278, 284, 292, 293, 317, 320, 338, 339, 347, 530)


def pictures(file: BinaryIO, source: str, mine: Mine, decoded: bool) -> Iterator[Picture]:
    """The pictures of a TIFF, every one that the file claims. What comes after a cut cannot be found: one line more
    tells of it. Only Unreadable is raised."""
    count, cut = _claimed(file)
    size = file.seek(0, SEEK_END)
    try:
        file.seek(0)
        with _whole_directories():
            image = TiffImageFile(file)
    except Exception as error:  # parsers raise whatever they like on hostile bytes
        raise Unreadable("damaged") from error
    taking = _Taking(image, file, size, Allowance(size), decoded)
    for index in range(1, count + 1):
        if mine(source, index):
            yield taking.picture(index, source)
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
    while len(seen) <= PICTURES_CAP:
        try:
            place = _number(file, order + link)
            if not place or place in seen:
                return len(seen), False
            file.seek(place)
            file.seek(_number(file, order + count) * entry, SEEK_CUR)
            end = file.tell()
            _number(file, order + link)
            file.seek(end)
        except (struct.error, OSError, OverflowError, ValueError):  # it points where no file reaches
            return len(seen), True
        seen.add(place)
    raise Unreadable("too-big")


def _number(file: BinaryIO, form: str) -> int:
    return int(struct.unpack(form, file.read(struct.calcsize(form)))[0])


@contextmanager
def _whole_directories() -> Iterator[None]:
    """Makes a directory that breaks off an error: PIL would warn, and guess at the rest of it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "Corrupt|Truncated", module=r"PIL\.")
        yield


@dataclass(frozen=True)
class _Taking:
    """One file while its pictures are taken out."""

    image: TiffImageFile
    file: BinaryIO
    size: int
    allowance: Allowance
    decoded: bool

    def picture(self, index: int, source: str) -> Picture:
        image, strips = self.image, list[bytes]()
        try:
            with _whole_directories():
                image.seek(index - 1)
            self.allowance.take(*image.size)
            strips = self._strips()
            kept = self._kept(strips)
            if kept and not self.decoded:
                return Picture(source, index, _name(strips), None, dpi(image), kept, None, 1, shown(image))
            pixels = decode(kept)[0] if kept else flat(image)
            by = reduction(*image.size)
            scan = _name(strips) if strips else hashlib.sha256(pixels.tobytes()).hexdigest()
            seen = shrink(pixels, by)
            return Picture(source, index, scan, seen, dpi(image), kept or png(pixels), None, by, shown(image))
        except Unreadable as error:
            return broken(source, index, error.problem, b"".join(strips))
        except Exception:  # decoders raise whatever they like on hostile bytes
            return broken(source, index, "damaged", b"".join(strips))

    def _strips(self) -> list[bytes]:
        """The compressed bytes of one picture as the file holds them; none when it is not made of strips."""
        tags = self.image.tag_v2
        if 273 not in tags or 279 not in tags:
            return []
        if sum(tags[279]) > self.size:  # the same bytes over and over
            raise Unreadable("damaged")
        back, found = self.file.tell(), []
        for start, length in zip(tags[273], tags[279], strict=True):
            self.file.seek(start)
            found.append(self.file.read(length))
            if len(found[-1]) < length:
                raise Unreadable("damaged")
        self.file.seek(back)
        return found

    def _kept(self, strips: list[bytes]) -> bytes | None:
        """The picture alone, still compressed as it came; None when its byte order, a mirror or an old JPEG in it
        forbids that."""
        tags = self.image.tag_v2
        if not strips or tags.prefix != b"II" or _OLD_JPEG in tags or mirrored(self.image):
            return None
        return tiff({tag: _plain(tags[tag]) for tag in _KEPT_TAGS if tag in tags}, strips)


def _name(strips: list[bytes]) -> str:
    return hashlib.sha256(b"".join(strips)).hexdigest()


def _plain(value: object) -> int | tuple[int, ...] | bytes:
    if isinstance(value, bytes):
        return value
    return tuple(int(part) for part in value) if isinstance(value, tuple) else int(str(value))
