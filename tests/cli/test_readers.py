"""A picture that hangs the reader or takes its process down is one line with a problem, and costs no other its line."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from surveys import scanning
from surveys.cli.readers import lines
from tests.copier import blank, copied

NOTHING = scanning.Loose({}, {})
LONGEST = 1.0


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """Six blank pages."""
    path = tmp_path / "pages.pdf"
    path.write_bytes(copied([blank()] * 6).read())
    return path


def read(*files: Path, workers: int = 2) -> list[tuple[int | None, str]]:
    return [(line["index"], line["problem"]) for line in lines(files, NOTHING, workers, LONGEST)]


def failing_at(index: int, fail: Callable[[], object]) -> Callable[..., dict[str, Any]]:
    """The reader, but for one picture."""
    right = scanning.read_loose

    def wrong(picture: Any, *rest: Any) -> dict[str, Any]:
        if picture.index == index and not picture.problem:
            fail()
        return right(picture, *rest)

    return wrong


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize(("fail", "problem"), [(lambda: time.sleep(60), "timeout"), (lambda: os._exit(1), "damaged")])
def test_a_picture_that_cannot_be_got_through_is_given_up_alone(
    pdf: Path, monkeypatch: pytest.MonkeyPatch, workers: int, fail: Callable[[], object], problem: str
) -> None:
    monkeypatch.setattr(scanning, "read_loose", failing_at(3, fail))

    expected = [(index, problem if index == 3 else "blank") for index in range(1, 7)]
    assert read(pdf, workers=workers) == expected


def test_a_file_that_cannot_be_got_open_is_given_up_alone(pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = scanning.open_file

    def wrong(path: Path, *rest: Any) -> Iterator[Any]:
        if path.name == "trap.pdf":
            os._exit(1)
        return right(path, *rest)

    monkeypatch.setattr(scanning, "open_file", wrong)
    trap = pdf.with_name("trap.pdf")
    trap.write_bytes(pdf.read_bytes())
    whole = [(index, "blank") for index in range(1, 7)]

    assert read(pdf, trap, pdf) == [*whole, (None, "damaged"), *whole]
