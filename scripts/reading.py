"""Reading a copier's PDF for `scripts/bench`: in one process, by the command with two, and a very long one.

The same few filled pages come over and over, which the reader does not remember.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pikepdf

from paper import pen
from paper.drawing import draw as rasterise
from paper.layout import Layout
from paper.load import pictures
from paper.picture import Grey
from paper.process import prepare
from paper.read import read
from paper.spoil import jpeg, scan_pdf
from paper.tag import serial_of
from surveys import printing
from surveys.config import ROOT
from surveys.house import House
from surveys.printing import Press

PAGES = 60  # pictures in a file read in one process
ROUNDS = 7  # of those; the median counts
LONG, FILES = 400, 5  # pictures in a file read by the command, and how often it is given
VERY_LONG = 5000
COMMAND = (sys.executable, "-c", "from surveys.app import main; main()", "read")
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
SERIAL = serial_of(bytes(10))


@dataclass(frozen=True)
class Filled:
    """A form filled in, and its pages at 200 dpi."""

    layout: Layout
    sheets: Sequence[Grey]


@dataclass(frozen=True)
class Times:
    """Seconds for so many pages; `bare` is the CPU that decoding them at half size as grey JPEG takes."""

    pages: int
    wall: float
    cpu: float
    bare: float


def filled(house: House, folder: Path) -> Filled:
    """The 28-question form with an answer to each."""
    press = Press(house.texts, house.locales, house.config.fonts)
    composed = printing.compose(house.shipped["sel-6-12"], "en", press)
    forms, dice = folder / "forms.pdf", np.random.default_rng(1)
    with forms.open("wb") as out:
        printing.draw_loose([(composed, SERIAL, "7A 1")], house.config.public_url, out)
    sheets = []
    for page in composed.layout.pages:
        sheet = pen.Sheet(rasterise(forms, page.page - 1, 200), page)
        for field in page.fields:
            if field.kind == "one":
                pen.mark(sheet, field.question, [field.bubbles[int(dice.integers(5))].option], "fill", dice)
        sheets.append(sheet.grey)
    return Filled(composed.layout, sheets)


def in_process(form: Filled, folder: Path, encoding: str) -> Times:
    """From file to readings in this process, the medians of several rounds beside bare decoding in each of them."""
    copier = _scan(form, folder, encoding, PAGES)
    prepare()  # as every process does that reads many
    find = {SERIAL: form.layout}.get
    rounds = [
        (_timed(lambda: [read(picture, find) for picture in pictures(copier)]), _timed(lambda: _bare(form, PAGES)))
        for _ in range(ROUNDS)
    ]
    wall, cpu = (statistics.median(reading[which] for reading, _ in rounds) for which in (0, 1))
    return Times(PAGES, wall, cpu, statistics.median(bare[1] for _, bare in rounds))


def by_command(form: Filled, folder: Path, encoding: str) -> Times:
    """`homeroom read --workers 2` from its start to its end, all its processes together."""
    copier = _scan(form, folder, encoding, LONG)
    wall, cpu = _timed(lambda: _run(form, folder, [copier] * FILES, 2), resource.RUSAGE_CHILDREN)
    bare = _timed(lambda: _bare(form, LONG))
    return Times(LONG * FILES, wall, cpu, bare[1] * FILES)


def peak(form: Filled, folder: Path) -> float:
    """Megabytes of the largest process of `homeroom read --workers 2` on a PDF of 5,000 fax pages."""
    return float(_run(form, folder, [_scan(form, folder, "g4", VERY_LONG)], 2)) / 1024


def _scan(form: Filled, folder: Path, encoding: str, count: int) -> Path:
    """A copier's PDF: each picture encoded once, and there as often as it takes."""
    few, path = folder / f"{encoding}.pdf", folder / f"{encoding}-{count}.pdf"
    with few.open("wb") as out:
        scan_pdf(form.sheets, out, encoding)
    with pikepdf.open(few) as pdf:
        first = [page.obj for page in pdf.pages]
        for number in range(len(first), count):
            page = copy(first[number % len(first)])
            image = page.Resources.XObject.Im0
            same = pdf.make_stream(image.read_raw_bytes(), {key: image[key] for key in image.keys() - {"/Length"}})
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=same))
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        pdf.save(path)
    return path


def _bare(form: Filled, count: int) -> None:
    """The least that reading takes: the pixels at half size."""
    encoded = [np.frombuffer(jpeg(sheet), np.uint8) for sheet in form.sheets]
    for number in range(count):
        cv2.imdecode(encoded[number % len(encoded)], cv2.IMREAD_REDUCED_GRAYSCALE_2)


def _run(form: Filled, folder: Path, files: Sequence[Path], workers: int) -> int:
    """Reads the files by the command, started by a small process that tells the most memory (KB) of any other."""
    layout = folder / "layout.json"
    layout.write_text(json.dumps({**form.layout.to_json(), "forms": [{"serial": SERIAL}]}))
    given = ["--layout", str(layout), "--out", str(folder / "readings.jsonl"), "--workers", str(workers)]
    command = [sys.executable, "-c", PEAK, *COMMAND, *map(str, files), *given]
    return int(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.split()[-1])


def _timed(work: Callable[[], object], whose: int = resource.RUSAGE_SELF) -> tuple[float, float]:
    """Wall and CPU seconds of work in this process, or in those that it starts."""
    wall, before = time.perf_counter(), resource.getrusage(whose)
    work()
    after = resource.getrusage(whose)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - wall, cpu
