"""Every catalogue through the seven gates: what was found where, what could not be asked, and what was let through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scripts import identifying, referring, rendering
from scripts.referring import Comparison
from surveys.core import gates
from surveys.core.entries import Entry, Status
from surveys.core.gates import Finding, Gate, Glossary, Wording, glossary
from surveys.core.gates.waivers import Waiver, load, waive
from surveys.core.instrument import words
from surveys.core.locales import SOURCE, Locale, drawable, shipped
from surveys.store.catalogues import read
from surveys.store.texts import INTERFACE, SCALE, STAFF, SURVEYS, instruments

ROOT = Path(__file__).parents[1]
TRANSLATIONS = ROOT / "translations"
FONTS = ROOT / "build" / "fonts"


@dataclass(frozen=True)
class Passage:
    """How one locale came through the gates. `impossible` says why, where a gate could not be asked."""

    locale: Locale
    texts: int
    findings: Sequence[Finding]
    impossible: Mapping[Gate, str]
    spent: Sequence[Waiver]  # those that let nothing through any more
    compared: Sequence[Comparison]  # for people to look over
    reviewed: int  # texts that a named person has signed

    def verdict(self, gate: Gate) -> str:
        """Passed, so many findings, or not possible; of references, how many agree; of people, how many signed."""
        if count := sum(found.rule.gate is gate for found in self.findings):
            return f"{count} finding{'s' if count > 1 else ''}"
        if gate in self.impossible:
            return "not possible"
        if not self.texts:
            return "no texts"
        if gate is Gate.REFERENCE:
            return f"{sum(each.agrees for each in self.compared)} of {len(self.compared)} agree"
        if gate is Gate.PEOPLE:
            return f"{self.reviewed} of {self.texts}"
        return "passed"

    def told(self) -> Iterator[str]:
        """Each finding on a line: file:line, key, what is wrong and the cure."""
        places = _places(self.locale.tag)
        for found in self.findings:
            place = places.get((found.group, found.key), f"translations/{self.locale.tag}")
            yield f"{place}: {found.key} [{found.rule}] {found.what}; {found.cure}"
        for waiver in self.spent:
            named = f"{waiver.locale},{waiver.group},{waiver.key},{waiver.rule}"
            yield f"translations/waivers.csv: {named} lets nothing through any more; take the line out"


def passage(locale: Locale) -> Passage:
    """One locale's texts through every gate that can be asked without a person."""
    wordings, cannot = written(locale.tag), impossible(locale)
    found = gates.findings(locale, wordings, glossaries().get(locale.tag))
    found += identifying.findings(locale.tag, wordings)
    if Gate.RENDERING not in cannot:
        found += rendering.findings(locale, wordings, FONTS)
    compared = list(referring.comparisons(locale.tag, wordings))
    if not compared:
        cannot.setdefault(Gate.REFERENCE, "no text of ours names a thing that CLDR names too")
    reviewed = sum(entry.claim is Status.REVIEWED for _, entry in _entries(locale.tag))
    left, spent = waive(found, [w for w in load(TRANSLATIONS / "waivers.csv") if w.locale == locale.tag])
    return Passage(locale, len(wordings), left, cannot, spent, compared, reviewed)


def impossible(locale: Locale) -> dict[Gate, str]:
    """Why a gate cannot be asked of a locale, whatever is written in it, by gate."""
    cannot = gates.impossible(locale)
    if not identifying.knowing(locale.tag):
        cannot[Gate.LANGUAGE] = "neither identifier knows the language"
    if not referring.known(locale.tag):
        cannot[Gate.REFERENCE] = "CLDR has no words of the language to compare with"
    if not drawable(locale, FONTS):
        cannot[Gate.RENDERING] = "its fonts are not there; run scripts/setup"
    return cannot


def begun() -> list[str]:
    """The tags of the locales somebody has begun to write in, in the order of the list."""
    return [tag for tag in shipped() if tag != SOURCE and any((TRANSLATIONS / tag).rglob("*.po"))]


@cache
def written(tag: str) -> Sequence[Wording]:
    """Every text of a locale beside the English of now; what English does not have is another test's business."""
    english = _english()
    return [
        Wording(group, key, english[group, key], entry.text)
        for (group, key), entry in _entries(tag)
        if (group, key) in english
    ]


@cache
def glossaries() -> Mapping[str, Glossary]:
    """The words fixed for each locale, by tag."""
    return glossary.load(TRANSLATIONS / "glossary.csv")


def _entries(tag: str) -> Iterator[tuple[tuple[str, str], Entry]]:
    for name in (INTERFACE, SURVEYS, STAFF):
        for (context, key), entry in read(_file(tag, name)).items():
            if entry.text:
                yield (context or name, key), entry


@cache
def _english() -> Mapping[tuple[str, str], str]:
    texts = {name: entry.text for name, entry in _entries(SOURCE)}
    for survey in instruments(ROOT / "surveys" / "instruments").values():
        for key, text in words(survey).items():
            texts[SCALE if key.startswith("scale.") else f"{survey.id}/{survey.version}", key] = text
    return texts


def _places(tag: str) -> Mapping[tuple[str, str], str]:
    """By group and key, the file and the line of a text."""
    places = {}
    for name in (INTERFACE, SURVEYS, STAFF):
        path, context = _file(tag, name), ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.is_file() else (), 1):
            if found := re.fullmatch(r'(msgctxt|msgid) "(.+)"', line):
                context = found[2] if found[1] == "msgctxt" else context
                places[context or name, found[2]] = f"{path.relative_to(ROOT)}:{number}"
            elif line.startswith("msgstr"):
                context = ""
    return places


def _file(tag: str, name: str) -> Path:
    return TRANSLATIONS / tag / "LC_MESSAGES" / f"{name}.po"
