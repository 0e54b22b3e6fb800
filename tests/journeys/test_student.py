"""A student answers in a real browser: by keyboard, in two languages, without a network, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys import enrolling
from surveys.answering import receipt
from surveys.core.definition import parse
from tests.journeys.conftest import accessibility_faults
from tests.journeys.site import Site, serving
from tests.world import DISTRICT_ADMIN, NOW, PLACE, roster, stamp

pytestmark = pytest.mark.journey

KINDS = """
id = "kinds"
version = "1"
title = "After school"
grades = ["7"]
promise = "confidential"
licence = "CC0-1.0"

[[scales]]
id = "clubs"
options = [ { id = "soccer", text = "Soccer" }, { id = "chess", text = "Chess" }, { id = "choir", text = "Choir" } ]

[[questions]]
id = "clubs"
kind = "many"
scale = "clubs"
text = "Which clubs do you go to?"

[[questions]]
id = "minutes"
kind = "number"
text = "How many minutes does it take you to come to school?"

[[questions]]
id = "else"
kind = "text"
text = "What else should we know?"
"""

LAST = 8  # parts of the survey; "check your answers" comes after them


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path) as site:
        yield site


def begin(page: Page, site: Site, locale: str = "en", part: int = 1) -> None:
    """Open the card's address and go to a part."""
    page.goto(site.door(locale))
    for _ in range(part):
        page.click("#next")


def choose(page: Page, question: int, option: int) -> None:
    """Press an option of a question on the screen; both count from 0."""
    page.locator(".step.now fieldset").nth(question).locator("label").nth(option).click()


def heading(page: Page) -> str:
    return page.locator(".step.now :is(h1, h2)").first.inner_text()


def focused(page: Page) -> str:
    """The heading or the field that has the focus, as `H2: text` or `name=value`."""
    script = "(e => e.name ? `${e.name}=${e.value}` : `${e.tagName}: ${e.textContent}`)(document.activeElement)"
    return str(page.evaluate(script))


def open_kinds(site: Site) -> str:
    """The code of a student in a window on a survey with the other kinds of questions."""
    house, survey = site.world.house, parse(KINDS, "kinds.toml")
    window = replace(site.world.window, id="kinds", survey=survey.id, version=survey.version)
    with house.database.writing() as session:
        enrolling.keep_survey(session, DISTRICT_ADMIN, survey, KINDS, house.texts)
        enrolling.open_window(session, DISTRICT_ADMIN, window, roster(2), (house.secret, stamp(NOW + timedelta(1))))
        return enrolling.cards(session, DISTRICT_ADMIN, window, PLACE, house.secret)[0].code


def saved(page: Page) -> None:
    expect(page.locator("#state")).to_have_attribute("data-state", "saved")


def given(site: Site, locale: str = "en") -> dict[str, tuple[str, str]]:
    """What was kept: option or text, and the locale it was given in, by question."""
    (response,) = site.kept(locale)
    return {name: ((*each.options, each.text)[0], each.locale) for name, each in response.answers.items()}


def test_a_whole_survey_is_answered_with_the_keyboard_alone(page: Page, site: Site) -> None:
    page.goto(site.door())
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Go to the questions"
    page.locator("#next").focus()
    page.keyboard.press("Enter")
    for part in range(1, LAST):
        assert focused(page) == f"H2: Part {part} of 8"
        assert page.title().startswith(f"Part {part} of 8 – ")
        for _ in range(4):
            page.keyboard.press("Tab")
            page.keyboard.press("Space")
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Tab")  # past "Clear my answer"
        page.keyboard.press("Tab")  # past "Previous"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("A longer recess")
    page.locator("#next").press("Enter")
    assert focused(page) == "H2: Check your answers"
    page.locator("#hand-in").press("Enter")
    expect(page.locator("#thanks h1")).to_be_focused()

    (response,) = site.kept()
    assert response.handed_in
    assert response.answered() == 29
    assert {each.options for name, each in response.answers.items() if name != "better-school"} == {("2",)}
    assert receipt(response.source) in page.locator(".receipt").inner_text()


