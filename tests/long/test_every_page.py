"""Every page that links lead to, wide and narrow: accessible, nothing cut off, nothing refused; with a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys.config import ROOT
from surveys.core.access import Account
from surveys.core.locales import shipped
from tests.cli.shell import books
from tests.journeys.conftest import accessibility_faults
from tests.journeys.site import Site, serving
from tests.web.staffing import PASSWORD, come_back, enlist, print_sheets
from tests.world import DISTRICT_ADMIN, PRINCIPAL, REVIEWER

pytestmark = [pytest.mark.long, pytest.mark.journey]

PICTURES = ROOT / "build" / "screens"
WIDTHS = (390, 1280)
OFFERED = [tag for tag in books().texts.offered(books().shipped["sel-6-12"]) if tag not in ("en", "es", "ar")]
PARTS = 10  # of the student's survey: the promise, eight parts, and "check your answers"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The small district with sheets printed, some back with doubts, and results released."""
    with serving(tmp_path_factory.mktemp("site")) as site:
        enlist(site.world, PRINCIPAL, DISTRICT_ADMIN, REVIEWER)
        forms = print_sheets(site.world)
        first = site.world.survey.questions[0].id
        for form in forms[:2]:
            come_back(site.world, form, {first: ("1", "2")})
        come_back(site.world, forms[2], {"better-school": ("x",)})
        yield site


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("account", [DISTRICT_ADMIN, PRINCIPAL, REVIEWER], ids=lambda account: account.id)
def test_every_staff_page_is_whole(browser: Browser, site: Site, account: Account, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.goto(f"{site.address}/staff/sign-in")
    page.fill("#account", account.id)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/")
    seen = _walk(page, site, f"staff/{account.id}-{width}")
    assert "/review/windows/fall-2026" in seen
    assert said == []
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("locale", ["en", "es", "ar"])
def test_every_part_of_the_survey_is_whole(browser: Browser, site: Site, locale: str, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(site.door(locale))
    _step_through(page, f"student/{locale}-{width}")


@pytest.mark.parametrize("locale", OFFERED)
def test_every_language_is_whole_on_a_phone(browser: Browser, site: Site, locale: str) -> None:
    page = browser.new_context(viewport={"width": WIDTHS[0], "height": 800}).new_page()
    page.goto(f"{site.door()}?locale={locale}")
    assert page.locator("html").get_attribute("lang") == locale
    assert page.locator("html").get_attribute("dir") == shipped()[locale].direction
    _step_through(page, f"student/{locale}")


def _step_through(page: Page, folder: str) -> None:
    page.wait_for_load_state("networkidle")
    for part in range(PARTS):
        _look(page, f"{folder}/{part}")
        if part < PARTS - 1:
            page.click("#next")
    page.context.close()


def _walk(page: Page, site: Site, folder: str) -> list[str]:
    """Looks at every page that links lead to from here, one of each kind; the kinds."""
    waiting, seen = [urlsplit(page.url).path], set[str]()
    while waiting:
        path = waiting.pop(0)
        if _kind(path) in seen:
            continue
        seen.add(_kind(path))
        answer = page.request.get(f"{site.address}{path}")
        assert answer.ok, f"{path}: {answer.status}"
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        page.goto(f"{site.address}{path}")
        page.wait_for_load_state("networkidle")
        _look(page, f"{folder}/{re.sub(r'[^a-z0-9]+', '-', path.strip('/').lower())}")
        found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        waiting += sorted({urlsplit(link).path for link in found if link.startswith(f"{site.address}/")})
    return sorted(seen)


def _kind(path: str) -> str:
    """Pages that differ by an id, of a ticket or a scan, or by a language are one kind."""
    return re.sub(r"[0-9a-f]{8,}|(?<=/)(" + "|".join(OFFERED) + r")(?=/|$)", "*", path)


def _look(page: Page, name: str) -> None:
    """Accessible and not wider than the window; kept as a picture."""
    picture = PICTURES / f"{name}.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture, full_page=True)
    assert accessibility_faults(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} is cut off"
    expect(page.locator("h1").first).to_be_attached()
