"""`homeroom read`: pictures into lines of JSON, without a database, as many at once as there are workers."""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click

from surveys import scanning
from surveys.cli import output
from surveys.core.records import outcome, tally
from surveys.core.sheets import Outcome

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
AHEAD = 4  # pictures a worker that wait in memory
_known: list[scanning.Loose] = []  # in a pool's process: the layouts, handed over once

EXAMPLES = """\b
Examples:
  homeroom read scans.pdf --layout layout.json --out readings.jsonl
  homeroom read *.tif extra.png --layout layout.es.json --layout layout.ar.json --out readings.jsonl
"""


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1, required=True, type=EXISTING, metavar="FILE...")
@click.option("--layout", "layouts", multiple=True, required=True, type=EXISTING, help="Written by print; repeatable.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File of JSON lines.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes; as many as processors if left out.")
def read(files: tuple[Path, ...], layouts: tuple[Path, ...], out: Path, workers: int | None) -> int:
    """Read scanned pages into lines of JSON, one a picture, in the order they come.

    FILE is a copier's PDF, a TIFF of one or more pages, a JPEG or a PNG. Needs no database. Ends with 1 when a picture
    waits for a person or was refused; docs/formats.md tells the lines.
    """
    known = scanning.loose({str(path): path.read_bytes() for path in layouts})
    pictures = chain.from_iterable(scanning.open_file(path, str(path)) for path in files)
    seen: list[Outcome] = []
    started = time.monotonic()
    with output.files() as made, made.open(out) as file, output.progress("reading") as bar:
        for line in lines(pictures, known, workers or os.cpu_count() or 1):
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            seen.append(outcome(line))
            bar.reached(len(seen))
    output.say(tally(seen, time.monotonic() - started))
    return int(any(what in (Outcome.WAITING, Outcome.REFUSED) for what in seen))


def lines(pictures: Iterator[Any], known: scanning.Loose, workers: int) -> Iterator[dict[str, Any]]:
    """The line of each picture in order; only so many pictures are in memory at once."""
    if workers == 1:
        for picture in pictures:
            yield scanning.read_loose(picture, known, datetime.now(UTC))
        return
    with ProcessPoolExecutor(workers, get_context("fork"), _known.append, (known,)) as pool:
        waiting: deque[Future[dict[str, Any]]] = deque()
        for picture in pictures:
            waiting.append(pool.submit(_line, picture))
            if len(waiting) >= AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _line(picture: Any) -> dict[str, Any]:
    return scanning.read_loose(picture, _known[0], datetime.now(UTC))
