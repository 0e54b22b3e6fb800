"""What answers to a survey say about each other: what is asked at all, which options stand alone.

Pure rules, the same at every door; `kinds.js` follows them in the browser, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from itertools import takewhile

from surveys.core.instrument import Question, Survey


def asked(survey: Survey, chosen: Mapping[str, Collection[str]], unknown: Collection[str] = ()) -> frozenset[str]:
    """The questions a respondent is asked who chose these options, by question.

    A question with a condition is asked where the one it looks at was asked and answered with any of the options named.
    Where that answer is `unknown`, as a doubt on paper is, it counts as asked until somebody knows better.
    """
    found: set[str] = set()
    for question in survey.questions:
        rule = question.show_if
        if rule is None or (
            rule.question in found
            and (rule.question in unknown or not set(rule.any).isdisjoint(chosen.get(rule.question, ())))
        ):
            found.add(question.id)
    return frozenset(found)


def ranked(places: Iterable[tuple[str, int]]) -> list[str]:
    """Options in the order of their places, where nobody can be asked again: up to the first place that two share."""
    by_place: dict[int, list[str]] = {}
    for option, place in places:
        by_place.setdefault(place, []).append(option)
    certain = takewhile(lambda place: len(by_place[place]) == 1, sorted(by_place))
    return [by_place[place][0] for place in certain]


class Fault(StrEnum):
    """Why an answer cannot be handed in as it is."""

    MISSING = "missing"  # the question asks for an answer
    RANGE = "range"  # a number below or above what is taken


def faults(survey: Survey, answers: Mapping[str, tuple[Collection[str], str]]) -> dict[str, Fault]:
    """What is wrong with answers (options, text) about to be handed in, by question in order; {} when nothing is."""
    if not survey.demanding:
        return {}
    there = asked(survey, {name: options for name, (options, _) in answers.items()})
    found = {}
    for question in survey.questions:
        options, text = answers.get(question.id, ((), ""))
        if question.id in there and question.required and not options:
            found[question.id] = Fault.MISSING
        if question.id in there and question.range and text:
            least, most = question.range
            if not least <= int(text) <= most:
                found[question.id] = Fault.RANGE
    return found


def at_odds(question: Question, chosen: Collection[str]) -> bool:
    """Whether an exclusive option (such as "none of these") was chosen together with another."""
    return len(chosen) > 1 and any(option.exclusive for option in question.options if option.id in chosen)


def reconciled(question: Question, chosen: Collection[str]) -> list[str]:
    """What counts of options that are at odds, where nobody can be asked again; in the order of the question.

    An exclusive option that is not counted ("I would rather not say") takes the others back: it stands alone. Any other
    ("none of these") gives way to what was chosen beside it, which says more.
    """
    options = [option for option in question.options if option.id in chosen]
    if not at_odds(question, chosen):
        return [option.id for option in options]
    declined = [option.id for option in options if option.exclusive and not option.counted]
    named = [option.id for option in options if not option.exclusive]
    return declined[:1] or named or [options[0].id]
