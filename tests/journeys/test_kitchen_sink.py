"""Every kind of question and every rule in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import kitchen
from tests.journeys.conftest import accessibility_faults
from tests.journeys.site import Site, serving

pytestmark = pytest.mark.journey


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path) as site:
        yield site


def begin(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/r/{kitchen.opened(site.world)}")
    page.click("#next")


def chosen(page: Page) -> list[str]:
    return page.locator(".step.now input:checked").evaluate_all("all => all.map(each => each.value)")


def test_an_exclusive_option_unticks_the_others_and_they_it(page: Page, site: Site) -> None:
    begin(page, site)
    for label, left in (
        ("At home", ["home"]),
        ("At a club", ["home", "club"]),
        ("None of these", ["nowhere"]),
        ("I would rather not say", ["secret"]),
        ("At a job", ["job"]),
    ):
        page.get_by_label(label).check()
        assert chosen(page) == left
    assert accessibility_faults(page) == []
    page.click("#next")
    page.click("#hand-in")
    expect(page.locator("#thanks h1")).to_be_focused()
    assert kitchen.kept(site.world)[0].answers["places"].options == ("job",)
