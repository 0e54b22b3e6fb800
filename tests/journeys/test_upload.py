"""Sending a batch in a real browser: chosen or dropped, shown on its way, stopped, and without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from surveys.store import scans
from tests.copier import blank, copied
from tests.journeys.conftest import accessibility_faults
from tests.journeys.site import Site, serving
from tests.journeys.test_staff import sign_in
from tests.web.staffing import enlist
from tests.world import PLACE, PRINCIPAL

pytestmark = pytest.mark.journey

BATCHES = "/review/batches/"
AWAY = re.compile(r"/review/batches/[0-9a-f]{32}$")
DROP = """files => {
    const carried = new DataTransfer();
    for (const [name, text] of files) carried.items.add(new File([text], name));
    const drop = new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true});
    document.getElementById("drop").dispatchEvent(drop);
}"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path) as site:
        enlist(site.world, PRINCIPAL)
        yield site


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "monday.pdf"
    path.write_bytes(copied([blank()]).read())
    return path


@pytest.fixture
def form(page: Page, site: Site) -> Page:
    sign_in(page, site)
    page.goto(f"{site.address}{BATCHES}")
    return page


def sent(site: Site) -> list[list[str]]:
    """The names of the files of each batch."""
    with site.world.house.database.reading() as session:
        found = scans.batches(session, PLACE)
        return [[upload.name for upload in scans.uploads(session, PLACE, batch.id)] for batch in found]


def test_what_was_chosen_is_shown_sent_and_followed_to_its_page(form: Page, site: Site, scan: Path) -> None:
    held: list[Route] = []
    form.route(
        f"**{BATCHES}", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    form.set_input_files("#files", [scan])
    expect(form.locator("#chosen")).to_contain_text("Files chosen: 1,")
    form.get_by_role("button", name="Send and read").click()
    expect(form.get_by_role("progressbar", name="Sending")).to_be_visible()
    expect(form.get_by_role("button", name="Send and read")).to_be_disabled()
    assert accessibility_faults(form) == []
    held[0].continue_()
    form.wait_for_url(AWAY)
    expect(form.get_by_role("heading", level=1)).to_contain_text("monday.pdf")
    assert sent(site) == [["monday.pdf"]]


def test_sending_can_be_stopped_and_tried_again(form: Page, site: Site, scan: Path) -> None:
    first = True

    def never_the_first(route: Route) -> None:
        """The first sending stays on its way for good, as in a network that does not answer."""
        nonlocal first
        if route.request.method == "POST" and first:
            first = False
        else:
            route.continue_()

    form.route(f"**{BATCHES}", never_the_first)
    form.set_input_files("#files", [scan])
    form.get_by_role("button", name="Send and read").click()
    form.get_by_role("button", name="Stop sending").click()
    expect(form.get_by_role("alert")).to_have_text("Stopped. Nothing was kept.")
    assert sent(site) == []
    form.get_by_role("button", name="Send and read").click()
    form.wait_for_url(AWAY)
    assert sent(site) == [["monday.pdf"]]


def test_a_broken_connection_is_told_and_nothing_is_kept(form: Page, site: Site, scan: Path) -> None:
    form.route(f"**{BATCHES}", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    form.set_input_files("#files", [scan])
    form.get_by_role("button", name="Send and read").click()
    expect(form.get_by_role("alert")).to_contain_text("could not be sent")
    expect(form.get_by_role("button", name="Send and read")).to_be_enabled()
    assert sent(site) == []


def test_files_can_be_dropped(form: Page, site: Site) -> None:
    form.evaluate(DROP, [["a.pdf", "%PDF-"], [".DS_Store", "x"], ["b.tif", "II"]])
    expect(form.locator("#chosen")).to_contain_text("Files chosen: 2,")
    form.get_by_role("button", name="Send and read").click()
    form.wait_for_url(AWAY)
    assert sent(site) == [["a.pdf", "b.tif"]]


def test_what_cannot_be_read_is_told_before_it_is_sent(form: Page, site: Site) -> None:
    form.get_by_role("button", name="Send and read").click()
    expect(form.get_by_role("alert")).to_have_text("Choose at least one file.")
    form.evaluate(DROP, [["IMG_1.HEIC", "x"]])
    expect(form.get_by_role("alert")).to_contain_text("IMG_1.HEIC is a HEIC photo")
    form.get_by_role("button", name="Send and read").click()
    assert sent(site) == []


def test_a_batch_is_sent_without_a_script(browser: Browser, site: Site, scan: Path, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site.address}{BATCHES}")
    expect(page.locator("#sending")).to_be_hidden()
    page.set_input_files("#files", [scan])
    page.get_by_role("button", name="Send and read").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("monday.pdf")
    assert sent(site) == [["monday.pdf"]]
    context.close()
