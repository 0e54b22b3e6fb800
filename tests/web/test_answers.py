"""From the result back to every answer on paper, for who may release it; never for a school, never among few."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from surveys import judging
from surveys.core.sheets import Form
from tests.web.staffing import come_back, post, print_sheets, scan_of, sign_in
from tests.world import DISTRICT_ADMIN, PRINCIPAL, World

PAGE = "/review/answers/fall-2026"


@pytest.fixture
def forms(world: World) -> list[Form]:
    """Eleven sheets: two marks on the first, the second option on two, nothing on the others."""
    printed = print_sheets(world)
    first = world.survey.questions[0].id
    for number, form in enumerate(printed):
        come_back(world, form, {first: {0: ("1", "2"), 1: ("2",), 2: ("2",)}.get(number, ())})
    return printed


def test_every_answer_of_a_question_is_one_click_from_its_picture(
    client: FlaskClient, world: World, forms: list[Form]
) -> None:
    sign_in(client, world, DISTRICT_ADMIN)
    question = world.survey.questions[0]
    page = client.get(f"{PAGE}?answer={question.options[1].text}").get_data(as_text=True)

    assert len(forms) == 11
    for told in ("All 11", f"{question.options[1].text} 2", "left blank 8", "Two marks 1"):
        assert f">{told}</a>" in page
    assert page.count(f"/{question.id}.png") == 2
    for form in forms[1:3]:
        assert f"/review/sheets/{scan_of(form)}/{question.id}.png" in page
        assert form.serial not in page
    assert PAGE in client.get("/report/windows/fall-2026").get_data(as_text=True)


def test_a_ruling_shows_as_one(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world, DISTRICT_ADMIN)
    question = world.survey.questions[0]
    asked = {"scan": scan_of(forms[0]), "question": question.id, "option": "1"}
    post(client, "/review/windows/fall-2026/rule", asked)
    page = client.get(f"{PAGE}?question={question.id}&answer={question.options[0].text}").get_data(as_text=True)

    assert "ruled by a person" in page
    assert page.count(f"/{question.id}.png") == 1


def test_nothing_is_shown_to_a_school(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world, PRINCIPAL)

    assert client.get(PAGE).status_code == 403


def test_few_sheets_are_not_shown(
    client: FlaskClient, world: World, forms: list[Form], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, world, DISTRICT_ADMIN)
    monkeypatch.setattr(judging, "FEWEST", 12)
    page = client.get(PAGE)

    assert page.status_code == 400
    assert ".png" not in page.get_data(as_text=True)


@pytest.mark.parametrize("asked", ["question=no-such", "question=better-school"])
def test_handwriting_and_what_is_not_asked_are_not_there(
    client: FlaskClient, world: World, forms: list[Form], asked: str
) -> None:
    sign_in(client, world, DISTRICT_ADMIN)

    assert client.get(f"{PAGE}?{asked}").status_code == 404
