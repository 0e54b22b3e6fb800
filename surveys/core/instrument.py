"""Survey, Topic, Question, Option: a versioned instrument and its words in one locale. `definition` loads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from surveys.core.entries import Entry


class Kind(StrEnum):
    """What an answer to a question is made of."""

    ONE = "one"
    MANY = "many"
    NUMBER = "number"
    TEXT = "text"
    RANK = "rank"  # options in an order, the first one first; not all of them need a place
    INFO = "info"  # nothing is asked: words that stand before the question after them


CHOSEN = (Kind.ONE, Kind.MANY)  # kinds whose answer is a choice among options


class Promise(StrEnum):
    """What may ever be linked to a person; part of the survey version, so that every page and sheet tells the same."""

    ANONYMOUS = "anonymous"
    CONFIDENTIAL = "confidential"
    SUPPORTIVE = "supportive"


@dataclass(frozen=True)
class Option:
    """One choice. `favorable` counts it in percent favorable; `counted` false (such as "does not apply") leaves it out
    of the denominator; `exclusive` (such as "none of these") goes with no other."""

    id: str
    text: str
    favorable: bool = False
    counted: bool = True
    exclusive: bool = False


@dataclass(frozen=True)
class Scale:
    """An ordered set of options that questions share."""

    id: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Topic:
    """What a group of questions measures."""

    id: str
    title: str


@dataclass(frozen=True)
class Condition:
    """A question is asked where another, which comes before it, was asked and answered with any of these options."""

    question: str
    any: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One item. `scale` names where its options' words come from; text questions have no options, and a number has
    room for so many `digits` on paper. Without `show_if` it is asked of everybody. A `required` question has an option
    not to say. A number is between `min` and `max`, both included, where it names them. `shuffle`
    shows every respondent its options in an order of their own (`core.order`). A `short` text is one line."""

    id: str
    kind: Kind
    text: str
    topic: str | None = None
    scale: str | None = None
    options: tuple[Option, ...] = ()
    digits: int = 2
    show_if: Condition | None = None
    required: bool = False
    min: int | None = None
    max: int | None = None
    shuffle: bool = False
    short: bool = False

    @cached_property
    def option_ids(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options)

    @cached_property
    def range(self) -> tuple[int, int] | None:
        """The least and the greatest number that is taken, where the question sets any bound."""
        if self.min is None and self.max is None:
            return None
        return self.min or 0, 10**self.digits - 1 if self.max is None else self.max


class Translation(NamedTuple):
    """One text of a survey in another locale, by its key (see `words`)."""

    locale: str
    key: str
    entry: Entry


@dataclass(frozen=True)
class Survey:
    """A survey version, never edited once a window opened on it. `words` are its texts in the locale at hand;
    `translations` those that came with it, as a district's own do."""

    id: str
    version: str
    title: str
    grades: tuple[str, ...]
    promise: Promise
    topics: tuple[Topic, ...]
    questions: tuple[Question, ...]
    locale: str = "en"
    translations: tuple[Translation, ...] = field(default=(), hash=False)  # thousands: the rest tells surveys apart

    @cached_property
    def by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    @cached_property
    def asking(self) -> tuple[Question, ...]:
        """Its questions, without those that are words only."""
        return tuple(question for question in self.questions if question.kind is not Kind.INFO)

    @cached_property
    def conditional(self) -> bool:
        """Whether any of its questions depends on another."""
        return any(question.show_if for question in self.questions)

    @cached_property
    def demanding(self) -> bool:
        """Whether any of its questions asks for an answer, or bounds one."""
        return any(question.required or question.range for question in self.questions)


def words(survey: Survey) -> dict[str, str]:
    """Every text of a survey by its key: title, topic.<id>, question.<id>, scale.<scale>.<option>."""
    keyed = {"title": survey.title}
    keyed |= {f"topic.{topic.id}": topic.title for topic in survey.topics}
    for question in survey.questions:
        keyed[f"question.{question.id}"] = question.text
        keyed |= {f"scale.{question.scale}.{option.id}": option.text for option in question.options}
    return keyed


def spoken(survey: Survey, texts: Mapping[str, str], locale: str) -> Survey:
    """The survey with its words replaced by `texts` (the keys of `words`); KeyError names a missing one."""
    return replace(
        survey,
        locale=locale,
        title=texts["title"],
        topics=tuple(replace(topic, title=texts[f"topic.{topic.id}"]) for topic in survey.topics),
        questions=tuple(_spoken_question(question, texts) for question in survey.questions),
    )


def _spoken_question(question: Question, texts: Mapping[str, str]) -> Question:
    options = tuple(replace(o, text=texts[f"scale.{question.scale}.{o.id}"]) for o in question.options)
    return replace(question, text=texts[f"question.{question.id}"], options=options)
