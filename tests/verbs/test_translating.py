"""A district sees how each language stands, and nothing unread is accepted without somebody having said so."""

from __future__ import annotations

import pytest

from surveys import translating
from surveys.core.refusals import NotAllowed, NotFound
from surveys.store import activity
from surveys.store.catalogues import Status
from tests.world import DISTRICT_ADMIN, PLACE, PRINCIPAL, World, stamp


def test_every_known_locale_says_how_it_stands(world: World) -> None:
    found = {one.locale: one for one in translating.standings(world.house.texts, world.survey)}

    assert list(found) == list(world.house.locales)
    assert found["en"].reviewed
    assert found["es"].offered
    assert not found["es"].reviewed, "no native reader has signed it yet"
    assert found["es"].counts[Status.CHECKED] > 100
    assert Status.MISSING not in found["ar"].counts


def test_an_acceptance_is_a_fact_with_who_and_when(world: World) -> None:
    with world.house.database.writing() as session:
        translating.accept(session, DISTRICT_ADMIN, (world.survey, "es"), world.house.texts, stamp())

    with world.house.database.reading() as session:
        assert translating.accepted(session, DISTRICT_ADMIN, world.survey) == {"es"}
        [act] = [act for act in activity.latest(session, PLACE) if act.kind == translating.ACCEPTED]
        assert act.by == DISTRICT_ADMIN.id


def test_only_the_district_accepts_and_only_what_is_offered(world: World) -> None:
    with world.house.database.writing() as session:
        with pytest.raises(NotAllowed):
            translating.accept(session, PRINCIPAL, (world.survey, "es"), world.house.texts, stamp())
        with pytest.raises(NotFound, match="en, es, ar"):
            translating.accept(session, DISTRICT_ADMIN, (world.survey, "tlh"), world.house.texts, stamp())
