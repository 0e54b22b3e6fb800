"""What is wrong with a file that could not be read, and what to do, in a line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

_CURES = {
    "damaged": "is damaged, or no picture; scan it again, or save it as PDF, TIFF, JPEG, PNG, WebP, or a ZIP of these",
    "encrypted": "is locked with a password; save it without one",
    "too-big": "holds more than any scanner makes; scan at 600 dpi or less, and fewer pages at a time",
    "timeout": "took too long to open; scan it again, or save it another way",
}
_PAGES = {  # what became of a picture that was opened
    "foreign": "no form of this district",
    "no-tag": "no square code found",
    "bad-check": "square code damaged or written over",
    "not-aligned": "page bent, cut or badly out of place",
    "damaged": "picture damaged",
    "too-big": "picture too large",
    "timeout": "picture took too long",
    "replaced": "form replaced by a newer one",
    "withdrawn": "form withdrawn",
}
_HEIC = (
    "is a HEIC photo, which is not read; on the phone choose the camera's most compatible format, or save it as JPEG"
)
NAMED = 5  # pictures with one problem that are told of; the lines of JSON tell all
_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def cure(path: Path, problem: str) -> str:
    """The line for a file with one of the problems of a whole file."""
    said = _HEIC if problem == "damaged" and _heic(path) else _CURES.get(problem, problem)
    return f"{path.name}: {said}"


def troubles(path: Path, reasons: Iterable[str]) -> str:
    """The line for a file none of whose pictures could be read, from the reason of each."""
    counts = Counter(reasons).most_common()
    return f"{path.name}: " + ", ".join(f"{_PAGES.get(reason, reason)} ({count})" for reason, count in counts)


def unread(found: Iterable[tuple[str, int, str]]) -> list[str]:
    """A line for each problem of pictures by (file, index, problem) that were read by layouts, the most frequent first:
    what it is, how many have it, and where the first few lie."""
    places: dict[str, list[str]] = defaultdict(list)
    for file, index, problem in found:
        places[problem].append(f"{file} {index}")
    ordered = sorted(places.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    said = _PAGES | {"foreign": "form of none of these layouts, whose own would be another --layout"}
    return [f"{said.get(problem, problem)} ({len(at)}): {_some(at)}" for problem, at in ordered]


def _some(places: list[str]) -> str:
    more = len(places) - NAMED
    return ", ".join(places[:NAMED]) + (f", and {more} more" if more > 0 else "")


def _heic(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head[4:8] == b"ftyp" and head[8:] in _BRANDS
