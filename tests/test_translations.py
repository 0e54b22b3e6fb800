"""Every catalogue says the same things in its own language and script, and what is spoken today stays offered."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
import uharfbuzz

from paper import fonts
from surveys.core.entries import Status
from surveys.core.instrument import Survey, words
from surveys.core.locales import SOURCE, drawable, shipped
from surveys.store.catalogues import Catalogue, read
from surveys.store.texts import INTERFACE, STAFF, SURVEYS, Texts, instruments

ROOT = Path(__file__).parents[1]
TRANSLATIONS = ROOT / "translations"
SURVEY_WORDS = instruments(ROOT / "surveys" / "instruments")
SPOKEN = ("en", "es", "ar")  # that every shipped survey must go on being offered in
LOCALES = Texts(TRANSLATIONS).written
TRANSLATED = tuple(tag for tag in LOCALES if tag != SOURCE)
GROUPS = ("cards", "paper", "problem", "promise", "respond")
LETTERS = {  # what a text may be spelt with besides figures and placeholders
    "en": "a-z",
    "es": "a-záéíóúüñ",
    "ar": "\u0621-\u063a\u0641-\u064a\u064b-\u0652",
}
SIGNS = {"en": ".,:;?!…“”'-()", "es": ".,:;?!¿¡…“”-()", "ar": ".،:؛؟!…«»-()"}
FEMININE_SUBJECTS = {  # the same letters, but the subject is a word such as "plan" or "attempt"
    "interface: problem.not_an_answer.text",
    "sel-3-5/1: question.fix-mistake",
    "sel-3-5/1: question.stop-and-think",
    "sel-6-12/1: question.fixing-mistakes",
    "sel-6-12/1: question.other-side",
    "sel-6-12/1: question.planning",
}
GENDERED = re.compile(  # verbs and commands in the masculine that likely mean the child: a girl reads them as well
    r"(?<!\w)[وف]?(?:تشعر|تحاول|تعرف|تثق|تفكر|تلاحظ|تستطيع|تريد|تكون|تجد|تكتب|تختار"
    r"|اختر|اكتب|اضغط|أجب|امسح|افتح|أدخل)(?!\w)"
)
CONTROLS = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def catalogue(locale: str, name: str) -> Catalogue:
    return read(TRANSLATIONS / locale / "LC_MESSAGES" / f"{name}.po")


def shown(locale: str) -> dict[str, str]:
    """Every text a respondent may read in a locale, by catalogue, context and key."""
    texts = {f"{INTERFACE}: {key}": entry.text for (_, key), entry in catalogue(locale, INTERFACE).items()}
    if locale == SOURCE:
        return texts | {f"{s.id}: {key}": text for s in SURVEY_WORDS.values() for key, text in words(s).items()}
    return texts | {f"{context}: {key}": e.text for (context, key), e in catalogue(locale, SURVEYS).items()}


def bare_of_names(text: str) -> str:
    return re.sub(r"\{\w+\}", "", text)


def bare(text: str) -> str:
    return re.sub(r"[0-9 ]", "", bare_of_names(text))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_catalogue_has_the_keys_of_the_english_one(locale: str) -> None:
    assert list(catalogue(locale, INTERFACE)) == sorted(catalogue(SOURCE, INTERFACE))
    assert {key.split(".")[0] for _, key in catalogue(locale, INTERFACE)} == set(GROUPS)


@pytest.mark.parametrize("locale", TRANSLATED)
def test_every_survey_catalogue_has_the_words_of_the_shipped_surveys_and_no_others(locale: str) -> None:
    expected = set()
    for survey in SURVEY_WORDS.values():
        for key in words(survey):
            expected.add(("scale" if key.startswith("scale.") else f"{survey.id}/{survey.version}", key))
    assert set(catalogue(locale, SURVEYS)) == expected


@pytest.mark.parametrize("path", sorted(TRANSLATIONS.rglob("*.po")), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_no_catalogue_says_a_thing_twice(path: Path) -> None:
    entries = re.findall(r'(?m)^(?:msgctxt "(.*)"\n)?msgid "(.+)"$', path.read_text(encoding="utf-8"))
    assert len(entries) == len(set(entries)) == len(read(path))


@pytest.mark.parametrize("name", [INTERFACE, STAFF])
def test_every_english_text_has_a_note_on_where_it_stands(name: str) -> None:
    written = (TRANSLATIONS / SOURCE / "LC_MESSAGES" / f"{name}.po").read_text(encoding="utf-8")
    bare_keys = [
        key
        for notes, key in re.findall(r'(?m)^((?:#.*\n)*)msgid "(.+)"$', written)
        if not re.search(r"(?m)^#\. \S", notes)
    ]
    assert bare_keys == []


@pytest.mark.parametrize("locale", SPOKEN[1:])
@pytest.mark.parametrize("name", [INTERFACE, SURVEYS])
def test_no_translation_is_missing_a_draft_or_older_than_its_english(locale: str, name: str) -> None:
    texts = Texts(TRANSLATIONS)
    for survey in SURVEY_WORDS.values():
        held_back = {key: s.value for key, s in texts.standing(survey, locale).items() if not s.showable}
        assert held_back == {}, "translate again, then copy the English into the note `#. en:`"
    assert all(entry.claim is not Status.MISSING for entry in catalogue(locale, name).values())


def test_every_english_text_is_clean() -> None:
    """The others pass the gates, which know what their scripts need."""
    for key, text in shown(SOURCE).items():
        assert not re.search(r"[{}]", re.sub(r"\{[a-z_]+\}", "", text)), f"{key}: a placeholder is a plain name"
        assert text == unicodedata.normalize("NFC", text).strip(), key
        assert "  " not in text, key
        assert not [c for c in text if unicodedata.category(c) in CONTROLS], key


@pytest.mark.parametrize("locale", LETTERS)
def test_every_text_is_in_the_letters_and_signs_of_its_language(locale: str) -> None:
    allowed = re.compile(f"[{LETTERS[locale]}{re.escape(SIGNS[locale])}]*", re.IGNORECASE)
    foreign = {key: text for key, text in shown(locale).items() if not allowed.fullmatch(bare(text))}
    assert foreign == {}
    letters = re.compile(f"[{LETTERS[locale]}]", re.IGNORECASE)
    assert [key for key, text in shown(locale).items() if not letters.search(bare(text))] == []


def test_no_arabic_text_is_said_to_boys_alone() -> None:
    said = {key: text for key, text in shown("ar").items() if GENDERED.search(text)}
    assert set(said) <= FEMININE_SUBJECTS


@pytest.mark.parametrize("survey", SURVEY_WORDS.values(), ids=lambda survey: survey.id)
def test_options_of_a_question_read_differently(survey: Survey) -> None:
    texts = Texts(TRANSLATIONS)
    for locale in texts.offered(survey):
        for question in texts.survey(survey, locale).questions:
            assert len({option.text for option in question.options}) == len(question.options), (locale, question.id)


@pytest.mark.parametrize("locale", SPOKEN)
def test_every_page_says_that_questions_may_be_skipped_and_groups_are_of_ten_or_more(locale: str) -> None:
    interface = Texts(TRANSLATIONS).interface(locale)
    skip = {"en": "skip any question", "es": "saltarte cualquier pregunta", "ar": "ترك أي سؤال بلا إجابة"}[locale]
    assert skip in interface.t("promise.skip")
    assert all("10" in interface.t(f"promise.{promise}") for promise in ("anonymous", "confidential", "supportive"))


@pytest.mark.parametrize("survey", SURVEY_WORDS.values(), ids=lambda survey: survey.id)
def test_every_shipped_survey_is_offered_in_every_locale_that_is_spoken(survey: Survey) -> None:
    offered = Texts(TRANSLATIONS, fonts=ROOT / "build" / "fonts").offered(survey)
    assert set(SPOKEN) <= set(offered)
    assert list(offered) == [tag for tag in shipped() if tag in offered]


@pytest.mark.parametrize("locale", [tag for tag in LOCALES if drawable(shipped()[tag], ROOT / "build" / "fonts")])
def test_the_fonts_of_a_locale_have_every_character_of_its_texts(locale: str) -> None:
    files = fonts.find(ROOT / "build" / "fonts", shipped()[locale].fonts)
    for chain in (files.regular, files.bold):
        faces = [uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))) for path in chain]
        characters = set("".join(shown(locale).values())) - {" "}
        assert [c for c in characters if not any(face.get_nominal_glyph(ord(c)) for face in faces)] == []


def test_no_text_is_written_and_translated_that_nothing_shows() -> None:
    files = [path for folder in ("templates", "surveys") for path in (ROOT / folder).rglob("*.[hpj]*")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files if path.suffix in (".html", ".py", ".js"))
    named = set(re.findall(r"[\"']([a-z_]+\.[a-z0-9_.-]+)[\"']", source))
    begun = re.findall(r"[\"']([a-z_]+\.[a-z0-9_.-]*)[\"']\s*~|f[\"']([a-z_]+\.[a-z0-9_.-]*)\{", source)
    starts = tuple(start for pair in begun for start in pair if start)
    written = {key for name in (INTERFACE, STAFF) for _, key in catalogue(SOURCE, name)}
    assert {key for key in written - named if not key.startswith(starts)} == set()


def test_every_key_that_a_page_asks_for_is_written() -> None:
    asked = re.compile(r"\b(?:t|pattern)\(\s*[\"']([a-z_]+\.[a-z0-9_.]+)[\"']\s*[,)]")
    written = {key for name in (INTERFACE, STAFF) for _, key in catalogue(SOURCE, name)}
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "surveys").rglob("*.py")]
    missing = {
        f"{path.relative_to(ROOT)}: {key}"
        for path in files
        for key in asked.findall(path.read_text(encoding="utf-8"))
        if key not in written
    }
    assert missing == set()
