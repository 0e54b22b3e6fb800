"""The pictures of the files in a ZIP, counted together, in the order a person reads their names; within bounds."""

from __future__ import annotations

import re
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from paper.litter import is_litter
from paper.picture import Mine, Picture, Unreadable, broken

HEADS = (b"PK\x03\x04", b"PK\x05\x06")  # the second is an empty one
FILES_CAP = 20_000  # files in a ZIP and those in it
DIRECTORY_CAP = 10_000_000  # bytes that tell of them: these are read at once
LONGEST = 2_000_000_000  # bytes of one file; five thousand scanned pages are a quarter of that
FREE, RATIO = 1_000_000_000, 100  # bytes that any ZIP may hold, and by how much more a large one may outgrow itself
DEEPEST = 1  # ZIPs within ZIPs
_PART = 1 << 20
_LOCKED = 1  # flag of a file with a password
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_DOCUMENTS = {"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"}  # of an office file, a book, a program
_END, _END_LARGE = struct.Struct("<4s8xI4xH"), struct.Struct("<4s36xQ8x")  # its last records, with the directory's size
_LOCATOR = 20  # bytes between the two
_IN_LARGE = 0xFFFF_FFFF  # the size of what is told by the larger one
_FURTHEST = 22 + 65_535 + 76  # bytes from the end at which they may begin: a comment may follow
Load = Callable[[Path, str, Mine], Iterator[Picture]]


def pictures(path: Path, place: tuple[str, Mine], load: Load) -> Iterator[Picture]:
    """The pictures of every file in a ZIP, by `load`; `place` is the source and whose pictures they are. One index runs
    through all of them; a file that cannot be opened counts as one. Unreadable: the ZIP itself cannot be."""
    yield from _Unpacking(*place, load, max(FREE, RATIO * path.stat().st_size)).of(path, 0)


@dataclass
class _Unpacking:
    """One ZIP, those within it, and what was taken out so far."""

    source: str
    mine: Mine
    load: Load
    left: int  # bytes that may still be taken out
    files: int = 0
    count: int = 0  # pictures

    def of(self, path: Path, deep: int) -> Iterator[Picture]:
        with _opened(path) as archive:
            for member in _members(archive):
                self.files += 1
                if self.files > FILES_CAP:
                    yield from self._refused("too-big")
                    return
                try:
                    with self._taken_out(archive, member) as copy:
                        if not _is_zip(copy):
                            yield from self._pictures(copy, member.filename)
                        elif deep < DEEPEST:
                            yield from self.of(copy, deep + 1)
                        else:
                            raise Unreadable("damaged")
                except Unreadable as error:
                    yield from self._refused(error.problem, member.filename)

    def _pictures(self, path: Path, name: str) -> Iterator[Picture]:
        before = self.count

        def counted(_: str, index: int | None) -> bool:
            self.count = before + index if index else self.count + 1
            return self.mine(self.source, self.count)

        for picture in self.load(path, self.source, counted):
            index = before + picture.index if picture.index else self.count
            yield replace(picture, index=index, member=name)

    def _refused(self, problem: str, name: str | None = None) -> Iterator[Picture]:
        self.count += 1
        if self.mine(self.source, self.count):
            yield replace(broken(self.source, self.count, problem), member=name)

    @contextmanager
    def _taken_out(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Path]:
        """One file of the ZIP on the disk, under a name of our own."""
        if member.flag_bits & _LOCKED:
            raise Unreadable("encrypted")
        if member.compress_type not in _METHODS:
            raise Unreadable("damaged")
        if member.file_size > min(LONGEST, self.left):
            raise Unreadable("too-big")
        with tempfile.NamedTemporaryFile() as copy:
            for part in _parts(archive, member):
                self.left -= len(part)
                copy.write(part)
            copy.flush()
            yield Path(copy.name)


def _parts(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What one file of the ZIP holds, never more than the size it claims."""
    try:
        with archive.open(member) as file:
            while part := file.read(_PART):
                yield part
    except Exception as error:  # decoders raise whatever they like on hostile bytes
        raise Unreadable("damaged") from error


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in HEADS


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    if _directory(path) > DIRECTORY_CAP:
        raise Unreadable("too-big")
    try:
        archive = zipfile.ZipFile(path)
    except Exception as error:  # as above
        raise Unreadable("damaged") from error
    with archive:
        yield archive


def _directory(path: Path) -> int:
    """How many bytes a ZIP says that its directory takes; found where zipfile finds it."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _FURTHEST, 0))
        tail = file.read()
    end = tail.rfind(HEADS[1])
    large = end - _END_LARGE.size - _LOCATOR
    sizes = [0]
    if 0 <= end <= len(tail) - _END.size:
        sizes.append(_END.unpack_from(tail, end)[1] % _IN_LARGE)
    if large >= 0 and tail[large : large + 4] == b"PK\x06\x06":
        sizes.append(_END_LARGE.unpack_from(tail, large)[1])
    return int(max(sizes))


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files that somebody put there, in the order of their names; Unreadable when there are none."""
    found = [member for member in archive.infolist() if not member.is_dir() and not is_litter(member.filename)]
    if not found or _DOCUMENTS.intersection(archive.NameToInfo):
        raise Unreadable("damaged")
    return sorted(found, key=lambda member: natural(member.filename))


def natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts page2 before page10."""
    parts = [part.lstrip("0") if part.isdecimal() else part for part in re.split(r"(\d+)", name.casefold())]
    return [(len(part) if place % 2 else -1, part) for place, part in enumerate(parts)]
