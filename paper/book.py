"""A PDF written as it is made: each object goes out at once and only its place is remembered; knows no sheets."""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections.abc import Sequence
from typing import BinaryIO

from paper.plate import Plate

LEVEL = 4  # of compression: two thirds of the time of the usual 6 for a tenth more bytes
BRANCH = 100  # pages below one branch of the page tree: viewers find a page among thousands at once
_PLACES_AT_ONCE = 10_000


class Book:
    """Pages in order, then `finish`; the file is never read back, so it may be a pipe."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._at, self._hash = out, 0, hashlib.sha256()
        self._places = array("Q", [0])  # where each object begins, by its number
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._tree = self.reserve()
        self._branches: list[int] = []
        self._leaves: list[int] = []
        self.pages = 0

    def reserve(self) -> int:
        """A number for an object that is written later."""
        self._places.append(0)
        return len(self._places) - 1

    def write(self, body: bytes, number: int = 0) -> int:
        """An object, under a number reserved for it where one is given; its number."""
        number = number or self.reserve()
        self._places[number] = self._at
        self._put(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        return number

    def write_plate(self, plate: Plate) -> int:
        """Every object of a plate; the number of the first, from which on they stand in the plate's order."""
        first = len(self._places)
        for body in plate.bodies(first):
            self.write(body)
        return first

    def add_page(self, content: bytes, size: bytes, resources: int) -> int:
        """A page of a size ("width height", in points) with the resources of that number; its place, from 1."""
        if not self._leaves:
            self._branches.append(self.reserve())
        data = zlib.compress(content, LEVEL)
        held = self.write(b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(data), data))
        page = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %b]/Resources %d 0 R/Contents %d 0 R>>"
        self._leaves.append(self.write(page % (self._branches[-1], size, resources, held)))
        self.pages += 1
        if len(self._leaves) == BRANCH:
            self._grow()
        return self.pages

    def finish(self, title: str, locale: str, name: str) -> None:
        """What a reader of the file begins with. `name` (hex) stands in the file's last line; empty for a hash of all
        that was written."""
        if self._leaves:
            self._grow()
        self.write(b"<</Type/Pages/Count %d/Kids[%b]>>" % (self.pages, _list(self._branches)), self._tree)
        head = b"<</Type/Catalog/Pages %d 0 R/Lang(%b)/ViewerPreferences<</DisplayDocTitle true>>>>"
        catalog = self.write(head % (self._tree, locale.encode("ascii")))
        about = self.write(b"<</Title<%b>>>" % ("\ufeff" + title).encode("utf-16-be").hex().encode())
        self._finish(catalog, about, name)

    def _finish(self, catalog: int, about: int, name: str) -> None:
        whole = self._hash.hexdigest()[:32].encode()
        start, count = self._at, len(self._places)
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for first in range(1, count, _PLACES_AT_ONCE):
            places = self._places[first : first + _PLACES_AT_ONCE]
            self._put(b"".join([b"%010d 00000 n \n" % place for place in places]))
        trailer = b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n"
        self._put(trailer % (count, catalog, about, whole, name.encode() or whole, start))

    def _grow(self) -> None:
        """Write the branch whose pages are all there."""
        parts = (self._tree, len(self._leaves), _list(self._leaves))
        self.write(b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%b]>>" % parts, self._branches[-1])
        self._leaves.clear()

    def _put(self, data: bytes) -> None:
        self._out.write(data)
        self._hash.update(data)
        self._at += len(data)


def _list(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
