"""How a survey stands in each locale, and a district's acceptance of words that no person reviewed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from surveys.core.access import Account, Action, Scope, demand
from surveys.core.entries import Status
from surveys.core.instrument import Survey
from surveys.core.locales import SOURCE
from surveys.core.refusals import NotFound
from surveys.core.stamp import Stamp
from surveys.store import activity
from surveys.store.database import Session
from surveys.store.texts import Texts

ACCEPTED = "locale accepted"  # the kind of the act


@dataclass(frozen=True)
class Standing:
    """The words a survey needs in one locale, counted by how far they can be trusted."""

    locale: str
    counts: Mapping[Status, int]
    offered: bool

    @property
    def reviewed(self) -> bool:
        """A person has read every word of it; what it was first written in needs no reading."""
        return self.locale == SOURCE or set(self.counts) == {Status.REVIEWED}


def standings(texts: Texts, survey: Survey) -> list[Standing]:
    """How a survey stands in every locale that is known, in the order of the list."""
    offered = set(texts.offered(survey))
    return [Standing(tag, Counter(texts.standing(survey, tag).values()), tag in offered) for tag in texts.locales]


def accept(session: Session, by: Account, wanted: tuple[Survey, str], texts: Texts, stamp: Stamp) -> None:
    """Record that the district accepts a locale of a survey version although not every word was reviewed by a person.

    NotFound when the locale is not offered at all: what is missing or stale cannot be accepted.
    """
    demand(by, Action.ENROL, by.scope)
    survey, locale = wanted
    if locale not in texts.offered(survey):
        raise NotFound(f"{locale}: {survey.id} is not offered in it; write one of {', '.join(texts.offered(survey))}")
    activity.note_by(session, by, stamp, (ACCEPTED, _subject(survey, locale), {}))


def accepted(session: Session, by: Account, survey: Survey) -> frozenset[str]:
    """The locales of a survey version that the account's district has accepted."""
    demand(by, Action.ENROL, by.scope)
    prefix = _subject(survey, "")
    subjects = activity.subjects(session, Scope(by.scope.district), ACCEPTED)
    return frozenset(subject.removeprefix(prefix) for subject in subjects if subject.startswith(prefix))


def _subject(survey: Survey, locale: str) -> str:
    return f"{survey.id}/{survey.version}/{locale}"
