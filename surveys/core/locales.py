"""The one list of locales and its reader: names, direction, fonts, spacing, and which suits a reader best."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from surveys.core.refusals import BadFile

SHIPPED = Path(__file__).with_name("locales.csv")
SOURCE = "en"  # what every text is first written in, and what is left when nothing else fits

Direction = Literal["ltr", "rtl"]
Grade = Literal["source", "A", "B", "C", "D"]

_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2}|-\d{3})?")
_PLURALS = re.compile(r"((zero )?(one )?(two )?(few )?(many )?other)?")
_DEEPEST = 8  # subtags looked at in what a browser asks for
_ALSO = {  # what browsers, student systems and older standards call locales of the list
    "zh": "zh-hans",
    "zh-tw": "zh-hant",
    "zh-hk": "zh-hant",
    "zh-mo": "zh-hant",
    "cmn": "zh-hans",
    "yue": "zh-hant",
    "arb": "ar",
    "hmn": "mww",
    "in": "id",
    "iw": "he",
    "ji": "yi",
    "kmr": "ku",
    "mo": "ro",
    "nn": "nb",
    "no": "nb",
    "pes": "fa",
    "prs": "fa-af",
    "sh": "sr-latn",
    "swh": "sw",
    "tl": "fil",
    "tw": "ak",
    "twi": "ak",
}


@dataclass(frozen=True)
class Locale:
    """A BCP 47 tag and what it takes to write in it."""

    tag: str
    endonym: str  # its own name for itself
    english_name: str
    script: str  # ISO 15924
    direction: Direction
    fallback: str  # the tag to read from where a text is missing; empty for the source
    plural_forms: tuple[str, ...]  # CLDR's plural categories; empty where nobody has written the rule down
    format_locale: str  # the Babel locale for dates and numbers: Babel knows fewer tags than children speak
    digits: str  # CLDR's numbering system of the language; sheets and pages are in Latin digits all the same
    fonts: tuple[str, ...]  # families in the order they are tried, as font files are named
    leading: float  # em between lines on paper, from the height of the script's shaped glyphs
    line_height: float  # em between lines on a screen
    grade: Grade  # how far texts can be checked without a native reader: A (most) to D


def load(path: Path = SHIPPED) -> dict[str, Locale]:
    """The locales of a CSV file by tag, in file order; BadFile names line, column and cure."""
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")), strict=True)
    names = [field.name for field in fields(Locale)]
    if rows.fieldnames != names:
        raise BadFile(f"{path}:1: header: is not the list of columns; write {','.join(names)} instead")
    found: dict[str, Locale] = {}
    for row in rows:
        place = f"{path}:{rows.line_num}"
        locale = _locale(row, place)
        if locale.tag in found:
            raise BadFile(f"{place}: tag: {locale.tag} is listed twice; write each locale once instead")
        if locale.fallback not in found and locale.tag != SOURCE:
            cure = f"a tag from the lines above, such as {SOURCE},"
            raise BadFile(f"{place}: fallback: {locale.fallback!r} is not listed above; write {cure} instead")
        found[locale.tag] = locale
    return found


def _locale(row: Mapping[str, str | None], place: str) -> Locale:
    def checked(column: str, right: Callable[[str], bool], cure: str) -> str:
        value = row[column]
        if value is None or value != value.strip() or not right(value):
            raise BadFile(f"{place}: {column}: {value!r} will not do; write {cure} instead")
        return value

    def length(column: str) -> float:
        return float(checked(column, lambda v: bool(re.fullmatch(r"[1-3]\.\d+", v)), "a number of em such as 1.25"))

    direction: Direction = (
        "rtl" if checked("direction", lambda v: v in get_args(Direction), "ltr or rtl") == "rtl" else "ltr"
    )
    grade = checked("grade", lambda v: v in get_args(Grade), "source, A, B, C or D")
    family = re.compile(r"[A-Za-z0-9]+(\|[A-Za-z0-9]+)*")
    return Locale(
        tag=checked("tag", lambda v: bool(_TAG.fullmatch(v)), "a BCP 47 tag such as es or zh-Hant"),
        endonym=checked("endonym", bool, "the language's own name"),
        english_name=checked("english_name", bool, "the language's English name"),
        script=checked("script", lambda v: bool(re.fullmatch("[A-Z][a-z]{3}", v)), "an ISO 15924 code such as Latn"),
        direction=direction,
        fallback=checked("fallback", lambda _: True, "a tag"),
        plural_forms=tuple(checked("plural_forms", lambda v: bool(_PLURALS.fullmatch(v)), "CLDR's names").split()),
        format_locale=checked("format_locale", bool, "a Babel locale such as es_419"),
        digits=checked("digits", lambda v: bool(re.fullmatch("[a-z]{4,8}", v)), "a numbering system such as latn"),
        fonts=tuple(checked("fonts", lambda v: bool(family.fullmatch(v)), "families such as NotoSans").split("|")),
        leading=length("leading"),
        line_height=length("line_height"),
        grade=next(g for g in get_args(Grade) if g == grade),
    )


@cache
def shipped() -> Mapping[str, Locale]:
    """The locales that come with Homeroom, read once."""
    return load(SHIPPED)


def drawable(locale: Locale, folder: Path) -> bool:
    """Whether the folder holds a regular file of every family that the locale is set in."""
    return all((folder / f"{family}-Regular.ttf").is_file() for family in locale.fonts)


def best(wanted: Sequence[str], offered: Sequence[str], locales: Mapping[str, Locale] | None = None) -> str:
    """The offered tag that suits a reader who wants these tags, the dearest first; the source when none does.

    Each wanted tag is tried as it is, then shortened to its base language, then as another region of that language in
    the same script, then by the fallbacks of the list, before the next wanted tag has its turn. Tags may be written as
    browsers, rosters or systems do (`ES_mx`, `zh-TW`, `tl`); nonsense is passed over.
    """
    known = shipped() if locales is None else locales
    by_folded = {tag.lower(): tag for tag in offered}
    folded = {tag.lower(): locale for tag, locale in known.items()}
    for tag in wanted:
        for nearer in _nearest_first(_folded(tag), folded):
            if nearer in by_folded:
                return by_folded[nearer]
    return SOURCE


def meant(tag: str, locales: Mapping[str, Locale]) -> str | None:
    """The locale of the list that a tag means, shortened where it says more than the list does; None for nonsense."""
    folded = {known.lower(): locale for known, locale in locales.items()}
    return next((folded[cut].tag for cut in _cuts(_folded(tag), folded)), None)


def same(tag: str, offered: Iterable[str]) -> str | None:
    """The offered tag that `tag` is when capitals do not count, as they do not in BCP 47; None when it is none."""
    return next((known for known in offered if known.lower() == tag.lower()), None)


def _folded(tag: str) -> str:
    return tag.strip().lower().replace("_", "-")


def _cuts(tag: str, locales: Mapping[str, Locale]) -> list[str]:
    """What of the list a tag means: as it is, then cut from the end, each by its other name too, in no other script
    than it names: who reads Punjabi in Arabic letters cannot read it in Gurmukhi."""
    subtags = tag.split("-")[:_DEEPEST]
    script = next((subtag for subtag in subtags[1:] if len(subtag) == 4 and subtag.isalpha()), "")
    cuts = ["-".join(subtags[:length]) for length in range(len(subtags), 0, -1)]
    names = [name for cut in cuts for name in (cut, _ALSO.get(cut, ""))]
    return [name for name in names if name in locales and script in ("", locales[name].script.lower())]


def _nearest_first(tag: str, locales: Mapping[str, Locale]) -> Iterator[str]:
    """A tag cut from the end, and then each fallback but the source: the tag first, then its sisters."""
    cuts = _cuts(tag, locales)
    yield from cuts
    for cut in cuts:
        while cut != SOURCE:
            yield cut
            yield from _sisters(cut, locales)
            cut = locales[cut].fallback.lower() or SOURCE


def _sisters(tag: str, locales: Mapping[str, Locale]) -> Iterator[str]:
    """The same language in other regions, where it is written in the same script."""
    language, script = tag.split("-")[0], locales[tag].script
    return (other for other, one in locales.items() if other.split("-")[0] == language and one.script == script)
