"""The headline of a report: two strengths and two topics to grow, and whether the figures bear the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

EACH = 2  # strengths, and topics to grow
STRONG_RATE = 80  # percent of the invited: our own line, as is the next; the page shows the rate itself beside it
FAIR_RATE = 50


class Trust(StrEnum):
    """How far the answers may speak for everybody invited."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"


@dataclass(frozen=True)
class Headline:
    """Topic ids, the strongest and the weakest first.

    `clear` when every strength's interval lies above every weak one's: otherwise the order may be chance, and the page
    must say so.
    """

    strengths: tuple[str, ...]
    to_grow: tuple[str, ...]
    clear: bool


def headline(topics: Mapping[str, Mapping[str, Any] | None]) -> Headline | None:
    """What stands out among one group's topic figures as a release holds them; None when fewer than four are shown."""
    shown = {name: figures for name, figures in topics.items() if figures and figures["percent"] is not None}
    if len(shown) < 2 * EACH:
        return None
    order = sorted(shown, key=lambda name: (-shown[name]["percent"], name))
    strengths, to_grow = tuple(order[:EACH]), tuple(reversed(order[-EACH:]))
    lowest = min(shown[name]["low"] for name in strengths)
    highest = max(shown[name]["high"] for name in to_grow)
    return Headline(strengths, to_grow, lowest > highest)


def trust(responded: int, invited: int) -> Trust:
    """How far a response rate carries."""
    rate = 100 * responded / invited if invited else 0
    if rate >= STRONG_RATE:
        return Trust.STRONG
    return Trust.FAIR if rate >= FAIR_RATE else Trust.WEAK
