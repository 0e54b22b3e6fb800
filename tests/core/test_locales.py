"""The list of locales reads whole, and a reader gets the nearest locale offered."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.locales import SHIPPED, best, load, meant, shipped
from surveys.core.refusals import BadFile

HEADER, ENGLISH, SPANISH, ARABIC = SHIPPED.read_text(encoding="utf-8").splitlines()[:4]
FRENCH = "fr,Français,French,Latn,ltr,en,one many other,fr,latn,NotoSans,1.25,1.50,A"
CANADIAN = "fr-CA,Français (Canada),French (Canada),Latn,ltr,fr,one many other,fr_CA,latn,NotoSans,1.25,1.50,A"
DARI = "fa-AF,دری,Dari,Arab,rtl,fa,one other,fa_AF,arabext,NotoSansArabic|NotoSans,1.65,1.80,B"
PERSIAN = "fa,فارسی,Persian,Arab,rtl,en,one other,fa,arabext,NotoSansArabic|NotoSans,1.65,1.80,A"
HAZARAGI = "haz,هزارگی,Hazaragi,Arab,rtl,fa-AF,,fa_AF,arabext,NotoSansArabic|NotoSans,1.65,1.80,D"


def listed(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "locales.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def test_175_locales_are_listed_with_what_it_takes_to_write_them() -> None:
    locales = shipped()
    assert len(locales) == 175
    assert list(locales)[:3] == ["en", "es", "ar"]
    assert len({locale.script for locale in locales.values()}) == 34
    assert sum(locale.direction == "rtl" for locale in locales.values()) == 15
    arabic = locales["ar"]
    assert (arabic.endonym, arabic.script, arabic.direction, arabic.fallback) == ("العربية", "Arab", "rtl", "en")
    assert (arabic.fonts, arabic.leading, arabic.line_height) == (("NotoSansArabic", "NotoSans"), 1.65, 1.8)
    assert (arabic.plural_forms, locales["mww"].plural_forms) == (("zero", "one", "two", "few", "many", "other"), ())
    assert (locales["en"].digits, locales["bn"].digits) == ("latn", "beng")
    assert all(unicodedata.is_normalized("NFC", locale.endonym) for locale in locales.values())


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["en,English"], ":2: "),
        ([ENGLISH, ENGLISH], ":3: tag: en is listed twice"),
        ([ENGLISH, CANADIAN], ":3: fallback: 'fr' is not listed above"),
        ([ENGLISH, SPANISH.replace("ltr", "LTR")], ":3: direction: "),
        ([ENGLISH, SPANISH.replace("1.25", "tall")], ":3: leading: "),
        ([ENGLISH, SPANISH.replace("NotoSans", "Noto Sans")], ":3: fonts: "),
        ([ENGLISH, SPANISH.replace(",A", ",Z")], ":3: grade: "),
        ([ENGLISH, SPANISH.replace("one many other", "one some other")], ":3: plural_forms: "),
        ([ENGLISH, SPANISH.replace("one many other", "other one")], ":3: plural_forms: "),
        ([ENGLISH, SPANISH.replace("latn", "0-9")], ":3: digits: "),
        ([ENGLISH, SPANISH.replace("es,", "Spanish,", 1)], ":3: tag: "),
        ([ENGLISH, SPANISH.replace("Español", "")], ":3: endonym: "),
    ],
)
def test_a_fault_in_the_list_is_refused_with_its_line_and_column(tmp_path: Path, rows: list[str], said: str) -> None:
    with pytest.raises(BadFile) as refused:
        load(listed(tmp_path, *rows))
    assert said in refused.value.detail
    assert refused.value.detail.endswith(" instead")


def test_a_list_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locales.csv").write_text("tag,name\nen,English\n", encoding="utf-8")
    with pytest.raises(BadFile, match="write tag,endonym,"):
        load(tmp_path / "locales.csv")


@pytest.mark.parametrize(
    ("wanted", "offered", "nearest"),
    [
        (["es"], ["en", "es"], "es"),
        (["ar", "es"], ["en", "es"], "es"),
        (["es-MX", "ar"], ["en", "es", "ar"], "es"),
        (["ES_mx"], ["en", "es"], "es"),
        (["fr-CA"], ["en", "fr", "fr-CA"], "fr-CA"),
        (["fr-CA"], ["en", "fr"], "fr"),
        (["haz"], ["en", "fa", "fa-AF"], "fa-AF"),
        (["haz"], ["en", "fa"], "fa"),
        (["haz", "es"], ["en", "es"], "es"),
        (["en-US", "es"], ["en", "es"], "en"),
        (["tlh", "", "*", "-", "x" * 9999], ["en", "es"], "en"),
        ([], ["es", "en"], "en"),
    ],
)
def test_a_reader_gets_the_nearest_locale_offered(
    tmp_path: Path, wanted: list[str], offered: list[str], nearest: str
) -> None:
    locales = load(listed(tmp_path, ENGLISH, SPANISH, ARABIC, FRENCH, CANADIAN, PERSIAN, DARI, HAZARAGI))
    assert best(wanted, offered, locales) == nearest


@pytest.mark.parametrize(
    ("wanted", "offered", "nearest"),
    [
        (["zh-TW"], ["en", "zh-Hans", "zh-Hant"], "zh-Hant"),
        (["zh-Hant-HK"], ["en", "zh-Hans", "zh-Hant"], "zh-Hant"),
        (["zh-CN"], ["en", "zh-Hans", "zh-Hant"], "zh-Hans"),
        (["zh"], ["en", "zh-Hans"], "zh-Hans"),
        (["zh-Hant", "ko"], ["en", "zh-Hans", "ko"], "ko"),
        (["pt-PT"], ["en", "pt-BR"], "pt-BR"),
        (["kea"], ["en", "pt-BR"], "pt-BR"),
        (["sr"], ["en", "sr-Latn"], "en"),
        (["fa"], ["en", "fa-AF"], "fa-AF"),
        (["tl"], ["en", "fil"], "fil"),
        (["pa-Arab-PK", "ur"], ["en", "pa", "ur"], "ur"),
        (["es-Latn-MX"], ["en", "es"], "es"),
        (["hmn"], ["en", "mww"], "mww"),
        (["mam"], ["en", "es"], "es"),
        (["ff-Adlm", "ar"], ["en", "fr", "ar"], "fr"),
        (["uk"], ["en", "ru"], "en"),
        (["en-GB", "es"], ["en", "es"], "en"),
    ],
)
def test_what_browsers_and_student_systems_ask_for_is_understood(
    wanted: list[str], offered: list[str], nearest: str
) -> None:
    assert best(wanted, offered) == nearest


@pytest.mark.parametrize(
    ("tag", "locale"),
    [("ES-mx", "es"), ("zh_TW", "zh-Hant"), ("tl", "fil"), ("FA-af", "fa-AF"), ("Spanish", None), ("", None)],
)
def test_a_tag_in_a_roster_is_the_locale_it_means_or_none(tag: str, locale: str | None) -> None:
    assert meant(tag, shipped()) == locale


def test_every_locale_of_the_list_suits_itself_and_leads_to_english_when_nothing_is_offered() -> None:
    for tag in shipped():
        assert best([tag], ["en", tag]) == tag
        assert best([tag], ["en"]) == "en"


@given(st.lists(st.text(), max_size=4))
def test_whatever_a_browser_asks_for_gets_something_offered(wanted: list[str]) -> None:
    assert best(wanted, ["en", "es", "ar"]) in ("en", "es", "ar")
