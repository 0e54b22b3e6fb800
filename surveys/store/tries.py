"""What a process was at when it died: a locked file of each, on its own machine, that names the work it is at.

The system unlocks the file of a process that ends, however it ends; numbers of processes come again and tell nothing.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4


@dataclass(frozen=True)
class Begun:
    """How many processes died at a piece of work since it was last ended, by success or an error; and whether another
    process began it before us and is at it still."""

    deaths: int
    elsewhere: bool


@dataclass
class _Others:
    """Files of other processes by the work they name: left by the dead, and held by those older than us."""

    dead: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    older: set[str] = field(default_factory=set)


class Tries:
    """Counts the processes that died at a piece of work; those that are at it now do not count."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def working(self, first: str = "") -> Iterator[Callable[[str], Begun]]:
        """Call what it gives with the name of each piece of work begun in the block; that ends the one before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        own = self._folder / f"{time.time_ns():020d}{uuid4().hex}"
        made = self._folder / f"new.{own.name}"
        done: list[Path] = []
        with made.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            held.write(first)
            held.flush()
            made.rename(own)  # the others see it locked, or not at all
            others = self._others(own)

            def begun(name: str) -> Begun:
                _remove(done)
                _write(held.fileno(), name)
                done.extend(others.dead.get(name, ()))
                return Begun(len(done), name in others.older)

            try:
                yield begun
            finally:
                _remove(done)
                own.unlink()

    def _others(self, own: Path) -> _Others:
        found = _Others()
        for path in sorted(self._folder.iterdir()):
            if path == own or path.name.startswith("new."):
                continue
            with suppress(FileNotFoundError), path.open() as file:
                locked, name = _locked(file.fileno()), file.read()
                if locked and path < own:
                    found.older.add(name)
                elif not locked and name:
                    found.dead[name].append(path)
                elif not locked:
                    path.unlink()  # it died between two pieces of work
        return found


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _write(file: int, name: str) -> None:
    """The name in place of the one before; nothing in between that another one's name could be read from."""
    os.ftruncate(file, 0)
    os.pwrite(file, name.encode(), 0)


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
    paths.clear()
