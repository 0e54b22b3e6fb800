"""A page loads a font where its script needs one: one family, from here, kept for ever, never in the way."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient

from surveys import web
from surveys.core.locales import Locale, shipped
from surveys.house import House
from surveys.store.texts import Texts
from surveys.web.document import Documents
from tests.web.test_respond_document import HEAVIEST
from tests.world import World

EVERYWHERE = {"Latn", "Cyrl", "Grek", "Hans", "Hant", "Jpan", "Kore"}
SURVEY = "sel-6-12"
FACE = re.compile(r'@font-face \{ font-family: "(\w+)"; src: url\("\.\./([0-9a-f]{16})/(\w+)\.woff2"\)')


def offered(house: House) -> list[Locale]:
    return [house.locales[tag] for tag in house.texts.offered(house.shipped[SURVEY])]


def styles(client: FlaskClient, locale: str) -> list[str]:
    return re.findall(r'<link rel="stylesheet" href="(/assets/[^"]+)">', client.get(f"/s/{SURVEY}/1/{locale}/").text)


def test_every_script_that_devices_may_lack_has_a_font_for_pages(world: World) -> None:
    made = Documents(world.house).assets
    for locale in shipped().values():
        assert (f"{locale.fonts[0]}.woff2" in made) is (locale.script not in EVERYWHERE), locale.tag


def test_a_page_has_the_one_family_of_its_script_and_none_where_devices_have_it(
    world: World, client: FlaskClient
) -> None:
    for locale in offered(world.house):
        loaded = [re.sub(r".*/|\.css", "", style) for style in styles(client, locale.tag)][1:]
        assert loaded == ([] if locale.script in EVERYWHERE else [locale.fonts[0]]), locale.tag


def test_a_language_whose_font_comes_late_stands_in_the_menu_of_pages_made_before(world: World, tmp_path: Path) -> None:
    there, late = world.house.config.fonts, "NotoSansKR-Regular.ttf"
    for font in there.glob("*-Regular.ttf"):
        if font.name != late:
            (tmp_path / font.name).symlink_to(font)
    house = replace(world.house, texts=Texts(world.house.texts.folder, fonts=tmp_path))
    client = web.create(house).test_client()
    assert 'lang="ko"' not in client.get(f"/s/{SURVEY}/1/en/").text
    (tmp_path / late).symlink_to(there / late)
    client.get(f"/r/{world.code(world.tickets[0])}")

    assert 'lang="ko"' in client.get(f"/s/{SURVEY}/1/en/").text


def test_a_font_comes_after_the_page_shows_its_first_words_from_here_and_is_kept_for_ever(
    world: World, client: FlaskClient
) -> None:
    page = client.get(f"/s/{SURVEY}/1/ar/").text
    address = styles(client, "ar")[1]
    assert page.index(address) > page.index("</main>")
    style = client.get(address).text
    assert "font-display: swap" in style
    found = FACE.search(style)
    assert found
    assert found[1] == found[3] == "NotoSansArabic"
    font = client.get(f"/assets/{found[2]}/{found[3]}.woff2")
    assert font.data[:4] == b"wOF2"
    assert font.mimetype == "font/woff2"
    assert font.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_no_script_makes_document_style_and_script_heavier_than_15_kb(world: World, client: FlaskClient) -> None:
    for locale in offered(world.house):
        address = f"/s/{SURVEY}/1/{locale.tag}/"
        addresses = [address, *re.findall(r'"(/assets/[^"]+)"', client.get(address).text)]
        sizes = [len(client.get(each, headers={"Accept-Encoding": "gzip"}).data) for each in addresses]
        assert sum(sizes) <= HEAVIEST, (locale.tag, sizes)


def test_without_fonts_for_pages_a_page_is_whole_all_the_same(world: World, tmp_path: Path) -> None:
    bare = replace(world.house, config=replace(world.house.config, fonts=tmp_path))
    assert len(styles(web.create(bare).test_client(), "ar")) == 1
