"""The kitchen-sink survey at its web door without JavaScript, and on paper: the rules hold there too."""

from __future__ import annotations

from flask.testing import FlaskClient

from paper.layout import from_json
from surveys.core.responses import choose
from surveys.core.sheets import exclusive, fields
from surveys.printing import Press, compose
from tests.kitchen import ADDRESS, SINK, kept, opened
from tests.world import World


def test_options_at_odds_posted_without_javascript_are_settled_and_handed_in(world: World, client: FlaskClient) -> None:
    code = opened(world)

    assert client.post(f"{ADDRESS}{code}", data={"q.places": ["club", "nowhere"]}).status_code == 303
    (response,) = kept(world)
    assert response.answers["places"].options == ("club",)


def test_without_javascript_everything_is_asked_and_what_does_not_belong_is_dropped_with_a_note(
    world: World, client: FlaskClient
) -> None:
    code = opened(world)
    client.post(f"{ADDRESS}{code}", data={"q.places": "job", "q.paid": "no", "q.fair": "yes", "q.club": "Chess"})

    chosen = choose(SINK, kept(world))
    assert chosen
    assert set(chosen.answers) == {"places", "paid"}
    assert chosen.dropped == {"club", "fair"}


def test_a_sheet_asks_everything(world: World) -> None:
    house = world.house
    layout = compose(SINK, "en", Press(house.texts, house.locales, house.config.fonts)).layout

    assert list(fields(layout.to_json())) == [question.id for question in SINK.questions]


def test_only_a_survey_that_needs_more_loads_more(world: World, client: FlaskClient) -> None:
    opened(world)

    assert "kinds.js" in client.get(ADDRESS).text
    assert "kinds.js" not in client.get("/s/sel-6-12/1/en/").text


def test_a_sheet_knows_which_of_its_bubbles_go_with_no_other(world: World) -> None:
    house = world.house
    layout = compose(SINK, "en", Press(house.texts, house.locales, house.config.fonts)).layout

    assert from_json(layout.to_json()) == layout
    assert exclusive(fields(layout.to_json())["places"]) == ("nowhere", "secret")
