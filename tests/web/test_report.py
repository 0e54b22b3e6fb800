"""The report: what a principal reads, what stays hidden, and who may release."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveys import answering, enrolling, scanning, worker
from surveys.core.people import RosterRow
from surveys.core.sheets import Batch
from surveys.house import House
from surveys.store import releases
from surveys.web import charts
from surveys.web.charts import Bar
from tests.web.staffing import post, sign_in
from tests.world import DISTRICT_ADMIN, OTHER_PRINCIPAL, PLACE, PRINCIPAL, World, found

DISTRICT = "/report/windows/fall-2026"
CEDAR = f"{DISTRICT}/schools/cedar"
SIZES = {("cedar", "6"): 20, ("cedar", "7"): 14, ("cedar", "8"): 4, ("birch", "9"): 16, ("birch", "10"): 12}


@pytest.fixture
def world(house: House) -> World:
    """Two schools that answered online, one of them with a grade of four."""
    rows = [
        RosterRow(school, f"{grade}A", grade, "en", False, f"Student {school} {grade} {number}")
        for (school, grade), size in SIZES.items()
        for number in range(size)
    ]
    made = found(house, rows)
    with house.database.writing() as session:
        for number, card in enumerate(enrolling.cards(session, DISTRICT_ADMIN, made.window, PLACE, house.secret)):
            door = answering.knock(session, house.secret, card.code)
            given = {
                question.id: {"value": [str(1 + (number + place // 4) % 5)], "locale": "en"}
                for place, question in enumerate(made.survey.questions)
                if question.options
            }
            batch = {"response": f"response-of-{number:06d}", "answers": given}
            answering.submit(session, door, made.survey, batch, house.stamp().now)
    return made


@pytest.fixture
def released(client: FlaskClient, world: World) -> World:
    sign_in(client, world, DISTRICT_ADMIN)
    assert post(client, f"{DISTRICT}/release").status_code == 303
    post(client, "/staff/sign-out")
    return world


def test_nothing_is_released_while_scans_are_still_being_read(client: FlaskClient, world: World) -> None:
    stamp = world.house.stamp()
    upload = scanning.keep_files(world.house.objects, [("monday.pdf", BytesIO(b"%PDF-"))])
    with world.house.database.writing() as session:
        sent = Batch("lakeview", "monday", "cedar", "Monday", stamp.now, PRINCIPAL.id)
        scanning.receive(session, PRINCIPAL, sent, upload, stamp)
    sign_in(client, world, DISTRICT_ADMIN)

    refused = post(client, f"{DISTRICT}/release")

    assert refused.status_code == 409
    assert "1 files to open and 0 pages to read" in plain(refused.get_data(as_text=True))
    worker.work(world.house, "lakeview")
    assert post(client, f"{DISTRICT}/release").status_code == 303


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_before_a_release_a_principal_is_told_so(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    page = client.get(CEDAR).get_data(as_text=True)
    assert world.house.texts.staff().t("report.none") in page
    assert "<table" not in page


def test_a_principals_report_tells_rate_headline_topics_and_questions(client: FlaskClient, released: World) -> None:
    sign_in(client, released)
    page = client.get(CEDAR).get_data(as_text=True)
    assert "100% answered: 38 of 38 invited" in plain(page)
    assert all(topic.title in page for topic in released.survey.topics)
    assert all(question.text in page for question in released.survey.questions if question.options)
    assert released.house.texts.staff().t("report.how.title") in page
    assert "version 1" in page


def test_every_figure_of_the_chart_stands_in_the_table(client: FlaskClient, released: World) -> None:
    sign_in(client, released)
    page = client.get(CEDAR).get_data(as_text=True)
    chart = page[page.index('class="on-wide"') : page.index("</svg>", page.index('class="on-wide"'))]
    table = page[page.index("<table", page.index('class="on-phone"')) :]
    figures = re.findall(r'font-weight="bold"[^>]*>(\d+%)<', chart)
    assert len(figures) == len(released.survey.topics)
    assert [figure for figure in figures if f"<b>{figure}</b>" not in table] == []
    assert "aria-hidden" in chart


def test_a_grade_under_ten_is_hidden_with_another_so_that_no_sum_gives_it_away(
    client: FlaskClient, released: World
) -> None:
    sign_in(client, released)
    page = client.get(CEDAR).get_data(as_text=True)
    grades = page[page.index('id="grades"') : page.index('id="questions"')]
    first = plain(grades[grades.index("<tbody>") : grades.index("</tr>", grades.index("<tbody>"))])
    assert "20 / 20" in first
    assert first.count("hidden") == 2
    assert "4 / 4" not in plain(page)
    assert "14 / 14" not in plain(page)
    assert "fewer than 10" in plain(grades)


def test_a_report_names_no_child_and_ranks_no_school(client: FlaskClient, released: World) -> None:
    sign_in(client, released, DISTRICT_ADMIN)
    page = client.get(DISTRICT).get_data(as_text=True)
    assert page.index("Birch High School") < page.index("Cedar Middle School")
    assert "Student " not in page + client.get(CEDAR).get_data(as_text=True)


def test_a_principal_reads_no_other_school_and_is_led_home_from_the_district(
    client: FlaskClient, released: World
) -> None:
    sign_in(client, released, OTHER_PRINCIPAL)
    assert client.get(CEDAR).status_code in (403, 404)
    assert client.get(DISTRICT).headers["Location"] == f"{DISTRICT}/schools/birch"


def test_only_the_district_releases(client: FlaskClient, world: World) -> None:
    sign_in(client, world, PRINCIPAL)
    assert post(client, f"{DISTRICT}/release").status_code == 403
    with world.house.database.reading() as session:
        assert releases.latest(session, PLACE, "fall-2026") is None


def test_a_release_is_not_made_without_its_token(client: FlaskClient, world: World) -> None:
    sign_in(client, world, DISTRICT_ADMIN)
    assert client.post(f"{DISTRICT}/release").status_code == 400
    with world.house.database.reading() as session:
        assert releases.latest(session, PLACE, "fall-2026") is None


@pytest.mark.parametrize("narrow", [False, True])
def test_a_chart_draws_each_bar_its_interval_and_its_figure_within_the_picture(narrow: bool) -> None:
    bars = [Bar("Belonging", 74.2, 70, 78, "74%", 71), Bar("Responsible decisions", 4, 0.5, 9, "4%")]
    svg = charts.favorability(bars, narrow)
    assert svg.startswith("<svg ")
    assert all(f">{text}</text>" in svg for text in ("Belonging", "Responsible decisions", "74%", "4%"))
    assert "style=" not in svg
    assert "<script" not in svg


def test_a_label_that_looks_like_markup_stays_text() -> None:
    svg = charts.favorability([Bar("<b>Safety</b>", 50, 40, 60, "50%")])
    assert "<b>" not in svg
    assert "&lt;b&gt;Safety" in svg


def test_every_word_of_the_staff_pages_is_in_the_catalogue(house: House) -> None:
    root = Path(__file__).parents[2]
    sources = [*root.glob("templates/*/*.html"), *root.glob("surveys/web/*.py")]
    asked = {
        key
        for source in sources
        for key in re.findall(r'(?:\bt|words)\(\s*"((?:staff|review|report)\.[^"]+[^".])"', source.read_text())
    }
    catalogue = house.texts.staff()
    assert len(asked) > 100
    assert [key for key in sorted(asked) if key not in catalogue] == []
