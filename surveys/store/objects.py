"""Files kept by the hash of their bytes: in a folder by default, in S3 or another object store by its URL."""

from __future__ import annotations

import ctypes
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol
from uuid import uuid4

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import ObjectStore, from_url

from surveys.core.refusals import NotFound

_PART = 1 << 20  # bytes read at a time
_SYNCFS = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)  # Linux alone has it
_LET_GO: Callable[[int, int, int, int], None] = getattr(os, "posix_fadvise", lambda *_: None)  # most but not macOS
_WHOLE = getattr(os, "POSIX_FADV_DONTNEED", 0)


class Place(Protocol):
    """Where bytes lie, by path; FileNotFoundError where there are none."""

    def put(self, path: str, data: bytes) -> None: ...
    def settle(self) -> None: ...
    def put_file(self, file: IO[bytes], path_of: Callable[[str], str]) -> str: ...
    def fetch(self, path: str) -> bytes: ...
    def let_go(self, path: str) -> None: ...
    def opened(self, path: str) -> AbstractContextManager[Path]: ...


class Folder:
    """A folder on this machine. A file appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, path: str, data: bytes) -> None:
        with suppress(FileNotFoundError):
            if (self._root / path).stat().st_size == len(data):
                return  # the name is a hash: these are the bytes
        with self._made() as (made, file):
            file.write(data)
        self._appear(made, path)

    def settle(self) -> None:
        """Files, their names and their folders; of this disk alone, so that a slow one beside it holds nobody up."""
        if _SYNCFS is None:
            os.sync()
            return
        try:
            held = os.open(self._root, os.O_RDONLY)
        except FileNotFoundError:
            return  # nothing was ever put
        try:
            if _SYNCFS(held):
                raise OSError(ctypes.get_errno(), "cannot be written to the disk", str(self._root))
        finally:
            os.close(held)

    def put_file(self, file: IO[bytes], path_of: Callable[[str], str]) -> str:
        """Written once while it is hashed."""
        digest = hashlib.sha256()
        with self._made() as (made, out):
            file.seek(0)
            while part := file.read(_PART):
                digest.update(part)
                out.write(part)
        self._appear(made, path_of(digest.hexdigest()))
        return digest.hexdigest()

    def fetch(self, path: str) -> bytes:
        return (self._root / path).read_bytes()

    def let_go(self, path: str) -> None:
        with (self._root / path).open("rb", buffering=0) as file:
            _LET_GO(file.fileno(), 0, 0, _WHOLE)

    @contextmanager
    def opened(self, path: str) -> Iterator[Path]:
        (self._root / path).stat()  # missing ones are told before the block begins
        yield self._root / path

    @contextmanager
    def _made(self) -> Iterator[tuple[Path, IO[bytes]]]:
        made = self._root / f".{uuid4().hex}"
        try:
            file = made.open("wb")
        except FileNotFoundError:
            self._root.mkdir(parents=True, exist_ok=True)
            file = made.open("wb")
        try:
            with file:
                yield made, file
        except BaseException:
            made.unlink()
            raise

    def _appear(self, made: Path, path: str) -> None:
        try:
            made.replace(self._root / path)
        except FileNotFoundError:
            (self._root / path).parent.mkdir(parents=True, exist_ok=True)
            made.replace(self._root / path)


class Bucket:
    """An object store by its URL."""

    def __init__(self, url: str) -> None:
        self._store: ObjectStore = from_url(url)

    def put(self, path: str, data: bytes) -> None:
        obstore.put(self._store, path, data)

    def settle(self) -> None:
        """Nothing to do: what a store has taken, it keeps."""

    def put_file(self, file: IO[bytes], path_of: Callable[[str], str]) -> str:
        digest = hashlib.sha256()
        file.seek(0)
        while part := file.read(_PART):
            digest.update(part)
        file.seek(0)
        obstore.put(self._store, path_of(digest.hexdigest()), file)
        return digest.hexdigest()

    def fetch(self, path: str) -> bytes:
        with _missing():
            return bytes(obstore.get(self._store, path).bytes())

    def let_go(self, path: str) -> None:
        """Nothing to do: nothing of it lies in this machine's memory."""

    @contextmanager
    def opened(self, path: str) -> Iterator[Path]:
        with tempfile.NamedTemporaryFile() as copy:
            with _missing():
                for part in obstore.get(self._store, path).stream():
                    copy.write(part)
            copy.flush()
            yield Path(copy.name)


class Objects:
    """Bytes by shelf ("scans", "uploads", "composed") and sha256; putting the same bytes twice changes nothing."""

    def __init__(self, place: str) -> None:
        self._place: Place = Bucket(place) if "://" in place else Folder(Path(place))

    def put(self, shelf: str, data: bytes, name: str | None = None) -> str:
        """Keep bytes under their sha256 (or under `name`, a hash that stands for them); the name they are kept by."""
        key = name or hashlib.sha256(data).hexdigest()
        self._place.put(_path(shelf, key), data)
        return key

    def settle(self) -> None:
        """Wait until all that was put stands on the disk: before rows that name it are committed, or a power cut could
        leave an answer without its picture. Many together cost a tenth of what each would alone."""
        self._place.settle()

    def put_file(self, shelf: str, file: IO[bytes]) -> str:
        """Keep a file of any size under its sha256, never whole in memory; the name it is kept by."""
        return self._place.put_file(file, lambda key: _path(shelf, key))

    @contextmanager
    def opened(self, shelf: str, key: str) -> Iterator[Path]:
        """The bytes kept under a name as a file to read, for as long as the block lasts; NotFound when none are."""
        with ExitStack() as stack:
            with _refusing(shelf, key):
                path = stack.enter_context(self._place.opened(_path(shelf, key)))
            yield path

    def fetch(self, shelf: str, key: str) -> bytes:
        """The bytes kept under a name; NotFound when there are none."""
        with _refusing(shelf, key):
            return self._place.fetch(_path(shelf, key))

    def let_go(self, shelf: str, key: str) -> None:
        """Nobody needs these bytes again soon. The memory they were held in is at hand for the next ones, and what else
        lies in memory, such as the database, is not pushed out of it by thousands of pictures."""
        with _refusing(shelf, key):
            self._place.let_go(_path(shelf, key))


@contextmanager
def _missing() -> Iterator[None]:
    """Object stores each have their own word for a file that is not there."""
    try:
        yield
    except NotFoundError as error:
        raise FileNotFoundError from error


@contextmanager
def _refusing(shelf: str, key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(f"{shelf}/{key}: no such file in the store") from error


def _path(shelf: str, key: str) -> str:
    return f"{shelf}/{key[:2]}/{key}"
