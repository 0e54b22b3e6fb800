"""Responses become results, results a release, and a report is read from the release as it was published."""

from __future__ import annotations

from datetime import timedelta

import pytest

from surveys import enrolling, reporting
from surveys.core.access import Scope
from surveys.core.refusals import NotAllowed, NotFound
from surveys.core.responses import Answer, Disposition, Mode, Response, Submission
from surveys.reporting import Result
from surveys.store import answers
from surveys.store.releases import Release
from tests.world import DISTRICT_ADMIN, NOW, OTHER_PRINCIPAL, PLACE, PRINCIPAL, World, stamp

CEDAR = Scope("lakeview", "cedar")


def everything(world: World, option: int) -> dict[str, Answer]:
    return {q.id: Answer((q.options[option].id,)) for q in world.survey.questions if q.options}


def hand_in(world: World, most: int = 100) -> None:
    """Every child that may answers online."""
    with world.house.database.writing() as session:
        for ticket in [ticket for ticket in world.tickets if not ticket.opted_out][:most]:
            answers.add_submission(session, ticket, Submission(f"r{ticket.id}", everything(world, 4), NOW))


def merged(world: World, paper: dict[str, list[Response]] | None = None) -> list[Result]:
    with world.house.database.reading() as session:
        return reporting.merge(session, PLACE, world.window, world.survey, paper or {})


def publish(world: World, name: str = "first", minutes: int = 0) -> Release:
    results = merged(world)
    with world.house.database.writing() as session:
        given = (results, name, NOW + timedelta(minutes=minutes))
        return reporting.release(session, DISTRICT_ADMIN, world.window, world.survey, given)


def test_every_ticket_has_exactly_one_result_and_disposition(world: World) -> None:
    hand_in(world, 5)
    with world.house.database.writing() as session:
        enrolling.withdraw(session, PRINCIPAL, world.tickets[8], stamp(NOW + timedelta(1)))

    results = merged(world)

    assert sorted(result.ticket.id for result in results) == sorted(ticket.id for ticket in world.tickets)
    kinds = [result.disposition for result in results]
    assert kinds.count(Disposition.COMPLETE) == 5
    assert kinds.count(Disposition.OPTED_OUT) == 2
    assert kinds.count(Disposition.WITHDRAWN) == 1
    assert kinds.count(Disposition.NOT_STARTED) == 10


def test_a_ticket_answered_at_both_doors_counts_once_and_keeps_both(world: World) -> None:
    hand_in(world, 1)
    ticket = world.tickets[0]
    sheet = Response(ticket.id, Mode.PAPER, "SERIAL", everything(world, 0), NOW + timedelta(hours=1), True)

    result = next(result for result in merged(world, {ticket.id: [sheet]}) if result.ticket.id == ticket.id)

    assert result.chosen is not None
    assert result.chosen.mode is Mode.ONLINE
    assert len(result.responses) == 2


def test_a_report_shows_the_school_its_own_figures(world: World) -> None:
    hand_in(world)
    publish(world)
    with world.house.database.reading() as session:
        _, page = reporting.report(session, PRINCIPAL, world.window, CEDAR)

    overall = page["overall"]
    assert overall["invited"] == 12
    # birch, with 5 answers, is too small to show; cedar's 11 are hidden with it, or birch would be total less cedar
    assert not overall["shown"]


def test_the_district_total_is_shown_when_it_is_large_enough(world: World) -> None:
    hand_in(world)
    publish(world)
    with world.house.database.reading() as session:
        _, page = reporting.report(session, DISTRICT_ADMIN, world.window, PLACE)

    assert page["n"] == 16
    topic = world.survey.topics[0].id
    assert page["topics"][topic]["percent"] == 100
    assert page["modes"] == {"online": 16, "paper": 0}


def test_a_principal_reads_no_other_school_and_not_the_district(world: World) -> None:
    publish(world)
    with world.house.database.reading() as session:
        with pytest.raises(NotAllowed):
            reporting.report(session, OTHER_PRINCIPAL, world.window, CEDAR)
        with pytest.raises(NotAllowed):
            reporting.report(session, PRINCIPAL, world.window, PLACE)


def test_nothing_is_shown_before_a_release(world: World) -> None:
    with world.house.database.reading() as session, pytest.raises(NotFound, match="released"):
        reporting.report(session, PRINCIPAL, world.window, CEDAR)


def test_a_release_stays_as_published_and_late_answers_enter_the_next(world: World) -> None:
    hand_in(world, 10)
    first = publish(world)
    hand_in(world)
    with world.house.database.reading() as session:
        newest, _ = reporting.report(session, DISTRICT_ADMIN, world.window, PLACE)
    assert newest.tables["district"]["n"] == first.tables["district"]["n"] == 10

    publish(world, "second", minutes=1)

    with world.house.database.reading() as session:
        newest, _ = reporting.report(session, DISTRICT_ADMIN, world.window, PLACE)
    assert newest.id == "second"
    assert newest.tables["district"]["n"] == 16


def test_only_the_district_releases(world: World) -> None:
    with world.house.database.writing() as session, pytest.raises(NotAllowed):
        reporting.release(session, PRINCIPAL, world.window, world.survey, ([], "r", NOW))
