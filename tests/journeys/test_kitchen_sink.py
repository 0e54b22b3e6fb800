"""Every kind of question and every rule in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from surveys.core.order import mixed, shown
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


def heading(page: Page) -> str:
    return page.locator(".step.now :is(h1, h2)").first.inner_text()


def sleep(page: Page) -> None:
    """Answer what the third part asks for, and go on to the end."""
    page.locator("[id='q.rested'] label").nth(2).click()
    page.locator("[id='q.screens'] label").nth(1).click()
    for _ in range(3):
        page.click("#next")


def test_an_exclusive_option_unticks_the_others_and_they_it(page: Page, site: Site) -> None:
    begin(page, site)
    for label, left in (
        ("At home", ["home"]),
        ("At a club", ["home", "club"]),
        ("None of these", ["nowhere"]),
        ("I would rather not say", ["secret"]),
        ("At a job", ["job"]),
    ):
        page.get_by_label(label).first.check()
        assert sorted(chosen(page)) == sorted(left)
    assert accessibility_faults(page) == []
    page.click("#next")
    sleep(page)
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
    assert asked(page) == ["q.hours", "q.rested", "q.screens"]
    assert heading(page) == "Part 3 of 5"
    sleep(page)
    assert "If you" not in "".join(page.locator("dt").all_inner_texts())
    for _ in range(4):
        page.click("#back")
    page.get_by_label("At a club").check()
    page.get_by_label("At a job").check()
    page.click("#next")
    assert asked(page) == ["q.club"]
    page.locator("textarea").fill("Chess")
    page.click("#next")
    assert asked(page)[:2] == ["q.paid", "q.hours"]
    page.get_by_label("Yes").first.check()
    assert asked(page)[:2] == ["q.paid", "q.fair"]
    page.reload()
    assert asked(page)[:2] == ["q.paid", "q.fair"]
    assert accessibility_faults(page) == []
    page.get_by_role("radio", name="Yes").last.check()
    page.get_by_label("No", exact=True).first.check()
    assert asked(page)[:2] == ["q.paid", "q.hours"]
    for _ in range(3):
        page.click("#next")
    page.get_by_role("button", name="Change: Where do you go").click()
    page.get_by_label("At a club").uncheck()
    page.click("#next")
    places, paid, *_ = page.locator("dd:first-of-type").all_inner_texts()
    assert (set(places.split("\n")), paid) == ({"At home", "At a job"}, "No")
    page.click("#hand-in")
    expect(page.locator("#thanks h1")).to_be_focused()

    chosen = choose(kitchen.SINK, kitchen.kept(site.world))
    assert chosen
    assert chosen.dropped == {"club", "fair"}


def test_what_must_be_put_right_is_told_on_top_and_at_the_question(page: Page, site: Site) -> None:
    begin(page, site)
    page.click("#next")
    hours = page.locator("input[inputmode=numeric]")
    hours.press_sequentially("١٣")
    page.click("#next")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert summary.locator("li").all_inner_texts() == [
        "How many hours do you sleep? Write a whole number. (1–12)",
        "Do you wake up rested? Not answered",
        "What is in your room at night? Not answered",
    ]
    expect(hours).to_have_accessible_description("Write a whole number. (1–12) Write a whole number. (1–12)")
    expect(page.get_by_role("radiogroup", name="Do you wake up rested?")).to_have_accessible_description("Not answered")
    assert page.locator("[aria-invalid=true]").count() == 1 + 1 + 4
    assert accessibility_faults(page) == []
    summary.get_by_role("link").first.press("Enter")
    expect(hours).to_be_focused()
    hours.fill("١٢")
    assert summary.locator("li").count() == 2
    page.get_by_label("Most days").check()
    page.locator("[id='q.screens'] label").last.click()
    assert summary.count() == 0
    assert page.locator("[aria-invalid], .fault").count() == 0
    page.click("#next")
    assert heading(page) == "Part 4 of 5"


def test_what_an_earlier_answer_newly_asks_for_is_told_before_handing_in(page: Page, site: Site) -> None:
    begin(page, site)
    page.click("#next")
    sleep(page)
    page.get_by_role("button", name="Change: Do you wake up").click()
    page.locator("[id='q.rested']").get_by_role("button", name="Clear my answer").click()
    page.evaluate("history.back()")
    expect(page.locator(".step.now h2").first).to_have_text("Check your answers")
    page.click("#hand-in")
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.get_by_role("alert").locator("li").all_inner_texts() == ["Do you wake up rested? Not answered"]
    page.get_by_label("Hardly ever").check()
    page.click("#next")
    page.click("#hand-in")
    expect(page.locator("#thanks h1")).to_be_focused()


def test_the_browser_shows_options_in_the_order_that_the_response_tells(page: Page, site: Site) -> None:
    begin(page, site)
    for number in range(8):
        seed = f"{number:032x}"
        page.evaluate("seed => kinds.arrange(document.getElementById('survey'), seed)", seed)
        values = page.locator("[id='q.places'] input").evaluate_all("all => all.map(each => each.value)")
        assert values == [option.id for option in mixed(kitchen.SINK.by_id["places"], seed)]
    page.reload()
    values = page.locator("[id='q.places'] input").evaluate_all("all => all.map(each => each.value)")
    page.get_by_label("At home").check()
    page.click("#next")
    expect(page.locator("#state")).to_have_attribute("data-state", "saved")
    (response,) = kitchen.kept(site.world)
    assert values == [option.id for option in shown(kitchen.SINK.by_id["places"], response)]


def test_a_ranking_gives_each_place_once_and_is_kept_in_its_order(page: Page, site: Site) -> None:
    begin(page, site)
    page.click("#next")
    sleep(page)
    page.click("#back")
    music, garden, kitchen_ = (page.get_by_label(label) for label in ("A music room", "A garden", "A kitchen"))
    garden.select_option("1")
    music.select_option("2")
    kitchen_.select_option("1")  # the garden had no place before: it has none now
    expect(garden).to_have_value("garden:")
    music.select_option("1")  # and the kitchen takes the second
    expect(kitchen_).to_have_value("kitchen:2")
    assert accessibility_faults(page) == []
    page.reload()
    expect(kitchen_).to_have_value("kitchen:2")
    page.click("#next")
    assert page.locator("dd:first-of-type").last.inner_text() == "1. A music room\n2. A kitchen"
    page.click("#hand-in")
    expect(page.locator("#thanks h1")).to_be_focused()
    assert kitchen.kept(site.world)[0].answers["wishes"].options == ("music", "kitchen")
