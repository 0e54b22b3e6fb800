"""Every kind of question and every rule in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from surveys.core.responses import choose
from tests import kitchen
from tests.conditions import CASES
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


def asked(page: Page) -> list[str]:
    return page.locator(".step.now fieldset:visible").evaluate_all("all => all.map(each => each.id)")


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
    for _ in range(2):
        page.click("#next")
    page.click("#hand-in")
    expect(page.locator("#thanks h1")).to_be_focused()
    assert kitchen.kept(site.world)[0].answers["places"].options == ("job",)


def test_the_browser_asks_what_the_server_does(page: Page, site: Site) -> None:
    begin(page, site)
    for case, (rules, chosen, found) in CASES.items():
        written = [[name, rule and {"question": rule.question, "any": rule.any}] for name, rule in rules]
        assert page.evaluate("([rules, chosen]) => [...kinds.asked(rules, chosen)]", [written, chosen]) == found, case


def test_a_question_appears_when_it_is_asked_and_goes_when_it_is_not(page: Page, site: Site) -> None:
    begin(page, site)
    page.get_by_label("At home").check()
    page.click("#next")
    assert asked(page) == []
    assert page.locator("dt").all_inner_texts() == ["Where do you go after school?"]
    page.click("#back")
    page.get_by_label("At a club").check()
    page.get_by_label("At a job").check()
    page.click("#next")
    assert asked(page) == ["q.club"]
    page.locator("textarea").fill("Chess")
    page.click("#next")
    assert asked(page) == ["q.paid"]
    page.get_by_label("Yes").first.check()
    assert asked(page) == ["q.paid", "q.fair"]
    page.reload()
    assert asked(page) == ["q.paid", "q.fair"]
    assert accessibility_faults(page) == []
    page.get_by_role("radio", name="Yes").last.check()
    page.get_by_label("No", exact=True).first.check()
    assert asked(page) == ["q.paid"]
    page.click("#next")
    page.get_by_role("button", name="Change: Where do you go").click()
    page.get_by_label("At a club").uncheck()
    page.click("#next")
    assert page.locator("dd:first-of-type").all_inner_texts() == ["At home\nAt a job", "No"]
    page.click("#hand-in")
    expect(page.locator("#thanks h1")).to_be_focused()

    chosen = choose(kitchen.SINK, kitchen.kept(site.world))
    assert chosen
    assert chosen.dropped == {"club", "fair"}
