"""Staff at work in a real browser: the review desk by keyboard and without JavaScript, a batch that fills itself in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from surveys import reviewing, worker
from surveys.core.access import Account
from surveys.core.sheets import Batch
from surveys.store import scans
from tests.journeys.conftest import accessibility_faults
from tests.journeys.site import Site, serving
from tests.web.staffing import PASSWORD, come_back, enlist, print_sheets
from tests.world import DISTRICT_ADMIN, PLACE, PRINCIPAL

pytestmark = pytest.mark.journey

DESK = "/review/windows/fall-2026"
SCHOOL = "/staff/windows/fall-2026/schools/cedar"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The small district with three doubtful sheets back from the scanner."""
    with serving(tmp_path) as site:
        enlist(site.world, PRINCIPAL, DISTRICT_ADMIN)
        first = site.world.survey.questions[0].id
        for form in print_sheets(site.world)[:2]:
            come_back(site.world, form, {first: ("1", "2")})
        come_back(site.world, print_sheets(site.world)[2], {"better-school": ("x",)})
        yield site


def sign_in(page: Page, site: Site, account: Account = PRINCIPAL) -> None:
    page.goto(f"{site.address}/staff/sign-in")
    page.fill("#account", account.id)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/")


def doubts(site: Site) -> int:
    with site.world.house.database.reading() as session:
        return len(reviewing.doubts(session, PRINCIPAL, PRINCIPAL.scope, "fall-2026"))


def expect_left(page: Page, count: int) -> None:
    """The desk shows so many doubts, and its keys are ready."""
    expect(page.locator(".left")).to_contain_text(f"{count} left")
    page.wait_for_load_state()


def test_the_review_desk_needs_no_mouse(page: Page, site: Site) -> None:
    sign_in(page, site)
    page.goto(f"{site.address}{DESK}")
    expect_left(page, 3)
    page.keyboard.press("2")
    expect_left(page, 2)
    page.keyboard.press("u")
    expect_left(page, 3)
    page.keyboard.press("0")
    expect_left(page, 2)
    page.keyboard.press("s")
    page.keyboard.press("2")  # pressed before the next doubt is there: rules on nothing
    expect(page.locator("textarea")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("t")
    page.keyboard.type("2 more trees")  # digits in a text rule on nothing
    page.keyboard.press("Control+Enter")
    expect_left(page, 1)
    page.keyboard.press("1")
    expect(page.get_by_role("heading", level=2)).to_have_text("Nothing waits for you")
    assert doubts(site) == 0


def test_the_review_desk_needs_no_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site.address}{DESK}")
    page.locator("button[name=option]").nth(1).click()
    page.get_by_role("button", name="Undo").click()
    assert doubts(site) == 3
    page.get_by_role("button", name="Left blank").click()
    page.get_by_role("link", name="Skip for now").click()
    page.locator("textarea").fill("more trees")
    page.get_by_role("button", name="Save").click()
    assert doubts(site) == 1
    context.close()


def test_two_quick_keys_rule_once(page: Page, site: Site) -> None:
    sign_in(page, site)
    page.goto(f"{site.address}{DESK}")
    page.evaluate("""() => {
        for (const key of ["1", "2", "3"]) {
            document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
        }
    }""")
    expect(page.locator(".left")).to_contain_text("2 left")


def test_a_batch_page_fills_itself_in_while_pages_are_read(page: Page, site: Site, tmp_path: Path) -> None:
    sign_in(page, site)
    picture = tmp_path / "page.png"
    page.screenshot(path=picture)
    page.goto(f"{site.address}/review/batches/")
    page.set_input_files("#files", picture)
    page.get_by_role("button", name="Send and read").click()
    status = page.locator(".status")
    expect(status).to_contain_text("Taking the pages out")
    read_everything(site)
    expect(status).to_contain_text("All 1 pages are accounted for", timeout=5000)
    expect(page.get_by_role("heading", name="No square code found")).to_be_visible()


def read_everything(site: Site) -> None:
    """What the worker does."""
    worker.work(site.world.house, "lakeview")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_staff_pages_are_accessible_and_ask_for_nothing_their_policy_forbids(
    browser: Browser, site: Site, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(_told(message)))
    sign_in(page, site, DISTRICT_ADMIN)
    page.goto(f"{site.address}/report/windows/fall-2026")
    page.get_by_role("button", name="Release results").click()
    for path in _pages(site):
        page.goto(f"{site.address}{path}")
        page.wait_for_load_state("networkidle")
        assert accessibility_faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert said == []
    context.close()


def _told(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text}"


def _pages(site: Site) -> list[str]:
    with site.world.house.database.reading() as session:
        batch: Batch = scans.batches(session, PLACE)[0]
        first = next(scan.scan for scan in scans.scans(session, PLACE, batch.id))
    leaving = f"tickets/{site.ticket().id}/withdraw"
    handouts = [f"{SCHOOL}/{what}" for what in ("cards", "script", "cover", leaving)]
    reports = ["/report/windows/fall-2026", "/report/windows/fall-2026/schools/cedar"]
    desks = [DESK, f"{DESK}?at=better-school.0", f"/review/batches/{batch.id}", "/review/batches/"]
    return ["/staff/", "/staff/windows/fall-2026", SCHOOL, *handouts, *reports, *desks, f"/review/sheets/{first}"]
