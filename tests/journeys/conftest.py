"""A real Chromium for journeys: Debian's, headless, which reaches nothing but this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from surveys.core import review

CHROMIUM = os.environ.get("HOMEROOM_TEST_CHROMIUM", "/usr/bin/chromium")
AXE = Path(__file__).resolve().parents[2] / "build" / "assets" / "axe.min.js"
ONLY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
QUIET = [ONLY_HERE, "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the run; a container's shared memory is too small for it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, "--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def nobody_looks_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which settled doubts a second person is shown depends on serials, which differ from run to run."""
    monkeypatch.setattr(review, "SAMPLE", 0)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new page with no cookies, no storage and no cache."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page as it stands: `rule: selector, ...`, [] when nothing."""
    page.evaluate(AXE.read_text(encoding="utf-8"))  # past the page's content security policy, which stays on
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG)
    return [f"{each['id']}: {', '.join(str(node['target']) for node in each['nodes'])}" for each in found["violations"]]
