"""The gates a text passes before it may stand as checked: structure, characters and consistency; knows no files.

Language, references, rendering and people need more than the standard library: `scripts/gates` has those.
"""

from __future__ import annotations

from collections.abc import Sequence

from surveys.core.gates import characters, consistency, exemplars, glossary, structure
from surveys.core.gates.findings import Finding, Gate, Rule, Wording
from surveys.core.gates.glossary import Glossary
from surveys.core.locales import Locale

__all__ = ["Finding", "Gate", "Glossary", "Rule", "Wording", "findings", "impossible"]


def findings(locale: Locale, wordings: Sequence[Wording], fixed: Glossary | None = None) -> list[Finding]:
    """What is wrong with the texts of one locale; `fixed` are the words its glossary fixes, where it has one."""
    listed = exemplars.shipped().get(locale.tag)
    found: list[Finding] = []
    for wording in wordings:
        found += structure.check(wording, locale.script)
        found += characters.check(wording, locale, listed)
    written = [wording for wording in wordings if wording.text.strip()]
    found += consistency.check(written, locale.tag, locale.script)
    found += glossary.check(written, fixed or Glossary())
    return found


def impossible(locale: Locale) -> dict[Gate, str]:
    """Why one of these gates cannot be asked in a locale, by gate; what cannot be asked has not been passed."""
    if locale.tag in exemplars.shipped():
        return {}
    return {Gate.CHARACTERS: "CLDR lists no letters for the language: only their script was looked at"}
