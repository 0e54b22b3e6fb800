"""Stamp: the moment and the source of new ids, which come in as an argument wherever something happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Stamp:
    """When (UTC), and how to make a new id (32 hexadecimal digits)."""

    now: datetime
    new_id: Callable[[], str]
