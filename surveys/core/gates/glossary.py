"""Gate 5, glossary: the words fixed for a locale before anything else was written in it, and texts that leave them.

A `term` may stand in any text, in one of its forms (or beginnings of words, where a language bends them). A `label` is
the whole of an option or a topic: answers are compared over years by these, so they change on purpose or not at all.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from surveys.core.gates.findings import Finding, Rule, Wording, found
from surveys.core.gates.structure import PLACEHOLDER
from surveys.core.refusals import BadFile

COLUMNS = ["locale", "kind", "term", "forms"]
LABELLED = ("scale.", "topic.")  # how the keys of texts begin that are labels


@dataclass(frozen=True)
class Glossary:
    """By English term in lower case, the forms it may take."""

    terms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)


def load(path: Path) -> Mapping[str, Glossary]:
    """The glossaries of a CSV file by tag; BadFile names line, column and cure."""
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")), strict=True)
    if rows.fieldnames != COLUMNS:
        raise BadFile(f"{path}:1: header: is not the list of columns; write {','.join(COLUMNS)} instead")
    read: dict[str, dict[str, dict[str, Sequence[str]]]] = defaultdict(lambda: {"term": {}, "label": {}})
    for row in rows:
        place = f"{path}:{rows.line_num}"
        kinds = read[row["locale"]]
        if row["kind"] not in kinds:
            raise BadFile(f"{place}: kind: {row['kind']!r} is none; write term or label instead")
        forms = (row["forms"] or "").split("|")
        if not all(form.strip() for form in forms) or row["term"] in kinds[row["kind"]]:
            raise BadFile(
                f"{place}: forms: one is empty, or the term stands twice; write each form once, with | between"
            )
        kinds[row["kind"]][row["term"]] = forms
    return {tag: Glossary(kinds["term"], kinds["label"]) for tag, kinds in read.items()}


def check(wordings: Iterable[Wording], glossary: Glossary) -> Iterator[Finding]:
    """Findings on texts that say a term of their English in none of its forms, and on labels that are not theirs."""
    terms = sorted(glossary.terms.items(), key=lambda item: -len(item[0]))  # "square code" before "code"
    for wording in wordings:
        if wording.key.startswith(LABELLED):
            forms = glossary.labels.get(wording.english.lower(), (wording.text,))
            missed = [] if wording.text in forms else [(wording.english, forms)]
        else:
            missed = list(_missed(wording, terms))
        for term, forms in missed:
            what = f"does not say {term!r} as the glossary does"
            cure = f"use {' or '.join(forms)}, or fix another word in translations/glossary.csv"
            yield found(Rule.GLOSSARY, wording, what, cure)


def _missed(wording: Wording, terms: Iterable[tuple[str, Sequence[str]]]) -> Iterator[tuple[str, Sequence[str]]]:
    english, text = PLACEHOLDER.sub("", wording.english).lower(), wording.text.lower()
    for term, forms in terms:
        english, said = re.subn(rf"(?<!\w){re.escape(term)}(?:e?s)?(?!\w)", " ", english)
        if said and not any(form.lower() in text for form in forms):
            yield term, forms
