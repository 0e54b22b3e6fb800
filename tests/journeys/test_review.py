"""Reviewing in real browsers: two people at once, the pages about it, and a batch page that never jumps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys import judging, reviewing, scanning
from surveys.core.access import Account
from surveys.core.sheets import Batch, Form, Reading, Scan, Upload
from surveys.store import scans
from tests.journeys.conftest import accessibility_faults
from tests.journeys.site import Site, serving
from tests.journeys.test_staff import DESK, sign_in
from tests.web.staffing import come_back, enlist, print_sheets, scan_of
from tests.world import DISTRICT_ADMIN, NOW, PLACE, PRINCIPAL, REVIEWER

pytestmark = pytest.mark.journey


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Six sheets with two marks in one question, in English, Spanish and Arabic, and one with Arabic handwriting."""
    with serving(tmp_path) as site:
        enlist(site.world, PRINCIPAL, DISTRICT_ADMIN, REVIEWER)
        printed = print_sheets(site.world)
        for form in printed[:6]:
            come_back(site.world, form, {site.world.survey.questions[0].id: ("1", "2")})
        come_back(site.world, arabic(site), {"better-school": ("x",)})
        yield site


def arabic(site: Site) -> Form:
    """The last sheet that is in Arabic; the first six come back with other doubts."""
    locales = {ticket.id: ticket.locale for ticket in site.world.tickets}
    return [form for form in print_sheets(site.world)[6:] if locales[form.ticket] == "ar"][-1]


def open_desk(browser: Browser, site: Site, account: Account, width: int = 1280) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    sign_in(page, site, account)
    page.goto(f"{site.address}{DESK}")
    return page


def left(site: Site) -> int:
    with site.world.house.database.reading() as session:
        return len(reviewing.doubts(session, PRINCIPAL, PRINCIPAL.scope, "fall-2026"))


def test_two_people_rule_at_once_by_keyboard_and_never_meet(browser: Browser, site: Site) -> None:
    people = [open_desk(browser, site, PRINCIPAL), open_desk(browser, site, REVIEWER)]
    seen: list[str] = []
    for _ in range(3):
        for page in people:
            spot = page.locator("input[name=scan]").first
            seen.append(str(spot.get_attribute("value")))
            if page.locator("textarea").count():
                page.keyboard.press("0")
            else:
                page.keyboard.press("1")
            page.wait_for_url("**after=**ruled=1**")
            page.wait_for_load_state()
            page.goto(page.url.split("&ruled")[0])

    assert len(set(seen)) == len(seen) == 6
    assert left(site) == 1
    for page in people:
        page.context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_reviewing_pages_are_accessible_in_either_direction_of_writing(
    browser: Browser, site: Site, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "FEWEST", 1)
    page = open_desk(browser, site, DISTRICT_ADMIN, width)
    page.keyboard.press("1")
    page.wait_for_url("**ruled=1**")
    handwriting = f"{DESK}?at=better-school.{scan_of(arabic(site), 2)}"
    tried = "/review/thresholds/?definite=0.5&version=strict"
    paths = [handwriting, f"{DESK}/people", tried, "/review/thresholds/", *_batch_pages(site)]
    paths += ["/review/answers/fall-2026?question=planning"]
    for path in paths:
        page.goto(f"{site.address}{path}")
        page.wait_for_load_state("networkidle")
        assert accessibility_faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(f"{site.address}{handwriting}")
    expect(page.locator("textarea")).to_have_attribute("lang", "ar")
    expect(page.locator("textarea")).to_have_attribute("dir", "rtl")
    expect(page.locator("label[for=text]")).to_contain_text("العربية")
    page.context.close()


def _batch_pages(site: Site) -> list[str]:
    with site.world.house.database.reading() as session:
        return [f"/review/batches/{batch.id}" for batch in scans.batches(session, PLACE)][:2]


def test_a_batch_page_in_the_making_does_not_jump_and_speaks_seldom(browser: Browser, site: Site) -> None:
    """The table of steps stays where it is from the first look to the last; the end is said once."""
    found = [Scan(1, n, f"{n:064x}", None) for n in range(1, 5)]
    world = site.world
    with world.house.database.writing() as session:
        sent = Batch("lakeview", "tuesday", "cedar", "Tuesday", NOW, PRINCIPAL.id)
        scanning.receive(session, PRINCIPAL, sent, [Upload(1, "tuesday.pdf", "ab")], world.house.stamp())
        scans.add_scans(session, PLACE, "tuesday", found)
        scans.add_unpacking(session, PLACE, ("tuesday", 1), NOW)
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    sign_in(page, site)
    page.goto(f"{site.address}/review/batches/tuesday")
    steps = page.locator("#live table")
    before = steps.bounding_box()
    for number in range(1, 5):
        read_one(site, f"{number:064x}")
    expect(page.locator(".status")).to_contain_text("All 4 pages are accounted for", timeout=10_000)

    assert steps.bounding_box() == before
    expect(page.locator("#said")).to_have_text("All 4 pages are accounted for.")
    page.context.close()


def read_one(site: Site, scan: str) -> None:
    about = (scan, None, scanning.READER_VERSION, None, None, 0, "blank", None, ())
    with site.world.house.database.writing() as session:
        scans.add_readings(session, PLACE, [Reading(*about, NOW)])