def test_the_code_leaves_the_address_and_nothing_of_a_child_stays(page: Page, site: Site) -> None:
    begin(page, site)
    code = site.door().rsplit("/", 1)[1]
    assert page.url == f"{site.address}/s/sel-6-12/1/en/"
    choose(page, 0, 2)
    for _ in range(LAST):
        page.click("#next")
    page.click("#hand-in")
    page.wait_for_selector("#thanks.now")

    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert page.context.cookies() == []
    assert page.locator("input:checked").count() == 0
    page.go_back()
    page.wait_for_url(f"{site.address}/")
    assert code not in page.content()


def test_switching_the_language_keeps_page_focus_and_answers(page: Page, site: Site) -> None:
    begin(page, site, part=2)
    choose(page, 1, 3)
    page.click(".menu summary")
    page.click("button[value=ar]")
    page.wait_for_url("**/ar/")

    assert page.locator("html").get_attribute("dir") == "rtl"
    assert heading(page) == "الجزء 2 من 8"
    assert focused(page) == "q.keeping-going=4"
    assert page.locator("input:checked").get_attribute("value") == "4"
    choose(page, 2, 0)
    page.click("#next")
    saved(page)
    assert given(site) == {"keeping-going": ("4", "en"), "planning": ("1", "ar")}
    page.go_back()
    page.go_back()
    expect(page.locator(".step.now h2").first).to_have_text("الجزء 1 من 8")


def test_a_reload_keeps_page_and_answers_and_back_goes_to_the_last_step(page: Page, site: Site) -> None:
    begin(page, site, part=3)
    choose(page, 0, 4)
    page.reload()
    assert heading(page) == "Part 3 of 8"
    assert page.locator("input:checked").get_attribute("value") == "5"
    page.go_back()
    assert heading(page) == "Part 2 of 8"
    page.click("#next")
    page.click("#back")
    assert heading(page) == "Part 2 of 8"
    saved(page)
    assert len(site.kept()) == 1


def test_answers_given_without_a_network_are_sent_when_it_is_back(page: Page, site: Site) -> None:
    begin(page, site)
    choose(page, 0, 0)
    page.click("#next")
    saved(page)
    page.context.set_offline(True)
    for _ in range(2, LAST):
        choose(page, 0, 1)
        choose(page, 3, 4)
        page.click("#next")
    expect(page.locator("#state")).to_contain_text("No internet right now")
    expect(page.locator("#told")).to_contain_text("No internet right now")
    assert len(given(site)) == 1
    page.click("#next")
    page.click("#hand-in")
    page.context.set_offline(False)
    page.wait_for_selector("#thanks.now")

    (response,) = site.kept()
    assert response.handed_in
    assert response.answered() == 1 + 2 * (LAST - 2)


def test_a_save_whose_acknowledgement_was_lost_is_sent_again_and_kept_once(page: Page, site: Site) -> None:
    sent: list[str] = []

    def drop_first(route) -> None:  # type: ignore[no-untyped-def]
        if route.request.method == "PUT":
            sent.append(route.request.post_data)
        if route.request.method == "PUT" and len(sent) == 1:
            route.fetch()  # the server keeps it, the browser never hears
            return route.abort()
        return route.fallback()

    page.route("**/r/**", drop_first)
    begin(page, site)
    choose(page, 0, 3)
    page.click("#next")
    saved(page)

    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert given(site) == {"feelings-into-words": ("4", "en")}


def test_an_answer_can_be_changed_and_cleared_before_handing_in(page: Page, site: Site) -> None:
    begin(page, site)
    choose(page, 0, 3)
    choose(page, 1, 3)
    for _ in range(LAST):
        page.click("#next")
    page.get_by_role("button", name="Change: How easy is it for you to put your feelings into words?").click()
    assert heading(page) == "Part 1 of 8"
    choose(page, 0, 0)
    page.locator(".step.now fieldset").nth(1).get_by_role("button", name="Clear my answer").click()
    page.click("#next")
    assert heading(page) == "Check your answers"
    page.click("#hand-in")
    page.wait_for_selector("#thanks.now")

    (response,) = site.kept()
    assert response.answers["feelings-into-words"].options == ("1",)
    assert response.answered() == 1


