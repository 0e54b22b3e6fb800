"""Thresholds as a file: TOML with a version and the numbers to judge by, all of them shares between 0 and 1."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, fields, replace
from typing import Any

from surveys.core.marking import Thresholds
from surveys.core.refusals import BadFile

NUMBERS = tuple(field.name for field in fields(Thresholds) if field.name != "version")
LONGEST_VERSION = 64  # characters


def parse(text: str, name: str, base: Thresholds) -> Thresholds:
    """The thresholds in a file; numbers that it leaves out are those of `base`. BadFile names the key and the cure."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFile(f"{name}: is not TOML: {error}") from error
    return chosen(given, name, base)


def chosen(given: dict[str, Any], name: str, base: Thresholds) -> Thresholds:
    """Thresholds from their parts; BadFile names the part and the cure."""
    version = given.get("version")
    if not isinstance(version, str) or not version.strip() or len(version) > LONGEST_VERSION:
        raise BadFile(
            f"{name}: version: is not a name of 1 to {LONGEST_VERSION} characters; write a new one, as a date"
        )
    for key, value in given.items():
        if key not in (*NUMBERS, "version"):
            raise BadFile(f"{name}: {key}: no such threshold; write one of {', '.join(NUMBERS)}")
        if key in NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1):
            raise BadFile(f"{name}: {key}: is not a share; write a number from 0 to 1")
    found = replace(base, **{**given, "version": version.strip()})
    if found.marginal > found.definite:
        raise BadFile(f"{name}: marginal: is above definite; what is no mark cannot need more ink than what is one")
    return found


def write(thresholds: Thresholds) -> str:
    """The file of thresholds."""
    numbers = [f"{name} = {asdict(thresholds)[name]}" for name in NUMBERS]
    return "\n".join([f'version = "{thresholds.version}"', *numbers]) + "\n"
