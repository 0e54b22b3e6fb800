"""What the gates look at and what they say: a wording, the rules, and a finding with its cure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Gate(StrEnum):
    """The seven gates every catalogue passes before a text of it may stand as checked."""

    STRUCTURE = "structure"
    CHARACTERS = "characters"
    LANGUAGE = "language"
    REFERENCE = "reference"
    CONSISTENCY = "consistency"
    RENDERING = "rendering"
    PEOPLE = "people"


class Rule(StrEnum):
    """One thing a gate looks for; an exception names the rule it asks to be let off."""

    EMPTY = "empty"
    PLACEHOLDERS = "placeholders"
    LINES = "lines"
    SPACES = "spaces"
    NORMAL_FORM = "normal-form"
    CONTROLS = "controls"
    LOOK_ALIKES = "look-alikes"
    NUMBERS = "numbers"
    ENGLISH = "english"
    SCRIPT = "script"
    LETTERS = "letters"
    DIGITS = "digits"
    SIGNS = "signs"
    LANGUAGE = "language"
    SCALE = "scale"
    ORDER = "order"
    TWO_WAYS = "two-ways"
    GLOSSARY = "glossary"
    LENGTH = "length"
    ENDING = "ending"
    QUESTION = "question"
    GLYPHS = "glyphs"

    @property
    def gate(self) -> Gate:
        return _GATES[self]


_GATES = {
    **dict.fromkeys(list(Rule)[: list(Rule).index(Rule.SCRIPT)], Gate.STRUCTURE),
    **dict.fromkeys((Rule.SCRIPT, Rule.LETTERS, Rule.DIGITS, Rule.SIGNS), Gate.CHARACTERS),
    Rule.LANGUAGE: Gate.LANGUAGE,
    **dict.fromkeys(
        (Rule.SCALE, Rule.ORDER, Rule.TWO_WAYS, Rule.GLOSSARY, Rule.LENGTH, Rule.ENDING, Rule.QUESTION),
        Gate.CONSISTENCY,
    ),
    Rule.GLYPHS: Gate.RENDERING,
}


@dataclass(frozen=True)
class Wording:
    """One text beside the English it was made from. `group` is what it belongs to: interface, scale, sel-3-5/1."""

    group: str
    key: str
    english: str
    text: str


@dataclass(frozen=True)
class Finding:
    """What is wrong with one text by one rule, and what to write instead."""

    rule: Rule
    group: str
    key: str
    what: str
    cure: str


def found(rule: Rule, wording: Wording, what: str, cure: str) -> Finding:
    """A finding on a wording."""
    return Finding(rule, wording.group, wording.key, what, cure)
