"""Processes that draw packs beside each other, each into a file that appears whole; one killed leaves no half file."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType

from surveys.core.refusals import Refused
from surveys.printing import CannotPrint, Drawable

PART = ".part"  # ends the name of a file that is still being written
_TOLD_EVERY = 50  # forms
_TAIL = 400  # bytes at the end of a PDF, in which its key stands


class PressStopped(Refused):
    """A process that was drawing was ended from outside; what it had finished is there."""

    code = "press-stopped"


def is_drawn(path: Path, key: str) -> bool:
    """Whether a pack stands there already, whole and the same."""
    try:
        with path.open("rb") as file:
            file.seek(max(path.stat().st_size - _TAIL, 0))
            tail = file.read()
    except OSError:
        return False
    return key.encode() in tail and tail.endswith(b"%%EOF\n")


class Presses:
    """So many processes; `heard` is told of forms as they are drawn. Made before the database is opened, since the
    processes are forked."""

    def __init__(self, count: int, heard: Callable[[int], object]) -> None:
        self._heard = heard
        self._made: list[tuple[BaseProcess, Connection]] = []
        for _ in range(count):
            ours, theirs = get_context("fork").Pipe()
            process = get_context("fork").Process(target=_press, args=(theirs, ours), daemon=True)
            process.start()
            theirs.close()
            self._made.append((process, ours))
        self._idle = [pipe for _, pipe in self._made]

    def __enter__(self) -> Presses:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process, pipe in self._made:
            pipe.close()  # which is how a press hears that there is no more
            if kind:
                process.kill()
        for process, _ in reversed(self._made):  # each holds a copy of the pipes that were there before it
            process.join()

    def draw(self, pack: Drawable, path: Path) -> None:
        """Have a pack drawn, as soon as a press is free. CannotPrint of any pack is raised here or by `finish`."""
        while not self._idle:
            self._listen()
        self._idle.pop().send((pack, path))

    def finish(self) -> None:
        """Wait for what is being drawn."""
        while len(self._idle) < len(self._made):
            self._listen()

    def _listen(self) -> None:
        busy = {pipe.fileno(): pipe for _, pipe in self._made if pipe not in self._idle}
        for ready in wait(busy):
            pipe = busy[int(ready)]  # type: ignore[arg-type]  # what was waited for: numbers
            try:
                drawn, problem, done = pipe.recv()
            except EOFError as error:
                raise PressStopped("a process that was drawing was ended; start again, and it goes on") from error
            if problem:
                raise CannotPrint(problem)
            self._heard(drawn)
            if done:
                self._idle.append(pipe)


def _press(pipe: Connection, theirs: Connection) -> None:
    """In the process: one pack after another, until there is no more or the command is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which stops us
    theirs.close()  # else this copy would keep us from hearing that the command is gone
    while True:
        try:
            pack, path = pipe.recv()
        except EOFError:
            return
        try:
            _write(pack, path, pipe)
        except CannotPrint as error:
            pipe.send((0, str(error), True))


def _write(pack: Drawable, path: Path, pipe: Connection) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PART)
    untold = 0
    try:
        with os.fdopen(handle, "wb", buffering=1 << 20) as out:
            for untold, _ in enumerate(pack.draw(out), 1):
                if untold % _TOLD_EVERY == 0:
                    pipe.send((_TOLD_EVERY, "", False))
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    pipe.send((untold % _TOLD_EVERY, "", True))
