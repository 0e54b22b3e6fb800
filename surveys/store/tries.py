"""What a process was at when it died: a locked file, on its own machine, for each piece of work begun and not ended.

The system unlocks the file of a process that ends, however it ends; numbers of processes come again and tell nothing.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4


@dataclass(frozen=True)
class Begun:
    """How many processes died at a piece of work since it was last ended, by success or an error; and whether another
    process began it before us and is at it still."""

    deaths: int
    elsewhere: bool


class Tries:
    """Counts the processes that died at a piece of work; those that are at it now do not count."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def begun(self, name: str) -> Iterator[Begun]:
        """For as long as the block lasts, this process is at it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        own = self._folder / f"{name}.{time.time_ns():020d}{uuid4().hex}"
        made = self._folder / f"new.{own.name}"
        with made.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            made.rename(own)  # the others see it locked, or not at all
            others = [path for path in self._folder.glob(f"{name}.*") if path != own]
            lost = [path for path in others if _released(path)]
            try:
                yield Begun(len(lost), any(path < own for path in others if path not in lost))
            finally:
                for path in (own, *lost):
                    path.unlink(missing_ok=True)


def _released(path: Path) -> bool:
    """Whether the process that locked a file has ended without taking the file away."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return path.exists()  # one that ended well, meanwhile, has taken it away
    except (FileNotFoundError, BlockingIOError):
        return False
