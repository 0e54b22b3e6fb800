"""What CLDR lists for each language: its letters and marks, and its punctuation, as `scripts/cldr.py` baked them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "exemplars.csv"
_BESIDES = {"km": "\u17d7"}  # what CLDR has forgotten: the Khmer sign that repeats a word


@dataclass(frozen=True)
class Exemplars:
    """The characters of one language: letters and marks of CLDR's exemplar sets (main, auxiliary, punctuation) taken
    apart (NFD) and in lower case, and the signs of its punctuation."""

    letters: frozenset[str]
    signs: frozenset[str]


def load(path: Path) -> Mapping[str, Exemplars]:
    """The exemplars of a CSV file by tag."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["tag"]: Exemplars(
                frozenset(unpacked(row["letters"])) | set(_BESIDES.get(row["tag"], "")),
                frozenset(unpacked(row["signs"])),
            )
            for row in csv.DictReader(file, strict=True)
        }


@cache
def shipped() -> Mapping[str, Exemplars]:
    """The exemplars of the locales that come with Homeroom, read once; none where CLDR lists none."""
    return load(SHIPPED)


def packed(characters: frozenset[str]) -> str:
    """Characters as hexadecimal ranges, such as `61-7a e1`: no file with bare combining marks survives an editor."""
    ranges: list[list[int]] = []
    for point in sorted(map(ord, characters)):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return " ".join(f"{first:x}" if first == last else f"{first:x}-{last:x}" for first, last in ranges)


def unpacked(ranges: str) -> Iterator[str]:
    """The characters that `packed` wrote."""
    for item in ranges.split():
        first, _, last = item.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))
