"""What a process was at when it died: a file, on its own machine, for each piece of work begun and not ended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


class Tries:
    """Counts the processes that died at a piece of work; those that are at it now do not count."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def begun(self, name: str) -> Iterator[int]:
        """How many processes died at it since it was last ended, by success or an error."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lost = [path for path in self._folder.glob(f"{name}.*") if not _alive(int(path.name.split(".")[-2]))]
        own = self._folder / f"{name}.{os.getpid()}.{uuid4().hex}"
        own.touch()
        try:
            yield len(lost)
        finally:
            for path in (own, *lost):
                path.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    """Whether another process of this number runs; one of our own number is one that had it before us."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
