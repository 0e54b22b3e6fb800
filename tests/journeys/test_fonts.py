"""In a real browser a page loads the one font of its script, and nothing is refused on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.site import serving

pytestmark = pytest.mark.journey

LOADED = {"en": [], "ar": ["NotoSansArabic"], "ur": ["NotoNastaliqUrdu"], "hi": ["NotoSansDevanagari"],
          "km": ["NotoSansKhmer"], "my": ["Padauk"], "th": ["NotoSansThai"], "am": ["NotoSansEthiopic"]}  # fmt: skip


def test_a_page_loads_the_font_of_its_script_and_no_other(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        survey, code = site.world.survey, site.door("en").rsplit("/", 1)[1]
        for locale, families in LOADED.items():
            page, said = browser.new_context().new_page(), list[str]()
            page.on("console", lambda message, said=said: said.append(message.text))
            page.goto(f"{site.address}/s/{survey.id}/{survey.version}/{locale}/{code}")
            page.wait_for_load_state("networkidle")
            loaded = page.evaluate("[...document.fonts].filter(face => face.status === 'loaded').map(f => f.family)")
            assert (loaded, said) == (families, []), locale
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), locale
            page.context.close()
