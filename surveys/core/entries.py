"""One text in one locale: how far it can be trusted, and the English it was made from."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """How far a text can be trusted; the last two may be shown."""

    MISSING = "missing"
    DRAFT = "draft"
    STALE = "stale"  # the English has changed since
    CHECKED = "checked"  # all gates passed
    REVIEWED = "reviewed"  # by a named person

    @property
    def showable(self) -> bool:
        return self in (Status.CHECKED, Status.REVIEWED)


class Entry(NamedTuple):
    """One text, the trust its flag claims, the English it was made from (None when it does not say), what the English
    says to whoever translates it, and who reviewed it on which day (as in "Ana Ruiz, 2026-11-20"), if anybody did."""

    text: str
    claim: Status
    source: str | None
    note: str = ""
    reviewer: str = ""

    def status(self, source: str) -> Status:
        """Its status now that the English is `source`."""
        if self.claim is Status.MISSING or self.source == one_line(source):
            return self.claim
        return Status.STALE


def one_line(text: str) -> str:
    """As a comment may wrap it, so that an editor's line breaks do not make a translation stale."""
    return " ".join(text.split())
