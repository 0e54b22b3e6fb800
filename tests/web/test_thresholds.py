"""The page of thresholds: what other numbers would change is seen before it is done, and by whom is kept."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from surveys import judging
from surveys.core.marking import DEFAULT
from surveys.core.sheets import Form
from tests.web.staffing import come_back, post, print_sheets, scan_of, sign_in
from tests.world import DISTRICT_ADMIN, PRINCIPAL, World

PAGE = "/review/thresholds/"


@pytest.fixture
def form(world: World) -> Form:
    """A sheet with one clear answer, of 0.4 ink."""
    form = print_sheets(world)[0]
    come_back(world, form, {world.survey.questions[0].id: ("2",)})
    return form


def standing(world: World) -> str:
    with world.house.database.reading() as session:
        return judging.standing(session, DISTRICT_ADMIN).version


def test_what_would_change_is_shown_with_its_picture_and_nothing_is_done(
    client: FlaskClient, world: World, form: Form
) -> None:
    sign_in(client, world, DISTRICT_ADMIN)
    page = client.get(f"{PAGE}?definite=0.5&version=strict").get_data(as_text=True)
    question = world.survey.questions[0]

    assert f"1 of {len(world.survey.questions)} questions on 2 pages would change" in page
    assert f"{question.options[1].text} → <b>Faint mark</b>" in page
    assert f"/review/sheets/{scan_of(form)}/{question.id}.png" in page
    assert form.serial not in page
    assert standing(world) == DEFAULT.version


def test_they_are_chosen_with_a_reason_and_shown_beside_every_answer(
    client: FlaskClient, world: World, form: Form
) -> None:
    sign_in(client, world, DISTRICT_ADMIN)
    asked = {"definite": "0.5", "version": "strict"}
    assert post(client, PAGE, asked).status_code == 422
    assert standing(world) == DEFAULT.version
    answer = post(client, PAGE, {**asked, "why": "a new copier"})
    page = client.get(answer.headers["Location"]).get_data(as_text=True)

    assert "Marks are judged by strict from now on." in page
    assert "a new copier" in page
    assert "Dana Okafor" in page
    assert ">strict</a>" in client.get(f"/review/sheets/{scan_of(form)}").get_data(as_text=True)
    assert post(client, PAGE, {**asked, "why": "again"}).status_code == 422  # the name is taken


@pytest.mark.parametrize(
    "given", ["definite=much&version=x", "definite=2&version=x", "version=+", "marginal=0.5&version=x"]
)
def test_numbers_that_cannot_be_shares_are_told_and_nothing_breaks(
    client: FlaskClient, world: World, form: Form, given: str
) -> None:
    sign_in(client, world, DISTRICT_ADMIN)
    page = client.get(f"{PAGE}?{given}")

    assert page.status_code == 200
    assert 'role="alert"' in page.get_data(as_text=True)
    assert "pages would change" not in page.get_data(as_text=True)


def test_a_school_sees_what_is_in_force_and_chooses_nothing(client: FlaskClient, world: World, form: Form) -> None:
    sign_in(client, world, PRINCIPAL)
    page = client.get(f"{PAGE}?definite=0.5&version=strict").get_data(as_text=True)

    assert DEFAULT.version in page
    assert "would change" not in page
    assert post(client, PAGE, {"definite": "0.5", "version": "strict", "why": "why not"}).status_code == 403
    assert standing(world) == DEFAULT.version
