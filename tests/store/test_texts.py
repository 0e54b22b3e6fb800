"""Texts come in the reader's locale, whole and fresh, or from its fallback; a survey is offered only when whole."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from surveys.core.definition import parse
from surveys.core.entries import Entry, Status
from surveys.core.instrument import Survey, words
from surveys.core.locales import Grade, shipped
from surveys.core.refusals import BadFile, NotFound
from surveys.store.catalogues import read, write
from surveys.store.texts import Texts, instruments

ROOT = Path(__file__).parents[2]
INSTRUMENTS = instruments(ROOT / "surveys" / "instruments")
SURVEY = INSTRUMENTS["sel-3-5"]
THREE = {tag: shipped()[tag] for tag in ("en", "es", "ar")}
OWN = """\
id = "lunch"
version = "1"
title = "Lunch"
grades = ["6"]
promise = "anonymous"
licence = "CC0-1.0"
[[questions]]
id = "wish"
kind = "text"
text = "What would you like to eat?"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "translations", tmp_path / "translations"))


def rewritten(folder: Path, path: str, old: str, new: str) -> Texts:
    file = folder / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return Texts(folder, THREE)


def without(folder: Path, path: str, key: str) -> Texts:
    file = folder / path
    kept = [entry for entry in file.read_text(encoding="utf-8").split("\n\n") if f'msgid "{key}"' not in entry]
    file.write_text("\n\n".join(kept), encoding="utf-8")
    return Texts(folder, THREE)


@pytest.mark.parametrize("survey", INSTRUMENTS.values(), ids=lambda survey: survey.id)
def test_a_spoken_survey_differs_from_its_source_in_every_word_and_in_nothing_else(survey: Survey) -> None:
    texts = Texts(ROOT / "translations")
    arabic = texts.survey(survey, "ar")
    assert arabic.locale == "ar"
    assert all(arabic_text != words(survey)[key] for key, arabic_text in words(arabic).items())
    assert [q.option_ids for q in arabic.questions] == [q.option_ids for q in survey.questions]
    assert replace(arabic, locale="en", title="", topics=(), questions=()) == replace(
        survey, title="", topics=(), questions=()
    )
    assert texts.survey(survey, "en") is survey


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("es/LC_MESSAGES/surveys.po", "title"),
        ("es/LC_MESSAGES/surveys.po", "question.calm-down"),
        ("es/LC_MESSAGES/surveys.po", "scale.ease.3"),
        ("es/LC_MESSAGES/interface.po", "respond.next"),
    ],
)
def test_a_locale_that_lacks_one_text_is_not_offered(folder: Path, path: str, key: str) -> None:
    texts = without(folder, path, key)
    assert texts.offered(SURVEY) == ("en", "ar")
    assert texts.standing(SURVEY, "es")[key] is Status.MISSING
    with pytest.raises(NotFound):
        texts.survey(SURVEY, "es")


def test_a_scale_that_a_survey_does_not_use_does_not_hold_it_back(folder: Path) -> None:
    texts = without(folder, "es/LC_MESSAGES/surveys.po", "scale.sureness.1")
    assert texts.offered(SURVEY) == ("en", "es", "ar")
    assert texts.offered(INSTRUMENTS["sel-6-12"]) == ("en", "ar")


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ('#, checked\nmsgid "respond.next"', 'msgid "respond.next"', Status.DRAFT),
        ('#, checked\nmsgid "respond.next"', '#, fuzzy, checked\nmsgid "respond.next"', Status.DRAFT),
        ('#, checked\nmsgid "respond.next"', '#, reviewed\nmsgid "respond.next"', Status.CHECKED),  # by nobody
        ("#. en: Next\n#, checked", "# reviewed: Ana Ruiz, 2026-11-20\n#. en: Next\n#, reviewed", Status.REVIEWED),
        ("#. en: Next\n#, checked", "# reviewed: Ana Ruiz\n#. en: Next\n#, reviewed", Status.CHECKED),  # on no day
        ("#. en: Next\n", "#. en: Continue\n", Status.STALE),
        ("#. en: Next\n", "", Status.STALE),
        ('msgid "respond.next"\nmsgstr "Siguiente"', 'msgid "respond.next"\nmsgstr ""', Status.MISSING),
    ],
)
def test_a_text_has_the_status_its_entry_can_prove(folder: Path, old: str, new: str, status: Status) -> None:
    texts = rewritten(folder, "es/LC_MESSAGES/interface.po", old, new)
    assert texts.standing(SURVEY, "es")["respond.next"] is status
    assert ("es" in texts.offered(SURVEY)) is status.showable
    assert texts.interface("es").t("respond.next") == ("Siguiente" if status.showable else "Next")


def test_a_changed_english_sentence_holds_its_translations_back(folder: Path) -> None:
    texts = rewritten(folder, "en/LC_MESSAGES/interface.po", '"Hand in"', '"Send"')
    assert texts.offered(SURVEY) == ("en",)
    assert texts.interface("ar").t("respond.submit") == "Send"
    assert texts.interface("ar").tag("respond.submit") == "en"
    assert texts.interface("ar").tag("respond.next") == "ar"


def test_a_changed_question_holds_its_translations_back() -> None:
    changed = replace(SURVEY, questions=(replace(SURVEY.questions[0], text="How are you?"), *SURVEY.questions[1:]))
    assert Texts(ROOT / "translations").offered(changed) == ("en",)


