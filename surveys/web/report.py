"""The report: for a principal one school, for a district all of them side by side. It shows releases and nothing live
but the count of what still waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from surveys import judging, reporting, reviewing, scanning
from surveys.core.access import Action, Scope, demand, may
from surveys.core.headline import headline, trust
from surveys.core.instrument import Kind, Question, Survey, Topic
from surveys.core.people import Window
from surveys.core.refusals import NotFound
from surveys.store import releases
from surveys.store.database import Session
from surveys.web import charts, staffroom
from surveys.web.charts import Bar
from surveys.web.parts import house
from surveys.web.staffroom import account, page, place

blueprint = Blueprint("report", __name__, url_prefix="/report")
staffroom.furnish(blueprint)

Row = Mapping[str, Any]  # one group of a release: its counts, and its figures or None where they are hidden


@dataclass(frozen=True)
class TopicPart:
    """One topic of a report: its figures here and in the district, and its questions from low to high."""

    topic: Topic
    figures: Row | None
    district: Row | None
    questions: tuple[tuple[Question, Row | None], ...]


@blueprint.get("/windows/<window>")
def window(window: str) -> ResponseReturnValue:
    """The district's page; a school account goes on to its school's."""
    mine = account().scope
    if mine.school:
        return redirect(url_for("report.school", window=window, school=mine.school), 303)
    with house().database.reading() as session:
        found, schools = staffroom.window_and_schools(session, window)
        survey = house().survey(session, found.survey, found.version)
        demand(account(), Action.REPORT, mine)
        newest = releases.latest(session, mine, window)
        progress = reporting.progress(session, account(), found, mine)
    shown = newest.tables if newest else {"district": None, "schools": {}}
    return page(
        "report/district.html",
        window=found,
        survey=survey,
        release=newest,
        overall=shown["district"],
        rows=sorted(shown["schools"].items(), key=lambda item: item[1]["name"]),
        schools=schools,
        may_release=may(account(), Action.RELEASE, mine),
        may_trace=sum(coverage.paper for coverage in progress.values()) >= judging.FEWEST,
    )


@blueprint.get("/windows/<window>/schools/<school>")
def school(window: str, school: str) -> ResponseReturnValue:
    """A principal's report of one school, from the newest release."""
    where = place(school)
    with house().database.reading() as session:
        found, schools = staffroom.window_and_schools(session, window)
        here = staffroom.one_school(schools, school)
        survey = house().survey(session, found.survey, found.version)
        waiting = len(reviewing.doubts(session, account(), where, window))
        try:
            release, table = reporting.report(session, account(), found, where)
        except NotFound:
            return page("report/none.html", window=found, school=here)
    parts = _parts(survey, table["overall"], release.tables["district"])
    return page(
        "report/school.html",
        window=found,
        school=here,
        survey=survey,
        release=release,
        overall=table["overall"],
        grades=table["grades"],
        parts=parts,
        ordered=sorted(parts, key=lambda part: -_percent(part.figures)),
        headline=_headline(survey, table["overall"]),
        waiting=waiting,
        **_trust(table["overall"]),
        **_charts(parts),
    )


@blueprint.post("/windows/<window>/release")
def publish(window: str) -> ResponseReturnValue:
    """Bring online and paper together and publish the result: a new release, which never changes afterwards."""
    where = Scope(account().scope.district)
    demand(account(), Action.RELEASE, where)
    stamp = house().stamp()
    with house().database.reading() as session:
        scanning.demand_read(session, account())
        found, survey, results = _merged(session, where, window)
    with house().database.writing() as session:
        reporting.release(session, account(), found, survey, (results, stamp.new_id(), stamp.now))
    return redirect(url_for("report.window", window=window, released=1), 303)


def _merged(session: Session, where: Scope, window: str) -> tuple[Window, Survey, list[reporting.Result]]:
    found, _ = staffroom.window_and_schools(session, window)
    survey = house().survey(session, found.survey, found.version)
    paper = scanning.responses(session, where, found, survey)
    return found, survey, reporting.merge(session, where, found, survey, paper)


def _parts(survey: Survey, here: Row, district: Row) -> list[TopicPart]:
    return [
        TopicPart(
            topic=topic,
            figures=here["topics"].get(topic.id),
            district=district["topics"].get(topic.id),
            questions=_questions(survey, topic, here),
        )
        for topic in survey.topics
    ]


def _questions(survey: Survey, topic: Topic, here: Row) -> tuple[tuple[Question, Row | None], ...]:
    asked = [question for question in survey.questions if question.topic == topic.id and question.kind is Kind.ONE]
    found = [(question, here["questions"].get(question.id)) for question in asked]
    return tuple(sorted(found, key=lambda pair: (pair[1] is None, pair[1]["percent"] if pair[1] else 0)))


def _headline(survey: Survey, here: Row) -> dict[str, Any] | None:
    found = headline(here["topics"])
    if found is None:
        return None
    titles = {topic.id: topic.title for topic in survey.topics}

    def told(names: Sequence[str]) -> list[tuple[str, Row]]:
        return [(titles[name], here["topics"][name]) for name in names]

    return {"strengths": told(found.strengths), "to_grow": told(found.to_grow), "clear": found.clear}


def _trust(here: Row) -> dict[str, Any]:
    """The response rate, and how far it carries; nothing where the school itself is too small to show."""
    if not here["shown"]:
        return {"responded": None, "trust": None}
    responded = here["dispositions"]["complete"] + here["dispositions"]["partial"]
    return {"responded": responded, "trust": trust(responded, here["invited"])}


def _charts(parts: Sequence[TopicPart]) -> dict[str, Markup]:
    """The topics' picture for a wide page and for a phone; empty when nothing is shown."""
    bars = [_bar(part) for part in parts if part.figures and part.figures["percent"] is not None]
    bars.sort(key=lambda bar: -bar.percent)
    if not bars:
        return {"chart": Markup(""), "narrow_chart": Markup("")}
    drawn = (charts.favorability(bars), charts.favorability(bars, narrow=True))
    return {"chart": Markup(drawn[0]), "narrow_chart": Markup(drawn[1])}  # noqa: S704 - drawn by Vega from our own figures


def _percent(figures: Row | None) -> float:
    """For sorting from high to low, the hidden ones last."""
    return figures["percent"] if figures and figures["percent"] is not None else -1.0


def _bar(part: TopicPart) -> Bar:
    figures, district = part.figures or {}, part.district or {}
    shown = f"{staffroom.number(figures['percent'])}%"
    return Bar(part.topic.title, figures["percent"], figures["low"], figures["high"], shown, district.get("percent"))
