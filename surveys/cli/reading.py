"""`homeroom read`: pictures into lines of JSON, without a database, as many at once as there are workers."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import click

from surveys import scanning
from surveys.cli import output
from surveys.cli.cures import cure, unread
from surveys.cli.readers import lines
from surveys.core.records import outcome, tally
from surveys.core.sheets import Outcome

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)

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

    FILE is a copier's PDF, a TIFF of one or more pages, a JPEG, PNG or WebP, or a ZIP of these. Needs no database. Ends
    with 1 when a picture waits for a person or was refused; docs/formats.md tells the lines.
    """
    known = scanning.loose({str(path): path.read_bytes() for path in layouts})
    seen: list[Outcome] = []
    troubled: list[tuple[str, int, str]] = []
    started = time.monotonic()
    with output.files(*files, *layouts) as made, made.open(out) as file, output.progress("reading") as bar:
        for line in lines(files, known, workers or os.cpu_count() or 1):
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            seen.append(outcome(line))
            if line["index"] is None:
                output.say(cure(Path(line["source"]), line["problem"]))
            elif seen[-1] is Outcome.REFUSED:
                troubled.append((Path(line["source"]).name, line["index"], line["problem"]))
            bar.reached(len(seen))
    for told in unread(troubled):
        output.say(told)
    output.say(tally(seen, time.monotonic() - started))
    return int(any(what in (Outcome.WAITING, Outcome.REFUSED) for what in seen))
