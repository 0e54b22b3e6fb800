"""The kitchen-sink survey at its web door without JavaScript, and on paper: the rules hold there too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from paper.layout import Layout, from_json
from surveys.core.instrument import Kind
from surveys.core.responses import choose
from surveys.core.sheets import exclusive, fields
from surveys.house import House
from surveys.printing import CannotPrint, Press, compose
from surveys.printing.wording import content
from surveys.web.document import steps
from tests.kitchen import ADDRESS, SINK, kept, opened
from tests.web.door import RESPONSE, put
from tests.web.test_respond_document import Outline
from tests.world import World

SLEEP = {"q.rested": "yes", "q.screens": "tv"}  # what the survey asks for


PRINTABLE = replace(SINK, questions=tuple(q for q in SINK.questions if q.kind is not Kind.RANK))


def press(house: House) -> Press:
    return Press(house.texts, house.locales, house.config.fonts)


def printed(world: World) -> Layout:
    return compose(PRINTABLE, "en", press(world.house)).layout


def test_options_at_odds_posted_without_javascript_are_settled_and_handed_in(world: World, client: FlaskClient) -> None:
    code = opened(world)

    assert client.post(f"{ADDRESS}{code}", data={"q.places": ["club", "nowhere"], **SLEEP}).status_code == 303
    (response,) = kept(world)
    assert response.answers["places"].options == ("club",)


def test_without_javascript_everything_is_asked_and_what_does_not_belong_is_dropped_with_a_note(
    world: World, client: FlaskClient
) -> None:
    code = opened(world)
    given = {"q.places": "job", "q.paid": "no", "q.fair": "yes", "q.club": "Chess", **SLEEP}
    client.post(f"{ADDRESS}{code}", data=given)

    chosen = choose(SINK, kept(world))
    assert chosen
    assert set(chosen.answers) == {"places", "paid", "rested", "screens"}
    assert chosen.dropped == {"club", "fair"}


def test_what_must_be_put_right_comes_back_with_every_answer_and_without_a_script(
    world: World, client: FlaskClient
) -> None:
    code = opened(world)
    given = {"q.places": ["home", "job"], "q.club": "Chess <b>", "q.hours": "25", "q.screens": "tv"}
    shown = client.post(f"{ADDRESS}{code}", data=given)
    page = Outline(shown.text)

    assert shown.status_code == 422
    assert shown.headers["Cache-Control"] == "no-store"
    assert kept(world) == []
    assert not page.all("script")
    assert [each["href"] for each in page.all("a") if "#q." in str(each.get("href"))] == ["#q.hours", "#q.rested"]
    assert [each["value"] for each in page.all("input") if "checked" in each] == ["home", "job", "tv"]
    assert [each.get("value") for each in page.all("input", type="text")] == ["25", None]
    assert "Chess &lt;b&gt;</textarea>" in shown.text
    assert [each["aria-invalid"] for _, each in page.tags if "aria-invalid" in each] == ["true", "true"]
    assert shown.text.count("Write a whole number. (1–12)") == 3  # on top, at the question, and as its hint
    assert shown.text.index('role="alert"') < shown.text.index("<h1")


def test_the_server_takes_no_submission_that_the_page_would_not_send(world: World, client: FlaskClient) -> None:
    code = opened(world)
    refused = client.post(f"/r/{code}/{RESPONSE}", json={"answers": {"hours": {"value": "25"}}})

    assert (refused.status_code, kept(world)) == (422, [])
    assert refused.get_json()["detail"] == "hours: range"
    assert put(client, code, 1, {"hours": {"value": "25", "locale": "en"}}).status_code == 204  # not handed in yet


def test_a_sheet_asks_everything(world: World) -> None:
    layout = printed(world)

    assert list(fields(layout.to_json())) == [question.id for question in PRINTABLE.asking]


def test_words_that_ask_nothing_are_printed_before_the_question_that_follows(world: World) -> None:
    house = world.house
    items = {item.question: item.text for item in content(PRINTABLE, "en", press(house)).items}

    assert items["hours"] == f"{SINK.by_id['about-sleep'].text} {SINK.by_id['hours'].text}"
    assert "about-sleep" not in items


def test_a_ranking_is_refused_on_paper_with_the_cure(world: World) -> None:
    with pytest.raises(CannotPrint, match="wishes: a ranking has no bubbles; ask it online only, or as kind many"):
        compose(SINK, "en", press(world.house))


def test_a_ranking_posted_without_javascript_counts_as_far_as_it_is_certain(world: World, client: FlaskClient) -> None:
    code = opened(world)
    given = {"q.wishes": ["music:", "garden:1", "kitchen:2"], "q.name-it": "Cedar", **SLEEP}
    client.post(f"{ADDRESS}{code}", data=given)

    (response,) = kept(world)
    assert response.answers["wishes"].options == ("garden", "kitchen")
    assert response.answers["name-it"].text == "Cedar"


def test_words_that_ask_nothing_stand_in_the_step_of_the_question_that_follows(
    world: World, client: FlaskClient
) -> None:
    opened(world)
    page = client.get(ADDRESS).text

    assert [[q.id for q in step.questions] for step in steps(SINK)][2][2:4] == ["about-sleep", "hours"]
    assert page.index('id="q.about-sleep"') < page.index('id="q.hours"')
    assert page.count("<fieldset") == len(SINK.asking)


def test_only_a_survey_that_needs_more_loads_more(world: World, client: FlaskClient) -> None:
    opened(world)

    assert "kinds.js" in client.get(ADDRESS).text
    assert "kinds.js" not in client.get("/s/sel-6-12/1/en/").text


def test_a_sheet_knows_which_of_its_bubbles_go_with_no_other(world: World) -> None:
    layout = printed(world)

    assert from_json(layout.to_json()) == layout
    assert exclusive(fields(layout.to_json())["places"]) == ("nowhere", "secret")
