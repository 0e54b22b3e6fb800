"""Answered: what is known of a request once it is answered.

It must never hold a path, an address or a body: paths hold codes, bodies hold answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kept(StrEnum):
    """What a request acknowledged, after its commit."""

    SAVE = "save"
    SUBMISSION = "submission"


@dataclass(frozen=True, slots=True)
class Answered:
    """One request: the rule that matched its path, and what it came to. `wait` is the seconds between a proxy in front
    and us, where it tells; `problem` the kind of a refusal; `locale` that of the document it got or was led to."""

    id: str
    method: str
    endpoint: str
    route: str
    status: int
    seconds: float
    wait: float | None
    size: int | None
    problem: str
    locale: str
    kept: Kept | None
