"""How commands speak: files that appear whole or not at all, tables and progress for people, one line for an error."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from surveys.core.refusals import BadFile


class Files:
    """Output files of one command: written beside their place, and moved there together once all are whole."""

    def __init__(self, sources: Sequence[Path]) -> None:
        self._sources = sources
        self._written: list[tuple[Path, Path]] = []

    def open(self, path: Path) -> BinaryIO:
        """A file that will stand at `path`; BadFile when its folder is not there, or something of the command's is."""
        if any(same(path, other) for other in (*self._sources, *(written for _, written in self._written))):
            raise BadFile(f"{path}: is read or written by this command already; name another file to write")
        if path.is_dir() or not path.parent.is_dir():
            raise BadFile(f"{path}: cannot be written; name a file in a folder that exists")
        try:
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        except OSError as error:
            raise BadFile(f"{path}: cannot be written ({error.strerror}); name another place") from error
        self._written.append((Path(name), path))
        return os.fdopen(handle, "wb")

    def keep(self) -> None:
        umask = os.umask(0)
        os.umask(umask)
        for made, path in self._written:
            made.chmod(0o666 & ~umask)
            made.replace(path)
        self._written.clear()

    def drop(self) -> None:
        for made, _ in self._written:
            made.unlink(missing_ok=True)


def same(first: Path, second: Path) -> bool:
    """Whether two paths name one file, be it there yet or not."""
    if first.exists() and second.exists():
        return first.samefile(second)
    return first.resolve() == second.resolve()


@contextmanager
def files(*sources: Path | None) -> Iterator[Files]:
    """Output files; when the block raises, none of them is left behind. Over `sources` nothing is written."""
    made = Files([source for source in sources if source])
    try:
        yield made
        made.keep()
    finally:
        made.drop()


def say(text: str) -> None:
    """A line for the person at the terminal, on stderr; never part of a command's output."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], stderr: bool = False) -> None:
    """A table; wide ones fold at words, and a pipe gets them unfolded."""
    console = Console(stderr=stderr, highlight=False)
    if title:
        console.print(title, style="bold")
    shown = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        shown.add_row(*(str(cell) for cell in row))
    if not console.is_terminal:
        console.width = 10_000
    console.print(shown)


class Bar:
    """A progress bar on stderr, seen only on a terminal."""

    def __init__(self, bar: Progress, what: str, total: int | None) -> None:
        self._bar = bar
        self._task = bar.add_task(what, total=total)

    def reached(self, done: int, total: int | None = None) -> None:
        self._bar.update(self._task, completed=done, total=total)

    def more(self, steps: int) -> None:
        """So many steps on from where it was."""
        self._bar.advance(self._task, steps)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Bar]:
    """A bar for `total` steps, or for as many as come."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty(), transient=True) as bar:
        yield Bar(bar, what, total)
