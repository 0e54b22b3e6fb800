"""Staff see how far each language has come, and exactly which words hold one back."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveys import web
from surveys.config import ROOT
from surveys.core.locales import shipped
from surveys.store.texts import Texts
from tests.web.staffing import HOME, sign_in, token
from tests.world import World

LEFT = "/staff/languages/sel-6-12/1"


@pytest.fixture
def client(world: World, tmp_path: Path) -> FlaskClient:
    """An installation whose Spanish lacks a button, has a stale title and a question in draft."""
    folder = tmp_path / "translations"
    for tag in ("en", "es", "ar"):
        shutil.copytree(ROOT / "translations" / tag, folder / tag)
    pages, own = (folder / "es" / "LC_MESSAGES" / f"{name}.po" for name in ("interface", "surveys"))
    text = pages.read_text(encoding="utf-8")
    text = text.replace('msgid "respond.next"\nmsgstr "Siguiente"', 'msgid "respond.next"\nmsgstr ""')
    pages.write_text(text.replace("#. en: Check your answers", "#. en: Look at them"), encoding="utf-8")
    text = own.read_text(encoding="utf-8")
    key = 'msgid "question.planning"'
    own.write_text(re.sub(rf'#, checked\n(msgctxt "sel-6-12/1"\n{key})', r"\1", text), encoding="utf-8")
    known = {tag: shipped()[tag] for tag in ("en", "es", "ar", "mww")}
    house = replace(world.house, locales=known, texts=Texts(folder, known))
    return web.create(house).test_client()


def test_each_language_is_told_with_its_words_by_status_and_whether_it_is_offered(
    client: FlaskClient, world: World
) -> None:
    sign_in(client, world)
    page = client.get("/staff/languages/").text

    assert page.count('class="tag on">Offered') == 2 * 2  # English and Arabic, of both surveys
    assert f'href="{LEFT}/es">Words left' in page
    assert '<span lang="ar" dir="rtl">العربية</span>' in page
    assert "Homeroom knows 1 more" in page


def test_the_words_that_hold_a_language_back_stand_beside_their_english(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    page = client.get(f"{LEFT}/es").text
    keys = re.findall(r'<code class="soft small">([^<]+)</code>', page)

    assert keys == ["question.planning", "respond.check_title", "respond.next"]
    assert re.findall(r'<span class="tag[^"]*">(\w+)</span></td>', page) == ["Draft", "Stale", "Missing"]
    assert '<span lang="en" dir="ltr">Next</span>' in page
    assert "Words left: 3" in page


def test_a_language_nobody_has_written_in_lacks_every_word(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    page = client.get(f"{LEFT}/mww").text

    assert "respond.next" in page
    assert "question.planning" in page


@pytest.mark.parametrize("address", [f"{LEFT}/tlh", "/staff/languages/sel-6-12/9/es", "/staff/languages/none/1/es"])
def test_no_other_survey_or_language_has_a_page(client: FlaskClient, world: World, address: str) -> None:
    sign_in(client, world)

    assert client.get(address).status_code == 404


def test_the_pages_are_for_staff(client: FlaskClient) -> None:
    assert "/staff/sign-in" in client.get("/staff/languages/").location


@pytest.mark.parametrize("form", ["xlsx", "xlf", "po"])
@pytest.mark.parametrize("what", ["sel-6-12", "pages"])
def test_a_file_for_a_translator_comes_back_and_changes_nothing(
    client: FlaskClient, world: World, what: str, form: str
) -> None:
    sign_in(client, world)
    file = client.get(f"{LEFT}/es/booklet/{what}.{form}")
    assert file.headers["Content-Disposition"].startswith("attachment")
    page = sent(client, file.data, f"file.{form}")

    assert "Nothing: every text in it is what stands here already" in page
    assert "homeroom translate import" in page


def test_what_a_translators_file_changes_is_shown_with_what_is_wrong(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    file = client.get(f"{LEFT}/es/booklet/sel-6-12.po").data.decode()
    key = 'msgctxt "title"\nmsgid "'
    start = file.index('msgstr "', file.index(key)) + len('msgstr "')
    page = sent(client, (file[:start] + "Yo, {name}: " + file[start:]).encode(), "back.po")

    assert "Changed</span>" in page
    assert "To be mended" in page
    assert "<code>title</code>" in page


def test_a_file_of_something_else_is_refused_in_one_line(client: FlaskClient, world: World) -> None:
    sign_in(client, world)

    assert "is not a spreadsheet" in sent(client, b"%PDF-1.7", "form.xlsx")
    assert "ends in none of" in sent(client, b"x", "form.pdf")
    assert "no file came" in sent(client, b"", "")


def sent(client: FlaskClient, data: bytes, name: str) -> str:
    """The page about a file sent back."""
    where = f"{LEFT}/es"
    form = {"csrf_token": token(client.get(where)), "file": (io.BytesIO(data), name)}
    return client.post(f"{where}/booklet/", data=form, content_type="multipart/form-data", headers=HOME).text
