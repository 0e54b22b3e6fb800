"""A sheet whose child answered online too: reported where the sheet was scanned, and the choice rule decides."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveys import answering, reporting, scanning
from surveys.core.responses import Mode
from surveys.core.sheets import Form
from tests.cli.shell import run_in
from tests.copier import copied, printed, scanned
from tests.web.staffing import batch_of, come_back, print_sheets, sign_in
from tests.world import DISTRICT_ADMIN, PLACE, World

PLANNING = {"planning": ("3",)}


@pytest.fixture
def forms(world: World) -> list[Form]:
    return print_sheets(world)


def answer_online(world: World, ticket: str, questions: int) -> None:
    """So many questions answered online, not handed in, before any sheet came back."""
    code = world.code(next(known for known in world.tickets if known.id == ticket))
    with world.house.database.writing() as session:
        door = answering.knock(session, world.house.secret, code)
        asked = [question for question in world.survey.questions if question.options][:questions]
        given = {q.id: {"value": [q.options[0].id], "locale": "en"} for q in asked}
        batch = {"response": "0123456789abcdef", "sequence": 1, "answers": given}
        answering.save(session, door, world.survey, batch, world.house.stamp().now)


def told(world: World, form: Form) -> dict[str, Mode]:
    with world.house.database.reading() as session:
        account = scanning.account(session, DISTRICT_ADMIN, PLACE, batch_of(form))
        found = scanning.answered_twice(session, DISTRICT_ADMIN, PLACE, account)
    return {str(entry.serial): mode for entry, mode in found}


@pytest.mark.parametrize(("online", "counts"), [(28, Mode.ONLINE), (2, Mode.PAPER)])
def test_the_fuller_response_counts_and_the_report_of_the_batch_says_which(
    world: World, forms: list[Form], online: int, counts: Mode
) -> None:
    answer_online(world, forms[0].ticket, online)
    full = {q.id: (q.options[1].id,) for q in world.survey.questions if q.options}
    come_back(world, forms[0], full if counts is Mode.PAPER else PLANNING)

    assert told(world, forms[0]) == {forms[0].serial: counts}
    with world.house.database.reading() as session:
        paper = scanning.responses(session, PLACE, world.window, world.survey)
        results = reporting.merge(session, PLACE, world.window, world.survey, paper)
    chosen = next(result.chosen for result in results if result.ticket.id == forms[0].ticket)
    assert chosen is not None
    assert chosen.mode is counts


def test_a_sheet_of_a_child_who_never_opened_the_page_is_not_reported(world: World, forms: list[Form]) -> None:
    answer_online(world, forms[1].ticket, 3)
    come_back(world, forms[0], PLANNING)

    assert told(world, forms[0]) == {}


def test_the_batch_page_tells_it_by_the_place_in_the_stack_and_no_serial(
    client: FlaskClient, world: World, forms: list[Form]
) -> None:
    answer_online(world, forms[0].ticket, 28)
    come_back(world, forms[0], PLANNING)
    sign_in(client, world)
    page = client.get(f"/review/batches/{batch_of(forms[0])}").get_data(as_text=True)

    assert "Also answered online: 1" in page
    assert "the online answers count" in page
    assert forms[0].serial not in page


def test_the_command_tells_it_too(world: World, tmp_path: Path) -> None:
    with world.house.database.writing() as session:
        pack = printed(session, world, locale="en", class_name="7A")[:1]
    answer_online(world, pack[0].ticket.id, 28)
    path = tmp_path / "scan.pdf"
    path.write_bytes(copied(scanned(pack, [{"planning": ["2"]}], tmp_path)).read())
    result = run_in(world.house, "scan", path)

    assert result.exit_code == 0, result.output
    assert "Answered online too" in result.stdout
    assert "online" in result.stdout.splitlines()[-1]
