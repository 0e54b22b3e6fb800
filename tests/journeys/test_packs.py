"""A school's sheets fetched in a real browser: with a script that shows how far they are, and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.site import Site, serving
from tests.journeys.test_staff import sign_in
from tests.web.staffing import enlist
from tests.world import PRINCIPAL

pytestmark = pytest.mark.journey

SCHOOL = "/staff/windows/fall-2026/schools/cedar"
SEEN = """() => {
    const bar = document.getElementById("print-progress");
    window.seen = [];
    new MutationObserver(() => window.seen.push([bar.hidden, bar.value, bar.max])).observe(bar, {attributes: true});
}"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path) as site:
        enlist(site.world, PRINCIPAL)
        yield site


def fetched(page: Page, folder: Path) -> int:
    """How many pages the pack has that the button gives."""
    with page.expect_download() as download:
        page.click("#print button")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def test_a_pack_is_fetched_with_its_progress_shown(page: Page, site: Site, tmp_path: Path) -> None:
    sign_in(page, site)
    page.goto(f"{site.address}{SCHOOL}")
    page.evaluate(SEEN)

    assert fetched(page, tmp_path) == 2 * 11 + 2 * 2 * 2
    assert page.evaluate("window.seen.some(([hidden, value, max]) => !hidden && value == 22 && max == 22)")
    expect(page.locator("#print-progress")).to_be_hidden()
    expect(page.locator("#print button")).to_be_enabled()


def test_a_pack_is_fetched_without_a_script_too(browser: Browser, site: Site, tmp_path: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, site)
    page.goto(f"{site.address}{SCHOOL}")

    assert fetched(page, tmp_path) == 2 * 11 + 2 * 2 * 2
