"""One table of a survey's TOML file, with its place: what is wrong in it is pointed at, and said how to put right."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from surveys.core.refusals import BadFile

LONGEST_TEXT = 500  # characters; more is a page of reading, not a question
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
VERSION = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_LONGEST_ID = 64
_JOINERS = "\u200c\u200d"  # the only invisible characters that spell words (Persian, Sinhala and others)


@dataclass(frozen=True)
class Table:
    """One table of the file, with its place, so that whatever is wrong in it can be pointed at."""

    file: str
    lines: dict[tuple[str | int, ...], int]
    place: tuple[str | int, ...]
    values: dict[str, Any]

    def refuse(self, key: str, what: str, instead: str) -> NoReturn:
        place = (*self.place, key)
        shown = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        while place not in self.lines:
            place = place[:-1]
        raise BadFile(f"{self.file}:{self.lines[place]}: {shown}: {what}; write {instead} instead")

    def only(self, *known: str) -> None:
        """Refuse a key that nobody reads: most likely a slip of the pen."""
        for key in self.values:
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                self.refuse(key, "is not a key of this table", close[0] if close else "one of " + ", ".join(known))

    def word(self, key: str, pattern: re.Pattern[str] = _ID) -> str:
        """A name for machines: in addresses, on paper and in result files."""
        value: str = self._required(key, str, "a name in quotes")
        if not pattern.fullmatch(value) or len(value) > _LONGEST_ID:
            dot = ", dots" if pattern is VERSION else ""
            self.refuse(
                key,
                f"{value[:_LONGEST_ID]!r} is not a name",
                f"small letters a-z, digits{dot} and single hyphens, up to {_LONGEST_ID},",
            )
        return value

    def text(self, key: str) -> str:
        """Words for people: one line, in normal form, with nothing invisible in it."""
        value = unicodedata.normalize("NFC", self._required(key, str, "a text in quotes"))
        if not value.strip() or value != value.strip():
            self.refuse(key, "is empty or has spaces at its ends", "the bare text")
        if len(value) > LONGEST_TEXT:
            self.refuse(key, f"has {len(value)} characters", f"at most {LONGEST_TEXT}")
        for character in value:
            if character not in _JOINERS and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
                self.refuse(
                    key, f"holds the invisible character U+{ord(character):04X}", "the text on one line without it"
                )
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, "is neither true nor false", "true or false, without quotes,")
        return value

    def choice(self, key: str, among: Sequence[str]) -> str:
        value: str = self._required(key, str, "one of " + ", ".join(among))
        if value not in among:
            close = difflib.get_close_matches(value, among, n=1) or [
                f"one of {', '.join(among) or '(none is defined)'}"
            ]
            self.refuse(key, f"{value[:_LONGEST_ID]!r} is unknown", close[0])
        return value

    def tables(self, key: str) -> list[Table]:
        """The tables of an array of tables; none when the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.refuse(key, "is not a list of tables", f"[[{key}]] above each" if not self.place else '{ id = "..." }')
        return [Table(self.file, self.lines, (*self.place, key, n), item) for n, item in enumerate(value)]

    def table(self, key: str) -> Table | None:
        """The table under a key; None when it is absent."""
        if key not in self.values:
            return None
        value = self._required(key, dict, "{ ... }")
        return Table(self.file, self.lines, (*self.place, key), value)

    def names(self, key: str, among: Sequence[str]) -> tuple[str, ...]:
        """A list of names out of some, each once."""
        value = self._required(key, list, "a list of names")
        unknown = [name for name in value if name not in among]
        if unknown or not value or len(value) != len(set(value)):
            said = f"{str(unknown[0])[:_LONGEST_ID]!r} is unknown" if unknown else "is empty or names one twice"
            self.refuse(key, said, "each once, one or more of " + ", ".join(among) + ",")
        return tuple(value)

    def whole(self, key: str, default: int | None, least: int, most: int) -> int | None:
        """A whole number between two, or what stands for it when it is absent."""
        value = self.values.get(key, default)
        if key in self.values and (isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most):
            self.refuse(key, "is not such a number", f"a whole number from {least} to {most}")
        return value

    def _required(self, key: str, kind: type, instead: str) -> Any:
        if key not in self.values:
            self.refuse(key, "is missing", f"{key} = {instead}")
        if not isinstance(self.values[key], kind):
            self.refuse(key, f"is of type {type(self.values[key]).__name__}", instead)
        return self.values[key]
