"""A phone's photo and a fine color scan go through the same line as a copier's page."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from paper import pen
from paper.load import pictures
from paper.picture import Grey
from paper.read import Reading, read
from paper.spoil import scan_pdf, spoil
from tests.paper.scanned import finder, judged, sheet
from tests.paper.test_reading import LAYOUT

PIXELS = 12_000_000  # of a phone's camera
LAMP = np.array([0.78, 0.93, 1.0])  # blue, green and red of paper under a warm lamp


def marked(dpi: int, seed: int) -> tuple[Grey, dict[str, tuple[str, ...]]]:
    """A page with an answer or none for each question, in ordinary pens."""
    rng, page = np.random.default_rng(seed), sheet(dpi=dpi)
    drawn: dict[str, tuple[str, ...]] = {}
    for field in page.page.fields:
        if field.kind == "one":
            option = str(rng.choice([bubble.option for bubble in field.bubbles]))
            drawn[field.question] = (option,) if rng.random() < 0.8 else ()
            style = str(rng.choice(["fill", "tick", "cross", "scribble"]))
            tool = str(rng.choice(["pencil", "ballpoint"]))
            pen.mark(page.holding(tool), field.question, drawn[field.question], style, rng)
    return page.grey, drawn


def photo(seed: int, turned: int, **options: object) -> tuple[bytes, dict[str, tuple[str, ...]]]:
    """A sheet on a table, tilted, in uneven light, 12 million color pixels as the sensor lay."""
    grey, drawn = marked(330, seed)
    seen = spoil(grey, "phone", np.random.default_rng(seed), 0.7)
    by = (PIXELS / seen.size) ** 0.5
    seen = np.asarray(cv2.resize(seen, None, fx=by, fy=by, interpolation=cv2.INTER_AREA), np.uint8)
    stored = np.ascontiguousarray(np.rot90(seen, turned // 90))
    colour = np.clip(stored[:, :, None] * LAMP[::-1], 0, 255).astype(np.uint8)
    exif, out = Image.Exif(), io.BytesIO()
    exif[274] = {0: 1, 90: 6, 180: 3, 270: 8}[turned]
    Image.fromarray(colour).save(out, "JPEG", exif=exif, **{"quality": 88, **options})
    return out.getvalue(), drawn


def only(path: Path, data: bytes) -> Reading:
    path.write_bytes(data)
    (found,) = pictures(path)
    return read(found, finder())


def answers(reading: Reading) -> dict[str, tuple[str, ...] | None]:
    return {question: found.answer for question, found in judged(reading, LAYOUT).items()}


@pytest.mark.parametrize(("seed", "turned"), [(1, 0), (2, 90), (3, 180), (4, 270)])
def test_a_12_megapixel_photo_is_read(tmp_path: Path, seed: int, turned: int) -> None:
    data, drawn = photo(seed, turned)
    reading = only(tmp_path / "IMG_0001.jpg", data)
    assert (reading.problem, reading.turned) == (None, 0)
    assert answers(reading) == drawn


def test_a_small_poor_photo_is_read(tmp_path: Path) -> None:
    """As a messenger passes it on."""
    data, drawn = photo(5, 0)
    with Image.open(io.BytesIO(data)) as image:
        image.thumbnail((2048, 2048))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=60, progressive=True)
    reading = only(tmp_path / "message.jpg", out.getvalue())
    assert reading.problem is None
    assert answers(reading) == drawn


@pytest.mark.parametrize("kind", ["pdf", "jpg", "tif"])
def test_a_color_page_at_600_dpi_is_read(tmp_path: Path, kind: str) -> None:
    grey, drawn = marked(600, 6)
    colour = Image.fromarray(np.clip(grey[:, :, None] * LAMP[::-1], 0, 255).astype(np.uint8))
    out = io.BytesIO()
    options = {"pdf": {"resolution": 600, "quality": 80}, "jpg": {"quality": 80}, "tif": {"compression": "tiff_lzw"}}
    colour.save(out, {"pdf": "PDF", "jpg": "JPEG", "tif": "TIFF"}[kind], **options[kind])
    reading = only(tmp_path / f"scan.{kind}", out.getvalue())
    assert reading.problem is None
    assert answers(reading) == drawn


@pytest.mark.parametrize(("dpi", "encoding"), [(150, "jpeg"), (150, "g4"), (300, "g4"), (400, "jpeg"), (600, "g4")])
def test_grey_and_1_bit_pages_of_any_usual_fineness_are_read(tmp_path: Path, dpi: int, encoding: str) -> None:
    grey, drawn = marked(dpi, 7)
    out = io.BytesIO()
    scan_pdf([grey], out, encoding, dpi)
    reading = only(tmp_path / "scan.pdf", out.getvalue())
    assert reading.problem is None
    assert {question: found for question, found in answers(reading).items() if found is not None} == {
        question: drawn[question] for question, found in answers(reading).items() if found is not None
    }
    assert sum(found is None for found in answers(reading).values()) <= 1  # a doubt, never a guess
