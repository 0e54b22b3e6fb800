"""Files kept by the hash of their bytes: a folder by default, S3 or another object store by its URL."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import IO

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from surveys.core.refusals import NotFound

_PART = 1 << 20  # bytes read at a time


class Objects:
    """Bytes by shelf ("scans", "uploads", "composed") and sha256; putting the same bytes twice changes nothing."""

    def __init__(self, place: str) -> None:
        self._store: ObjectStore
        if "://" in place:
            self._store = from_url(place)
        else:
            self._store = LocalStore(Path(place), mkdir=True)

    def put(self, shelf: str, data: bytes, name: str | None = None) -> str:
        """Keep bytes under their sha256 (or under `name`, a hash that stands for them); the name they are kept by."""
        key = name or hashlib.sha256(data).hexdigest()
        obstore.put(self._store, _path(shelf, key), data)
        return key

    def put_file(self, shelf: str, file: IO[bytes]) -> str:
        """Keep a file of any size under its sha256, never whole in memory; the name it is kept by."""
        digest = hashlib.sha256()
        file.seek(0)
        while part := file.read(_PART):
            digest.update(part)
        key = digest.hexdigest()
        file.seek(0)
        obstore.put(self._store, _path(shelf, key), file)
        return key

    def fetch_file(self, shelf: str, key: str, out: IO[bytes]) -> None:
        """Write the bytes kept under a name to a file; NotFound when there are none."""
        try:
            for part in obstore.get(self._store, _path(shelf, key)).stream():
                out.write(part)
        except (NotFoundError, FileNotFoundError) as error:
            raise NotFound(f"{shelf}/{key}: no such file in the store") from error

    def fetch(self, shelf: str, key: str) -> bytes:
        """The bytes kept under a name; NotFound when there are none."""
        try:
            return bytes(obstore.get(self._store, _path(shelf, key)).bytes())
        except (NotFoundError, FileNotFoundError) as error:
            raise NotFound(f"{shelf}/{key}: no such file in the store") from error


def _path(shelf: str, key: str) -> str:
    return f"{shelf}/{key[:2]}/{key}"