def test_what_one_child_could_not_send_is_sent_after_the_next_has_begun(page: Page, site: Site) -> None:
    begin(page, site)
    saves = re.compile(r"/r/\w+/\w{32}$")
    page.route(saves, lambda route: route.abort())
    choose(page, 0, 4)
    page.click("#next")
    expect(page.locator("#state")).to_have_attribute("data-state", re.compile("offline|retrying"))
    page.unroute(saves)
    with page.expect_response(saves) as late:
        page.goto(site.door("es"))
    assert late.value.ok
    expect(page.locator("h1").first).to_have_text("Mi escuela y yo")

    assert given(site) == {"feelings-into-words": ("5", "en")}
    assert page.locator("input:checked").count() == 0
    assert site.kept("es") == []


def test_the_survey_can_be_answered_without_javascript(browser: Browser, site: Site) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(site.door())
    page.click(".menu summary")
    page.click("button[value=es]")
    assert page.locator("fieldset:visible").count() == 29
    page.locator("[id='q.planning'] label").nth(4).click()
    with page.context.expect_page() as opened:
        page.locator("[name=help]").first.click()
    assert "Ms. Haddad" in opened.value.content()
    page.get_by_role("button", name="Entregar").click()

    assert page.url.startswith(f"{site.address}/thanks/es/")
    (response,) = site.kept()
    assert receipt(response.source) in page.content()
    assert given(site) == {"planning": ("5", "es")}
    page.context.close()


def test_every_kind_of_question_can_be_answered(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/r/{open_kinds(site)}")
    page.click("#next")
    page.get_by_label("Soccer").check()
    page.get_by_label("Chess").check()
    page.locator("input[inputmode=numeric]").press_sequentially("1a2")
    page.click("#next")
    page.locator("textarea").fill("Nothing\nelse")
    page.click("#next")
    assert page.locator("dd:first-of-type").all_inner_texts() == ["Soccer\nChess", "12", "Nothing\nelse"]
    assert accessibility_faults(page) == []
    page.click("#hand-in")
    page.wait_for_selector("#thanks.now")

    (response,) = site.kept(window="kinds")
    assert [each.options or each.text for each in response.answers.values()] == [
        ("soccer", "chess"),
        "12",
        "Nothing\nelse",
    ]


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_no_state_of_the_page_has_a_fault_that_axe_can_see(page: Page, site: Site, locale: str) -> None:
    page.goto(site.door(locale))
    found = {"start": accessibility_faults(page)}
    page.click("#next")
    choose(page, 0, 2)
    found["part"] = accessibility_faults(page)
    for _ in range(LAST - 1):
        page.click("#next")
    found["open"] = accessibility_faults(page)
    page.click("#next")
    found["check"] = accessibility_faults(page)
    page.click("#hand-in")
    page.wait_for_selector("#thanks.now")
    found["thanks"] = accessibility_faults(page)
    page.goto(f"{site.address}/?locale={locale}")
    found["welcome"] = accessibility_faults(page)
    page.goto(f"{site.address}/r/0000000000000000?locale={locale}")
    found["unknown"] = accessibility_faults(page)

    assert not {state: faults for state, faults in found.items() if faults}


@pytest.mark.parametrize("variant", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_dark_and_forced_colours_have_no_fault_either(browser: Browser, site: Site, variant: dict[str, str]) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 800}, **variant).new_page()  # type: ignore[arg-type]
    begin(page, site)
    choose(page, 0, 2)

    assert accessibility_faults(page) == []
    page.context.close()


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_at_320_pixels_nothing_scrolls_sideways_and_every_target_is_large(
    browser: Browser, site: Site, locale: str
) -> None:
    page = browser.new_context(viewport={"width": 320, "height": 600}).new_page()
    page.goto(site.door(locale))
    for _ in range(LAST + 1):
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, heading(page)
        targets = page.locator("button:visible, .step.now label:visible")
        heights = targets.evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")
        assert min(heights) >= 44
        if page.locator("#next").is_visible():
            page.click("#next")
    page.context.close()
