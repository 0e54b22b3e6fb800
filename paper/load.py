"""Every picture in an uploaded file, in order; whatever is wrong with one is told and nothing else is lost."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PIL import Image

from paper import frames, pdf, zipped
from paper.claims import dpi, shown
from paper.picture import FORMATS, Mine, Picture, Unreadable, broken, check_size, decode

FILE_CAP = 300_000_000  # bytes of a file that holds a single picture
FULL = (errno.ENOSPC, errno.EDQUOT)


def everything(source: str, index: int | None) -> bool:
    """Take every picture."""
    return True


def pictures(path: Path, source: str | None = None, mine: Mine = everything, decoded: bool = True) -> Iterator[Picture]:
    """The pictures of one file; never raises for bad input. Index None: the file could not be opened. OSError when our
    own disk is full, which says nothing about the file.

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
            elif head[:4] in frames.HEADS:
                yield from frames.pictures(file, source, mine, decoded)
            elif mine(source, 1):
                yield _whole(path, source, decoded)
    except (Unreadable, OSError) as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise
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
        with Image.open(path, formats=FORMATS) as image:
            check_size(*image.size)
            claimed, turned = dpi(image), shown(image)
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
    return Picture(source, 1, scan, grey, claimed, data, None, by, turned)
