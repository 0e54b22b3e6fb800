"""The list of locales held to CLDR, and its page in the manual.

CLDR's facts come from ICU: direction, digits and plural categories are written into the list as they are there. Script
and endonym are ours to choose, since CLDR names the script a language is written in somewhere and the name that sorts
well in a menu; where the list differs, the difference is told.
"""

from __future__ import annotations

import csv
import io
import pickle
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import icu
from babel import localedata

from surveys.cli.locales import Told, told
from surveys.config import ROOT
from surveys.core.locales import SHIPPED, Locale, load
from surveys.house import Library
from surveys.store.texts import Texts, instruments

PAGE = ROOT / "docs" / "locales.md"
PLURALS = ("zero", "one", "two", "few", "many", "other")
HEADER = "| tag | language | in English | script | direction | read next | grade | status | offered for |"
ABOUT = """\
# Locales

Written by `scripts/locales` from `surveys/core/locales.csv` and the catalogues; do not edit it by hand.
`homeroom locales` tells the same of an installation.

{known} languages in {scripts} scripts are known, {rtl} of them written from right to left. {offered} are offered: every
word that a shipped survey needs is at least checked, and the fonts for it are there. All others wait for their words; a
child who would read one of them gets the language under *read next*, or English. Where every word is a draft, somebody
who grew up with the language has to go over them first: a wrong sentence before a child is worse than a missing one.

**Grade** is how far words can be checked without somebody who speaks the language. A: CLDR knows its letters, an
identifier knows the language, and two other sources can be compared. B: letters and an identifier. C: an identifier
alone. D: nothing. C and D are not offered before somebody who grew up with the language has reviewed every word.

**Status** is that of the least trusted word the shipped surveys need: missing, draft, stale (the English has changed
since), checked (every gate passed), reviewed (by a named person).
"""


@dataclass(frozen=True)
class Facts:
    """What CLDR says of a locale; empty where it says nothing."""

    direction: str
    plural_forms: tuple[str, ...]
    digits: str
    script: str
    endonym: str


def facts(locale: Locale) -> Facts:
    """What the ICU here knows of a locale; the direction is that of the script the list names."""
    known = icu.Locale(locale.tag)
    code = icu.Script.getCode(locale.script)[0]
    named = known.getDisplayName(known)
    translated = named != known.getDisplayName(icu.Locale("en")) or locale.tag.startswith("en")
    return Facts(
        direction="rtl" if icu.Script(code).isRightToLeft() else "ltr",
        plural_forms=_plural_forms(locale.tag),
        digits=icu.NumberingSystem.createInstance(known).getName(),
        script=known.addLikelySubtags().getScript(),
        endonym=named if translated else "",
    )


def baked(locale: Locale) -> Locale:
    """The locale with CLDR's facts in it."""
    said = facts(locale)
    direction = (
        locale.direction if said.direction == locale.direction else ("rtl" if said.direction == "rtl" else "ltr")
    )
    return replace(locale, direction=direction, plural_forms=said.plural_forms, digits=said.digits)


def differences(locale: Locale) -> list[str]:
    """Where the list means to differ from CLDR, a line each."""
    said = facts(locale)
    pairs = (("script", locale.script, said.script), ("endonym", locale.endonym, said.endonym))
    return [
        f"{locale.tag}: {column}: {ours}, where CLDR has {theirs}"
        for column, ours, theirs in pairs
        if theirs and ours.casefold() != theirs.casefold()
    ]


def written(path: Path = SHIPPED) -> str:
    """The list as it should be, as CSV."""
    text = path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row, locale in zip(rows, load(path).values(), strict=True):
        right = baked(locale)
        told = {"direction": right.direction, "plural_forms": " ".join(right.plural_forms), "digits": right.digits}
        writer.writerow({**row, **told})
    return out.getvalue()


def page() -> str:
    """The manual's page on locales; fonts count as there, since an installation fetches them."""
    known = load()
    shipped = instruments(ROOT / "surveys" / "instruments")
    library = Library(Texts(ROOT / "translations", known), known, shipped, ROOT / "build" / "fonts", "")
    rows = told(library)
    about = ABOUT.format(
        known=len(rows),
        scripts=len({row.script for row in rows}),
        rtl=sum(row.direction == "rtl" for row in rows),
        offered=sum(bool(row.offered) for row in rows),
    )
    lines = [HEADER, "|---" * HEADER.count(" | ") + "|---|", *(_line(row, known[row.tag]) for row in rows)]
    return about + "\n" + "\n".join(lines) + "\n"


def main() -> int:
    """Write both, or with --check say whether they are as they should be."""
    wanted = {SHIPPED: written(), PAGE: page()}
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if sys.argv[1:] == ["--check"]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not up to date: run scripts/locales", file=sys.stderr)
        return int(bool(stale))
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
    for locale in load().values():
        for line in differences(locale):
            print(line)
    return 0


def _plural_forms(tag: str) -> tuple[str, ...]:
    """CLDR's categories; none where it has no rule, which ICU tells like a rule of one category and Babel does not."""
    found = set(icu.PluralRules.forLocale(icu.Locale(tag)).getKeywords())
    language = tag.split("-")[0]
    own = Path(localedata.resolve_locale_filename(language))  # without what it inherits; Babel's loader would keep that
    ruled = own.is_file() and "plural_form" in pickle.loads(own.read_bytes())  # noqa: S301 (a file of Babel itself)
    return tuple(name for name in PLURALS if name in found) if len(found) > 1 or ruled else ()


def _line(row: Told, locale: Locale) -> str:
    cells = (row.tag, row.endonym, row.english_name, row.script, row.direction, locale.fallback, row.grade, row.status)
    return f"| {' | '.join(cells)} | {' '.join(row.offered)} |"


if __name__ == "__main__":
    sys.exit(main())
