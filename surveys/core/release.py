"""The tables of a release: scores and rates for the district, each school and each grade in it, small groups hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from surveys.core.instrument import Kind, Survey
from surveys.core.people import Ticket
from surveys.core.responses import Disposition, Response
from surveys.core.scoring import Score, question_score, rates, topic_score
from surveys.core.suppression import THRESHOLD, hidden

FORMAT = 1
Outcome = tuple[Ticket, Disposition, Response | None]
Topics = Mapping[str, Sequence[str]]
Figures = dict[str, Score]  # by "topic.<id>" and "question.<id>"; the group's own size is the figure ""


def build(
    survey: Survey, outcomes: Sequence[Outcome], schools: Mapping[str, str], threshold: int = THRESHOLD
) -> dict[str, Any]:
    """Everything one release shows, computed and suppressed together, as JSON.

    Schools are parts of the district and grades parts of their school: a figure hidden in a school is hidden in all its
    grades too, so that no sum brings it back.
    """
    by_school = _grouped(outcomes, lambda ticket: ticket.school)
    names = sorted(by_school)
    district = _figures(survey, outcomes)
    sizes = [_figures(survey, by_school[name]) for name in names]
    topics = _topics(survey)
    small = _alone(district, topics, threshold)
    hides = _hides(sizes, topics, small, threshold)
    return {
        "format": FORMAT,
        "survey": survey.id,
        "version": survey.version,
        "threshold": threshold,
        "district": _row({}, outcomes, district, small),
        "schools": {
            name: {
                "name": schools.get(name, name),
                "overall": _row({"school": name}, by_school[name], figures, hide),
                "grades": _grades(survey, by_school[name], hide, threshold),
            }
            for name, figures, hide in zip(names, sizes, hides, strict=True)
        },
    }


def _grades(
    survey: Survey, outcomes: Sequence[Outcome], above: Collection[str], threshold: int
) -> list[dict[str, Any]]:
    by_grade = _grouped(outcomes, lambda ticket: ticket.grade)
    grades = sorted(by_grade, key=lambda grade: (len(grade), grade))
    sizes = [_figures(survey, by_grade[grade]) for grade in grades]
    hides = _hides(sizes, _topics(survey), above, threshold)
    return [
        _row({"grade": grade}, by_grade[grade], figures, hide)
        for grade, figures, hide in zip(grades, sizes, hides, strict=True)
    ]


def _figures(survey: Survey, outcomes: Sequence[Outcome]) -> Figures:
    responses = [response for _, _, response in outcomes if response]
    figures = {"": Score(len(responses), None, None, None)}
    figures |= {f"topic.{topic.id}": topic_score(survey, topic.id, responses) for topic in survey.topics}
    scored = [question for question in survey.questions if question.kind is Kind.ONE]
    return figures | {f"question.{question.id}": question_score(question, responses) for question in scored}


def _alone(figures: Figures, topics: Topics, threshold: int) -> frozenset[str]:
    """What is hidden of a group that is nobody's part."""
    return _hides([figures], topics, (), threshold)[0]


def _hides(parts: Sequence[Figures], topics: Topics, above: Collection[str], threshold: int) -> list[frozenset[str]]:
    """Which figures are hidden in each part of one whole; a group too small as such shows no figure at all.

    A topic is the sum of its questions: where one of them is hidden, the topic is hidden with it.
    """
    everyone = range(len(parts))
    gone = everyone if "" in above else hidden([part[""].n for part in parts], threshold)
    out: list[set[str]] = [set() for _ in parts]
    names = sorted(parts[0], key=lambda name: name in topics) if parts else []  # questions before their topics
    for name in names:
        told = [part for part in everyone if any(q in out[part] and parts[part][q].n for q in topics.get(name, ()))]
        forced = everyone if name in above else {*gone, *told}
        for part in hidden([figures[name].n for figures in parts], threshold, forced):
            out[part].add(name)
    return [frozenset(names) for names in out]


def _topics(survey: Survey) -> Topics:
    """The names of each topic's questions' figures, by the name of its own."""
    return {
        f"topic.{topic.id}": [f"question.{question.id}" for question in survey.questions if question.topic == topic.id]
        for topic in survey.topics
    }


def _row(key: dict[str, str], outcomes: Sequence[Outcome], figures: Figures, hide: Collection[str]) -> dict[str, Any]:
    shown = "" not in hide
    tally = rates([(kind, response.mode if response else None) for _, kind, response in outcomes])
    row: dict[str, Any] = {"key": key, "shown": shown, "invited": tally.invited, "n": figures[""].n if shown else None}
    row["dispositions"] = {str(kind): count for kind, count in tally.dispositions.items()} if shown else None
    row["modes"] = {str(mode): count for mode, count in tally.modes.items()} if shown else None
    for plural, prefix in (("topics", "topic."), ("questions", "question.")):
        row[plural] = {
            name.removeprefix(prefix): None if name in hide else _score(score)
            for name, score in figures.items()
            if name.startswith(prefix)
        }
    return row


def _score(score: Score) -> dict[str, Any]:
    figures = {"n": score.n, "percent": score.percent, "low": score.low, "high": score.high}
    return figures | ({"distribution": dict(score.distribution)} if score.distribution else {})


def _grouped(outcomes: Sequence[Outcome], name: Callable[[Ticket], str]) -> dict[str, list[Outcome]]:
    grouped: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        grouped[name(outcome[0])].append(outcome)
    return grouped
