"""The gates a text passes before it may stand as checked: structure, characters and consistency; knows no files.

Language, references, rendering and people need more than the standard library: `scripts/gates` has those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from surveys.core.gates import characters, consistency, structure
from surveys.core.gates.findings import Finding, Gate, Rule, Wording
from surveys.core.locales import Locale

__all__ = ["Finding", "Gate", "Rule", "Wording", "findings", "impossible"]


def findings(
    locale: Locale, wordings: Sequence[Wording], terms: Mapping[str, Sequence[str]] | None = None
) -> list[Finding]:
    """What is wrong with the texts of one locale; `terms` is its glossary: by English term, the forms it may take."""
    letters = characters.shipped().get(locale.tag)
    found: list[Finding] = []
    for wording in wordings:
        found += structure.check(wording, locale.script)
        found += characters.check(wording, locale.script, letters)
    written = [wording for wording in wordings if wording.text.strip()]
    found += consistency.check(written, locale.tag, locale.script)
    found += consistency.glossary(written, terms or {})
    return found


def impossible(locale: Locale) -> dict[Gate, str]:
    """Why one of these gates cannot be asked in a locale, by gate; what cannot be asked has not been passed."""
    if locale.tag in characters.shipped():
        return {}
    return {Gate.CHARACTERS: "CLDR lists no letters for the language: only their script was looked at"}
