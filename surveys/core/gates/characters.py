"""Gate 2, characters: every letter in the script of its locale and among those that CLDR lists for the language."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from surveys.core.gates.findings import Finding, Rule, Wording, found
from surveys.core.gates.structure import PLACEHOLDER

SHIPPED = Path(__file__).parents[1] / "exemplars.csv"
SCRIPTS: Mapping[str, tuple[str, ...]] = {  # the first words of the Unicode names of their letters
    "Adlm": ("ADLAM",),
    "Arab": ("ARABIC",),
    "Armn": ("ARMENIAN",),
    "Beng": ("BENGALI",),
    "Cans": ("CANADIAN",),
    "Cher": ("CHEROKEE",),
    "Cyrl": ("CYRILLIC",),
    "Deva": ("DEVANAGARI",),
    "Ethi": ("ETHIOPIC",),
    "Geor": ("GEORGIAN",),
    "Grek": ("GREEK",),
    "Gujr": ("GUJARATI",),
    "Guru": ("GURMUKHI",),
    "Hans": ("CJK", "IDEOGRAPHIC"),
    "Hant": ("CJK", "IDEOGRAPHIC"),
    "Hebr": ("HEBREW",),
    "Jpan": ("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"),
    "Khmr": ("KHMER",),
    "Knda": ("KANNADA",),
    "Kore": ("HANGUL",),
    "Laoo": ("LAO",),
    "Latn": ("LATIN", "MODIFIER"),  # the okina and other apostrophes that are letters
    "Mlym": ("MALAYALAM",),
    "Mong": ("MONGOLIAN",),
    "Mtei": ("MEETEI",),
    "Mymr": ("MYANMAR",),
    "Nkoo": ("NKO",),
    "Olck": ("OL",),
    "Orya": ("ORIYA",),
    "Rohg": ("HANIFI",),
    "Sinh": ("SINHALA",),
    "Syrc": ("SYRIAC", "ARABIC"),
    "Taml": ("TAMIL",),
    "Telu": ("TELUGU",),
    "Thaa": ("THAANA", "ARABIC"),
    "Thai": ("THAI",),
    "Tibt": ("TIBETAN",),
}
_EVERYWHERE = re.compile(r"QR|dpi")  # what is written in Latin letters in every language
_BESIDES = {"km": "\u17d7"}  # what CLDR has forgotten: the Khmer sign that repeats a word
_WESTERN = frozenset("0123456789")


def check(wording: Wording, script: str, letters: frozenset[str] | None) -> Iterator[Finding]:
    """Findings on one text; `letters` as `exemplars` has them for its locale, None where nobody lists them."""

    plain = _EVERYWHERE.sub("", PLACEHOLDER.sub("", wording.text))
    own = SCRIPTS[script]
    foreign = {c for c in plain if unicodedata.category(c)[0] == "L" and _script(c) not in own}
    if foreign:
        yield found(Rule.SCRIPT, wording, f"has letters of another script: {_listed(foreign)}", f"write it in {script}")
    if digits := {c for c in plain if c.isdigit() and c not in _WESTERN}:
        yield found(Rule.DIGITS, wording, f"has other digits than the sheets do: {_listed(digits)}", "write 0 to 9")
    unlisted = set() if letters is None else {c for c in _apart(plain) if _is_letter(c)} - letters - _apart_all(foreign)
    if unlisted:
        yield found(
            Rule.LETTERS, wording, f"has letters CLDR does not list: {_listed(unlisted)}", "look for a slip of the keys"
        )


def exemplars(path: Path = SHIPPED) -> Mapping[str, frozenset[str]]:
    """By tag, the letters and marks in CLDR's exemplar sets, main, auxiliary and punctuation, in lower case and NFD."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        return {r["tag"]: frozenset(unpacked(r["letters"])) | set(_BESIDES.get(r["tag"], "")) for r in rows}


@cache
def shipped() -> Mapping[str, frozenset[str]]:
    """The letters of the locales that come with Homeroom, read once."""
    return exemplars(SHIPPED)


def packed(letters: frozenset[str]) -> str:
    """Letters as hexadecimal ranges, such as `61-7a e1`: no file with bare combining marks survives an editor."""
    ranges: list[list[int]] = []
    for point in sorted(map(ord, letters)):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return " ".join(f"{first:x}" if first == last else f"{first:x}-{last:x}" for first, last in ranges)


def unpacked(ranges: str) -> Iterator[str]:
    """The letters that `packed` wrote."""
    for item in ranges.split():
        first, _, last = item.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


def apart(text: str) -> frozenset[str]:
    """The letters and marks of a text, taken apart and in lower case."""
    return frozenset(c for c in _apart(text) if _is_letter(c))


def _apart(text: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).lower())


def _apart_all(characters: set[str]) -> set[str]:
    return set(_apart("".join(characters)))


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


def _listed(characters: set[str]) -> str:
    return ", ".join(f"{c} (U+{ord(c):04X})" for c in sorted(characters))
