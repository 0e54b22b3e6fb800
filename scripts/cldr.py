"""Bakes what the gates know from CLDR: the letters of each language, and words that ours can be set beside.

    python scripts/cldr.py FOLDER     where npm has unpacked cldr-misc-full and cldr-annotations-full

It writes surveys/core/exemplars.csv and scripts/references.csv, facts from CLDR 48, which comes under the Unicode
licence (Unicode-3.0). A test holds the letters to those ICU has.
"""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import icu

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from surveys.core.gates.characters import apart
from surveys.core.gates.exemplars import SHIPPED, packed
from surveys.core.locales import SOURCE, shipped

REFERENCES = Path(__file__).with_name("references.csv")
_THEIRS = {
    "aii": "syr",
    "zh-Hans": "zh",
    "pt": "pt-PT",
    "pt-BR": "pt",
    "es-ES": "es",
}  # what CLDR calls a locale of ours
_SETS = ("exemplarCharacters", "auxiliary", "punctuation")
_PICTURES = {  # signs whose CLDR keywords in English name the term
    "adult": "🧑",
    "circle": "⭕🔴",
    "computer": "💻🖥",
    "envelope": "✉",
    "mad": "😠😡",
    "pencil": "✏",
    "phone": "📱☎",
    "question": "❓",
    "receipt": "🧾",
    "sad": "😢😞",
    "scared": "😨",
    "school": "🏫",
    "sheet": "📄📃",
    "student": "🧑‍🎓",  # one sign of three characters
    "teacher": "🧑‍🏫",
}


def main(folder: Path) -> None:
    listed = [(tag, *found) for tag in shipped() if (found := _characters(folder, _THEIRS.get(tag, tag)))]
    _write(SHIPPED, ("tag", "letters", "signs"), listed)
    words = [
        (tag, term, "|".join(said))
        for tag in shipped()
        if tag != SOURCE
        for term, said in _words(folder, _THEIRS.get(tag, tag))
    ]
    _write(REFERENCES, ("locale", "term", "words"), words)


def _characters(folder: Path, tag: str) -> tuple[str, ...]:
    """The letters and the signs of a language, packed; nothing where CLDR has no letters."""
    found = _read(folder / "cldr-misc-full" / "main" / tag / "characters.json")
    sets = found["main"][tag]["characters"] if found else {}
    main, auxiliary, signs = ("".join(icu.UnicodeSet(sets.get(name, "[]"))) for name in _SETS)
    marks = frozenset(c for c in signs if unicodedata.category(c)[0] == "P")
    return (packed(apart(main + auxiliary + signs)), packed(marks)) if main else ()


def _words(folder: Path, tag: str) -> Iterator[tuple[str, Sequence[str]]]:
    posix = _read(folder / "cldr-misc-full" / "main" / tag / "posix.json")
    for term, name in (("yes", "yesstr"), ("no", "nostr")) if posix else ():
        if said := posix["main"][tag]["posix"]["messages"].get(name):
            yield term, said.split(":")[:1]
    found = _read(folder / "cldr-annotations-full" / "annotations" / tag / "annotations.json")
    signs = found.get("annotations", {}).get("annotations", {})
    for term, pictures in _PICTURES.items():
        names = (pictures,) if "\u200d" in pictures else tuple(pictures)
        said = [word for name in names for word in _keywords(signs.get(name, {}))]
        if said:
            yield term, list(dict.fromkeys(said))


def _keywords(sign: dict[str, list[str]]) -> list[str]:
    return [word for word in (*sign.get("default", ()), *sign.get("tts", ())) if word.strip() and word != "↑↑↑"]


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _write(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([names, *rows])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
