"""The kitchen-sink survey walked whole in nine variants, by keyboard alone and without JavaScript: no state of it has a
fault that axe can see, and none holds its reader without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from surveys.config import ROOT
from surveys.core.responses import choose
from surveys.house import House
from surveys.store.texts import Texts
from tests import kitchen, pseudo
from tests.journeys.conftest import accessibility_faults
from tests.journeys.site import Site, serving

pytestmark = pytest.mark.journey

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
TABLET: dict[str, Any] = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
LAST = 5  # parts


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path) as site:
        yield site


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    with browser.new_context(**PHONE, java_script_enabled=False) as context:
        yield context.new_page()


@dataclass
class Walk:
    """One go at the survey: what axe found in each state it came through."""

    page: Page
    address: str
    found: dict[str, list[str]] = field(default_factory=dict)

    def begin(self) -> None:
        self.page.goto(self.address)
        self.look("start")

    def look(self, state: str) -> None:
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{state} scrolls sideways"
        self.found[state] = accessibility_faults(self.page)

    def part(self, number: int) -> Locator:
        """The step of a part, which must be the one that shows."""
        here = self.page.locator(".step.now")
        expect(here).to_have_count(1)
        assert self.page.evaluate("[...document.querySelectorAll('.step')].findIndex(e => e.matches('.now'))") == number
        return here

    def on(self, to: int) -> None:
        self.page.click("#next")
        self.part(to)

    def choose(self, question: str, *options: str) -> None:
        for option in options:
            self.page.locator(f"[id='q.{question}'] label:has([value={option}])").click()

    def hand_in(self) -> None:
        self.look("check")
        self.page.click("#hand-in")
        expect(self.page.locator("#thanks h1")).to_be_focused()
        self.look("thanks")


def fill(walk: Walk) -> None:
    """Answer every question, and look at each part empty and answered."""
    walk.on(1)
    walk.choose("places", "club", "job")
    walk.look("places")
    walk.on(2)
    walk.page.locator("textarea").fill("Chess")
    walk.look("club")
    walk.on(3)
    walk.look("sleep, empty")
    walk.choose("paid", "yes")
    walk.choose("fair", "no")
    walk.page.locator("[name='q.hours']").fill("8")
    walk.choose("rested", "yes")
    walk.choose("screens", "phone", "tv")
    walk.look("sleep")
    walk.on(4)
    walk.page.locator("[name='q.name-it']").fill("Cedar")
    walk.look("name")
    walk.on(5)
    walk.page.locator("select").first.select_option(index=1)
    walk.look("wishes")
    walk.on(LAST + 1)


def whole(walk: Walk) -> None:
    walk.begin()
    fill(walk)
    walk.hand_in()


def empty(walk: Walk) -> None:
    """Go on without an answer: only what is asked for keeps its reader, and says so."""
    walk.begin()
    walk.on(1)
    walk.on(3)  # the second part asks nothing of who goes nowhere
    walk.page.click("#next")
    walk.part(3)
    expect(walk.page.get_by_role("alert")).to_be_focused()
    walk.look("to put right")
    walk.choose("rested", "secret")
    walk.choose("screens", "secret")
    for part in (4, 5, LAST + 1):
        walk.on(part)
    walk.hand_in()


def back(walk: Walk) -> None:
    """All the way back and on again: every answer is where it was."""
    walk.begin()
    fill(walk)
    for part in (5, 4, 3, 2, 1, 0):
        walk.page.go_back()
        walk.part(part)
        walk.look(f"back at {part}")
    assert walk.page.locator("input:checked").count() == 7
    for part in range(1, LAST + 2):
        walk.on(part)
    walk.hand_in()


VARIANTS: dict[str, tuple[dict[str, Any], Callable[[Walk], None]]] = {
    "desktop": (DESKTOP, whole),
    "phone": (PHONE, whole),
    "tablet": (TABLET, whole),
    "forced colours": ({**DESKTOP, "forced_colors": "active"}, whole),
    "reduced motion": ({**PHONE, "reduced_motion": "reduce"}, whole),
    "dark": ({**PHONE, "color_scheme": "dark"}, whole),
    "empty submit": (PHONE, empty),
    "back navigation": (DESKTOP, back),
}


def walked(browser: Browser, site: Site, variant: tuple[dict[str, Any], Callable[[Walk], None]], locale: str) -> None:
    """A walk without any fault."""
    kind, way = variant
    with browser.new_context(**kind) as context:
        context.set_default_timeout(10_000)
        walk = Walk(context.new_page(), f"{site.address}/r/{kitchen.opened(site.world)}?locale={locale}")
        way(walk)
        assert walk.page.locator("html").get_attribute("lang") == locale
    assert {state: faults for state, faults in walk.found.items() if faults} == {}
    assert kitchen.kept(site.world)[0].handed_in


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_is_walked_whole_without_a_fault(browser: Browser, site: Site, variant: str) -> None:
    walked(browser, site, VARIANTS[variant], "en")


def mirrored(house: House, folder: Path) -> House:
    """The house with the survey in a pseudo-locale that runs from right to left."""
    pseudo.write(folder, {**house.shipped, kitchen.SINK.id: kitchen.SINK}, ROOT / "translations")
    known = pseudo.locales()
    return replace(house, locales=known, texts=Texts(folder, known))


def test_the_ninth_variant_runs_from_right_to_left(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path, partial(mirrored, folder=tmp_path / "pseudo")) as site:
        walked(browser, site, (PHONE, whole), pseudo.MIRRORED)


def tabbed(page: Page, selector: str) -> None:
    """Tab to something, as far as it takes."""
    for _ in range(40):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way by Tab to {selector}")


def pressed_on(page: Page, to: int) -> None:
    """Press "Next" by key, to a part whose heading has the focus then."""
    tabbed(page, "#next")
    page.keyboard.press("Enter")
    Walk(page, "").part(to)
    expect(page.locator(".step.now :is(h1, h2)").first).to_be_focused()


def test_the_kitchen_sink_is_answered_with_the_keyboard_alone(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/r/{kitchen.opened(site.world)}")
    press = page.keyboard.press
    reach, on = partial(tabbed, page), partial(pressed_on, page)
    on(1)
    reach("[value=club]")
    press("Space")
    reach("[value=nowhere]")
    press("Space")
    assert page.locator("input:checked").get_attribute("value") == "nowhere"
    on(3)
    reach("[name='q.hours']")
    page.keyboard.type("77")
    reach("#next")
    press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    press("Tab")
    press("Enter")  # the first link leads to the number
    expect(page.locator("[name='q.hours']")).to_be_focused()
    press("Control+a")
    page.keyboard.type("9")
    reach("[name='q.rested']")
    press("Space")
    press("ArrowDown")
    reach("[name='q.screens'][value=tv]")
    press("Space")
    assert page.get_by_role("alert").count() == 0
    on(4)
    reach("[name='q.name-it']")
    page.keyboard.type("Cedar")
    on(5)
    reach("select")
    press("ArrowDown")
    on(LAST + 1)
    reach("#hand-in")
    press("Enter")
    expect(page.locator("#thanks h1")).to_be_focused()

    (response,) = kitchen.kept(site.world)
    given = {name: each.options or each.text for name, each in response.answers.items()}
    assert len(given.pop("wishes")) == 1
    assert given == {
        "places": ("nowhere",),
        "hours": "9",
        "rested": ("yes",),
        "screens": ("tv",),
        "name-it": "Cedar",
    }


def test_the_kitchen_sink_is_answered_without_javascript(plain: Page, site: Site) -> None:
    page = plain
    page.goto(f"{site.address}/r/{kitchen.opened(site.world)}")
    assert page.locator("fieldset:visible").count() == len(kitchen.SINK.asking)
    for option in ("club", "nowhere"):
        page.locator(f"[id='q.places'] [value={option}]").check()
    page.locator("[name='q.hours']").fill("25")
    page.locator("[id='q.paid'] [value=yes]").check()
    page.locator("[id='q.wishes'] select").nth(1).select_option("garden:1")
    page.locator("#hand-in").click()

    assert page.get_by_role("alert").locator("li").count() == 3
    assert page.locator("input:checked").evaluate_all("all => all.map(each => each.value)") == ["club", "yes"]
    assert page.locator("[id='q.wishes'] option:checked").nth(1).get_attribute("value") == "garden:1"
    page.get_by_role("alert").get_by_role("link").first.click()
    page.locator("[name='q.hours']").fill("8")
    page.locator("[id='q.rested'] [value=secret]").check()
    page.locator("[id='q.screens'] [value=tv]").check()
    page.locator("#hand-in").click()
    assert "/thanks/en/" in page.url

    chosen = choose(kitchen.SINK, kitchen.kept(site.world))
    assert chosen
    assert {name: each.options or each.text for name, each in chosen.answers.items()} == {
        "places": ("club",),
        "hours": "8",
        "rested": ("secret",),
        "screens": ("tv",),
        "wishes": ("garden",),
    }
    assert chosen.dropped == {"paid"}


def test_what_comes_back_to_be_put_right_without_the_script_has_no_fault(page: Page, site: Site) -> None:
    page.route("**/*.js", lambda route: route.abort())  # axe needs a browser that runs scripts; the page gets none
    page.goto(f"{site.address}/r/{kitchen.opened(site.world)}")
    page.locator("[name='q.hours']").fill("25")
    page.click("#hand-in")

    expect(page.get_by_role("alert")).to_be_focused()
    assert page.get_by_role("alert").locator("li").count() == 3
    assert accessibility_faults(page) == []
