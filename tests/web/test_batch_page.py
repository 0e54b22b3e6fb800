"""The batch page: how far each step is, where a page stopped, what to do about it, and that reading again is safe."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from paper.read import READER_VERSION
from surveys import scanning
from surveys.core.sheets import Batch, Form, Reading, Scan, Upload
from surveys.store import scans
from tests.web.staffing import batch_of, come_back, post, print_sheets, scan_of, sign_in
from tests.world import NOW, PLACE, PRINCIPAL, World

TABLE = re.compile(r'<tr><th scope="row">([^<]+)</th><td class="n">(.*?)</td><td>(.*?)</td><td>(.*?)</td>', re.DOTALL)


@pytest.fixture
def form(world: World) -> Form:
    """A sheet that came back with one question in doubt."""
    form = print_sheets(world)[0]
    come_back(world, form, {world.survey.questions[0].id: ("1", "2")})
    return form


def stages(page: str) -> dict[str, tuple[str, str]]:
    """Each step with how many pages stopped there, and what was done."""
    return {name: (re.sub("<[^>]+>", "", stopped), what) for name, stopped, what, _ in TABLE.findall(page)}


def look(client: FlaskClient, batch: str, part: str = "") -> str:
    return client.get(f"/review/batches/{batch}{part}").get_data(as_text=True)


def receive(world: World, batch: str, found: list[Scan], readings: list[Reading], files: int = 1) -> str:
    """A batch of one unpacked file (of several), with what was read of it so far."""
    uploads = [Upload(number, f"file{number}.pdf", "ab") for number in range(1, files + 1)]
    with world.house.database.writing() as session:
        sent = Batch("lakeview", batch, "cedar", batch, world.house.stamp().now, PRINCIPAL.id)
        scanning.receive(session, PRINCIPAL, sent, uploads, world.house.stamp())
        scans.add_scans(session, PLACE, batch, found)
        scans.add_unpacking(session, PLACE, (batch, 1), NOW)
        scans.add_readings(session, PLACE, readings)
    return batch


def a_reading(scan: str, problem: str | None) -> Reading:
    return Reading(scan, None, READER_VERSION, None, None, 0, problem, None, (), NOW)


def test_every_step_tells_how_many_pages_stopped_there(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    found = [Scan(1, 1, None, "damaged"), Scan(1, 2, "c" * 64, None), Scan(1, 3, "d" * 64, None)]
    readings = [a_reading("c" * 64, "no-tag"), a_reading("d" * 64, "blank")]
    page = look(client, receive(world, "tuesday", found, readings))

    told = stages(page)
    assert list(told) == ["Received", "Pages taken out", "Read", "Marks judged", "Counted"]
    assert [stopped for stopped, _ in told.values()] == ["–", "1", "1", "–", "–"]
    assert "stopped at: Pages taken out" in page
    assert "stopped at: Read" in page
    assert 'id="stopped-unpacked"' in page
    assert 'id="stopped-read"' in page


def test_a_page_in_a_zip_is_named_by_the_file_it_came_in(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    found = [Scan(1, 1, None, "damaged", "room 7/a <b>.pdf"), Scan(1, 2, "c" * 64, None, "room 8/b.pdf")]
    page = look(client, receive(world, "tuesday", found, [a_reading("c" * 64, "no-tag")]))

    assert "<bdi>file1.pdf</bdi> › <bdi>room 7/a &lt;b&gt;.pdf</bdi>" in page
    assert "<bdi>file1.pdf</bdi> › <bdi>room 8/b.pdf</bdi>" in page


def test_a_doubt_stopped_at_judging_and_leads_to_the_desk(client: FlaskClient, world: World, form: Form) -> None:
    sign_in(client, world)
    page = look(client, batch_of(form))

    assert stages(page)["Marks judged"][0] == "1"
    assert 'href="#stopped-judged"' in page
    assert 'href="/review/windows/fall-2026"' in page


def test_while_pages_are_read_the_line_adds_up_and_no_page_is_judged(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    found = [Scan(1, n, f"{n:064x}", None) for n in range(1, 6)]
    batch = receive(world, "tuesday", found, [a_reading(f"{1:064x}", "no-tag"), a_reading(f"{2:064x}", "blank")])
    part = look(client, batch, "/live")

    assert 'data-settled="no"' in part
    assert [int(n) for n in re.findall(r"<dd>(\d+)</dd>", part)] == [5, 2, 3]
    assert "Reading: 2 of 5 pages so far" in part
    assert "<a " not in part  # nothing to focus: it is put in anew each second
    assert "batch.js" in look(client, batch)


def test_pages_that_came_in_before_are_told_and_count_once(client: FlaskClient, world: World, form: Form) -> None:
    sign_in(client, world)
    again = [Scan(1, page, scan_of(form, page), None) for page in (1, 2)]
    page = look(client, receive(world, "tuesday", again, []))

    assert "2 of these pages were sent before" in page
    assert f'href="/review/batches/{batch_of(form)}"' in page
    assert "min" not in page.split("by reader")[1].split("</tr>")[0]  # reading them took no time of this batch
    assert "sent before" not in look(client, batch_of(form))


def test_reading_again_changes_nothing_and_says_so(client: FlaskClient, world: World, form: Form) -> None:
    sign_in(client, world)
    before = stages(look(client, batch_of(form)))
    answer = post(client, f"/review/batches/{batch_of(form)}/again")
    page = client.get(answer.headers["Location"]).get_data(as_text=True)

    assert f"Reader {READER_VERSION} has read every page already. Nothing has changed." in page
    assert stages(page) == before


def test_what_an_older_reader_read_is_shown_with_what_changed_and_does_not_count(
    client: FlaskClient, world: World, form: Form
) -> None:
    sign_in(client, world)
    with world.house.database.writing() as session:
        now = scans.readings(session, PLACE, {scan_of(form), scan_of(form, 2)}, READER_VERSION).values()
        older = [replace(reading, reader="0", at=reading.at - timedelta(days=40)) for reading in now]
        first = next(reading for reading in older if reading.page == 1)
        other = (replace(first.fields[0], ink=(0.0,) * 5), *first.fields[1:])  # it took two marks for none
        scans.add_readings(session, PLACE, [replace(r, fields=other) if r is first else r for r in older])
    told = stages(look(client, batch_of(form)))["Read"][1]

    assert told.startswith(f"2 by reader {READER_VERSION}")
    assert "2 by reader 0 until" in told
    assert f"Answered otherwise since: 1 of {len(world.survey.questions)} questions." in told


def test_streaks_on_several_pages_ask_for_a_clean_glass(client: FlaskClient, world: World, form: Form) -> None:
    sign_in(client, world)
    assert "Wipe the scanner glass and the strip" not in look(client, batch_of(form))
    other = print_sheets(world)[1]
    come_back(world, other, {}, streak=True)

    assert "On 2 pages something crosses the circles" in look(client, batch_of(other))