def test_a_survey_nobody_translated_is_offered_in_english_only() -> None:
    own = parse(OWN, "lunch.toml")
    texts = Texts(ROOT / "translations")
    assert texts.offered(own) == ("en",)
    assert texts.survey(own, "en") is own


def test_a_text_falls_back_along_the_chain_of_its_locale(folder: Path) -> None:
    mexican = replace(shipped()["es"], tag="es-MX", fallback="es")
    hmong = replace(shipped()["es"], tag="mww", fallback="en")
    for tag, said in (("es-MX", "Sigue"), ("mww", "Mus ntxiv")):
        file = folder / tag / "LC_MESSAGES" / "interface.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        entry = f'#. en: Next\n#, checked\nmsgid "respond.next"\nmsgstr "{said}"\n'
        file.write_text(f'msgid ""\nmsgstr "Language: {tag}\\n"\n\n{entry}', encoding="utf-8")
    texts = Texts(folder, {**THREE, "es-MX": mexican, "mww": hmong})
    assert [texts.interface(tag).t("respond.next") for tag in ("es-MX", "mww")] == ["Sigue", "Mus ntxiv"]
    assert [texts.interface(tag).t("respond.start") for tag in ("es-MX", "mww")] == ["Empezar", "Start"]
    assert texts.offered(SURVEY) == ("en", "es", "ar")


def test_a_locale_is_offered_only_where_the_files_of_its_fonts_are(folder: Path, tmp_path: Path) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    (fonts / "NotoSans-Regular.ttf").touch()
    texts = Texts(folder, THREE, fonts)
    assert texts.offered(SURVEY) == ("en", "es")
    (fonts / "NotoSansArabic-Regular.ttf").touch()
    assert texts.offered(SURVEY) == ("en", "es", "ar"), "fonts may come while a server runs"


@pytest.mark.parametrize(("grade", "offered"), [("A", True), ("B", True), ("C", False), ("D", False)])
def test_words_that_no_gate_can_check_are_offered_only_when_a_person_has_read_them(
    folder: Path, grade: Grade, offered: bool
) -> None:
    graded = {**THREE, "es": replace(THREE["es"], grade=grade)}
    assert ("es" in Texts(folder, graded).offered(SURVEY)) is offered
    for path in (folder / "es").rglob("*.po"):
        signed = path.read_text(encoding="utf-8").replace("#. en:", "# reviewed: Ana Ruiz, 2026-11-20\n#. en:")
        path.write_text(signed.replace("#, checked", "#, reviewed"), encoding="utf-8")
    assert "es" in Texts(folder, graded).offered(SURVEY)


def test_a_locale_nobody_has_written_in_is_known_missing_and_answered_in_english(folder: Path) -> None:
    texts = Texts(folder)
    assert "pau" not in texts.written
    assert set(texts.standing(SURVEY, "pau").values()) == {Status.MISSING}
    assert (texts.interface("pau").t("respond.next"), texts.interface("pau").tag("respond.next")) == ("Next", "en")
    assert texts.interface("pau").locale.tag == "pau"


def test_an_unknown_locale_or_key_is_answered_and_never_an_error() -> None:
    texts = Texts(ROOT / "translations")
    assert texts.interface("tlh").t("respond.next") == "Next"
    assert texts.interface("es").t("respond.no_such_key") == "respond.no_such_key"
    with pytest.raises(NotFound):
        texts.survey(SURVEY, "tlh")


def test_values_are_isolated_where_they_could_turn_the_line_around() -> None:
    texts = Texts(ROOT / "translations")
    arabic, spanish = texts.interface("ar"), texts.interface("es")
    assert arabic.t("respond.receipt", receipt="AB-12") == "إيصالك: \u2068AB-12\u2069"
    assert arabic.t("respond.question_of", n=3, total=17) == "السؤال 3 من 17"
    assert spanish.t("respond.receipt", receipt="AB-12") == "Tu comprobante: AB-12"
    assert spanish.t("paper.class_name", name="الصف 3") == "Clase \u2068الصف 3\u2069"
    assert spanish.t("paper.class_name", name="3\u202eB\u2069") == "Clase 3B"
    assert arabic.pattern("paper.page_of") == "الصفحة {page} من {pages}"


def test_a_broken_catalogue_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "bad.po").write_text('msgid "a"\nmsgstr "b\nnonsense\n', encoding="utf-8")
    (tmp_path / "latin.po").write_bytes(b'msgid "a"\nmsgstr "\xf1"\n')
    for name in ("bad.po", "latin.po"):
        with pytest.raises(BadFile, match=name):
            read(tmp_path / name)
    assert read(tmp_path / "none.po") == {}


def test_two_files_with_one_survey_id_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(OWN, encoding="utf-8")
    with pytest.raises(BadFile, match=r"b\.toml"):
        instruments(tmp_path)


def test_a_catalogue_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    entries = {
        ("", "a.one"): Entry('Uno "y" dos\ntres \\ cuatro', Status.REVIEWED, "One", reviewer="Ana Ruiz, 2026-11-20"),
        ("scale", "a.two"): Entry("Dos", Status.DRAFT, "Two"),
    }
    write(tmp_path / "interface.po", "es", entries)
    assert read(tmp_path / "interface.po") == entries
