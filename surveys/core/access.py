"""Account, Role, Scope, and the one question asked before every verb: may this account do this here?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from surveys.core.refusals import NotAllowed


class Role(StrEnum):
    """What an account is for. A respondent has no account: the code in the address is the authority."""

    DISTRICT = "district"  # runs windows for all schools and releases results
    SCHOOL = "school"  # prints, scans, reviews and reads reports in one school
    REVIEWER = "reviewer"  # rules on doubts, and sees nothing else
    SYSTEM = "system"  # the worker


class Action(StrEnum):
    """What a verb does, as far as permission goes."""

    ENROL = "enrol"
    PRINT = "print"
    SCAN = "scan"
    READ = "read"
    REVIEW = "review"
    RELEASE = "release"
    REPORT = "report"
    CLOSE = "close"


_MAY = {
    Role.DISTRICT: frozenset(Action),
    Role.SCHOOL: frozenset({Action.PRINT, Action.SCAN, Action.REVIEW, Action.REPORT}),
    Role.REVIEWER: frozenset({Action.REVIEW}),
    Role.SYSTEM: frozenset({Action.READ, Action.CLOSE}),
}


@dataclass(frozen=True)
class Scope:
    """A place: one district, or one of its schools. Every query on district data takes one."""

    district: str
    school: str | None = None


@dataclass(frozen=True)
class Account:
    """A member of staff, or the worker; `school` None means the whole district."""

    id: str
    name: str
    role: Role
    scope: Scope


def system(district: str) -> Account:
    """The worker's own account in a district."""
    return Account("system", "system", Role.SYSTEM, Scope(district))


def may(by: Account, action: Action, where: Scope) -> bool:
    """Whether the role allows the action and the account's place contains `where`."""
    inside = by.scope.district == where.district and by.scope.school in (None, where.school)
    return inside and action in _MAY[by.role]


def demand(by: Account, action: Action, where: Scope) -> None:
    """NotAllowed unless `may`."""
    if not may(by, action, where):
        place = where.school or where.district
        raise NotAllowed(f"{by.id} may not {action} in {place}; ask the district's administrator")
