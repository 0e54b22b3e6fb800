"""Processes that share the pictures of many files: each opens the files, takes every n-th picture, and sends lines.

A picture that takes too long, or its process with it, is a line with a problem; the others go on.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from surveys import scanning

LONGEST_SECONDS = 60.0  # for one picture: a usual one takes 0.03, the worst seen 2

Line = dict[str, Any]
Place = tuple[str, int | None]


@dataclass(frozen=True)
class Work:
    """All the files, and which pictures of them, counted together from 0, are whose: `turn` of `turns`."""

    files: Sequence[Path]
    known: scanning.Loose
    turns: int


def lines(
    files: Sequence[Path], known: scanning.Loose, workers: int, longest: float = LONGEST_SECONDS
) -> Iterator[Line]:
    """The line of each picture, in order. Each process is only as far ahead as its pipe holds lines."""
    work = Work(files, known, workers)
    readers = [Reader(work, turn, longest) for turn in range(workers)]
    try:
        for reader in readers:
            reader.start(0)
        position = 0
        while (line := readers[position % workers].line(position)) is not None:
            yield line
            position += 1
    finally:
        for reader in readers:
            reader.stop()


@dataclass
class Reader:
    """One process, seen from outside: what it is at, and what it could not get through."""

    work: Work
    turn: int
    longest: float
    at: Place | None = None
    file: int = 0
    hopeless: dict[int, str] = field(default_factory=dict)  # files by place, and the problem
    process: BaseProcess | None = None
    pipe: Connection | None = None

    def start(self, first: int) -> None:
        """Begin with the picture at `first`, passing over those before."""
        context = get_context("fork")
        self.pipe, theirs = context.Pipe(duplex=False)
        task = (self.work, self.turn, first, dict(self.hopeless))
        self.process = context.Process(target=_work, args=(theirs, task), daemon=True)
        self.process.start()
        theirs.close()

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.join()

    def line(self, position: int) -> Line | None:
        """The line of the picture at `position`; None when there is no such picture."""
        while True:
            kind, content = self._message()
            if kind == "line":
                self.at = None
                return dict(content)
            if kind == "end":
                return None
            if kind == "file":
                self.file = content
            elif kind == "at":
                self.at = content
            elif (line := self._gave_up(content, position)) is not None:
                return line

    def _message(self) -> tuple[str, Any]:
        if self.pipe is None or not self.pipe.poll(self.longest):
            return "failed", "timeout"
        try:
            kind, content = self.pipe.recv()
        except EOFError:
            return "failed", "damaged"
        return kind, content

    def _gave_up(self, problem: str, position: int) -> Line | None:
        """Start again past the picture it failed at, or past the file when that could not even be opened."""
        self.stop()
        if self.at is None:
            self.hopeless[self.file] = problem
            self.start(position)
            return None
        line = scanning.given_up(*self.at, problem, datetime.now(UTC))
        self.at = None
        self.start(position + 1)
        return line


def _work(pipe: Connection, task: tuple[Work, int, int, Mapping[int, str]]) -> None:
    """In the process: the lines of this turn's pictures, each announced before it is decoded."""
    work, turn, first, hopeless = task
    scanning.prepare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which stops us
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # decoders say there what is wrong with a picture, again and again
    count = -1

    def mine(source: str, index: int | None) -> bool:
        nonlocal count
        count += 1
        if count < first or count % work.turns != turn:
            return False
        pipe.send(("at", (source, index)))
        return True

    for number, path in enumerate(work.files):
        pipe.send(("file", number))
        if number in hopeless:
            if mine(str(path), None):
                pipe.send(("line", scanning.given_up(str(path), None, hopeless[number], datetime.now(UTC))))
            continue
        for picture in scanning.open_file(path, str(path), mine):
            pipe.send(("line", scanning.read_loose(picture, work.known, datetime.now(UTC))))
    pipe.send(("end", None))
