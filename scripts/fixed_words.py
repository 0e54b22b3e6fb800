"""The words a locale has fixed, read out of its own catalogues: a first draft of its rows in translations/glossary.csv.

Terms come from the paragraph "Glossary:" at the head of interface.po; labels are those of its scales and topics as they
stand. A language that bends its words wants its terms cut to what all their forms begin with: the gates
say where.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts import gating
from surveys.core.gates.glossary import LABELLED

TERMS = (  # what every locale fixes first; the longer before the shorter one in it
    "square code",
    "survey",
    "question",
    "answer",
    "school",
    "student",
    "adult",
    "teacher",
    "class",
    "sheet",
    "card",
    "code",
    "circle",
    "receipt",
)
_ASIDES = re.compile(r"\([^)]*\)|\b(?:plural|in staff texts|to [a-z]+|other students)\b")


def rows(tag: str) -> Iterator[tuple[str, str, str, str]]:
    """Rows of the glossary: locale, kind, term, forms."""
    fixed = dict(reversed(list(_terms(tag))))  # the first entry counts: "adult" before "adult you trust"
    for term in (term for term in TERMS if term in fixed):
        yield tag, "term", term, "|".join(fixed[term])
    labels: dict[str, list[str]] = {}
    for wording in gating.written(tag):
        if wording.key.startswith(LABELLED):
            labels.setdefault(wording.english.lower(), []).append(wording.text)
    for english, texts in labels.items():
        yield tag, "label", english, "|".join(dict.fromkeys(texts))


def _terms(tag: str) -> Iterator[tuple[str, list[str]]]:
    written = (gating.TRANSLATIONS / tag / "LC_MESSAGES" / "interface.po").read_text(encoding="utf-8")
    head = " ".join(line.lstrip("# ") for line in written.split('msgid ""')[0].splitlines())
    _, _, entries = head.partition("Glossary:")
    for entry in entries.partition("A text is offered")[0].strip().rstrip(".").split(";"):
        plain = " ".join(_ASIDES.sub(" ", entry).split())
        term = next((term for term in TERMS if re.match(rf"{term}s?\s", plain)), None)
        if term:
            forms = re.sub(rf"^{term}s?", "", plain).split(",")
            yield term, [form.strip() for form in forms if form.strip()]
