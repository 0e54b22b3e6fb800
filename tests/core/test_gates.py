"""Each gate lets good texts through and stops its own kind of fault."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core import gates
from surveys.core.gates import Finding, Gate, Glossary, Rule, Wording, exemplars
from surveys.core.gates.structure import english_left
from surveys.core.locales import Locale, shipped

GOOD = {
    "es": Wording("interface", "respond.question_of", "Question {n} of {total}", "Pregunta {n} de {total}"),
    "ar": Wording("interface", "respond.close_page", "You can close this page now.", "يمكنك إغلاق هذه الصفحة الآن."),
}
ES, AR = (replace(shipped()["en"], tag=tag, script=script) for tag, script in (("es", "Latn"), ("ar", "Arab")))


def said(text: str, english: str = "Open the survey again with your code.", locale: Locale = ES) -> list[Finding]:
    return gates.findings(locale, [Wording("interface", "a.key", english, text)])


def rules(*found: Finding) -> set[Rule]:
    return {finding.rule for finding in found}


def test_a_good_text_passes() -> None:
    assert gates.findings(ES, [GOOD["es"]]) == []
    assert gates.findings(AR, [GOOD["ar"]]) == []


@pytest.mark.parametrize(
    ("text", "english", "rule"),
    [
        ("", "Next", Rule.EMPTY),
        (" ", "Next", Rule.EMPTY),
        ("Pregunta {n}", "Question {n} of {total}", Rule.PLACEHOLDERS),
        ("Pregunta {n} de {todas}", "Question {n} of {total}", Rule.PLACEHOLDERS),
        ("Pregunta {n} de {n}", "Question {n}", Rule.PLACEHOLDERS),
        ("Pregunta {n", "Question {n}", Rule.PLACEHOLDERS),
        ("Una\nfrase", "A sentence", Rule.LINES),
        ("Siguiente ", "Next", Rule.SPACES),
        ("Página  siguiente", "Next page", Rule.SPACES),
        (unicodedata.normalize("NFD", "Página"), "Page", Rule.NORMAL_FORM),
        ("P\u200eágina", "Page", Rule.CONTROLS),
        ("P\u202eágina", "Page", Rule.CONTROLS),
        ("P\ufffdgina", "Page", Rule.CONTROLS),
        ("P\u00adágina", "Page", Rule.CONTROLS),
        ("Pági\u200bna", "Page", Rule.CONTROLS),
        ("P\u0430gina", "Page", Rule.LOOK_ALIKES),
        ("Encuestа", "Survey", Rule.LOOK_ALIKES),
        ("Grupos de 20 estudiantes", "Groups of 10 students", Rule.NUMBERS),
        ("Open the survey again with your code.", "Open the survey again with your code.", Rule.ENGLISH),
        ("Abre the survey again con tu código.", "Open the survey again with your code.", Rule.ENGLISH),
        ("Abre otra vez la encuesta con your código.", "Open the survey again with your code.", Rule.ENGLISH),
        ("Página и más", "Page and more", Rule.SCRIPT),
        ("Página þ", "Page", Rule.LETTERS),
        ("Grupos de ١٠ estudiantes", "Groups of 10 students", Rule.DIGITS),
        ("Página، y más", "Page and more", Rule.SIGNS),
        ("Abre", "Open the survey again with your code.", Rule.LENGTH),
        ("Abre otra vez la encuesta con tu código", "Open the survey again with your code.", Rule.ENDING),
        ("Siguiente.", "Next", Rule.ENDING),
        ("Quién verá mis respuestas?", "Who will see my answers?", Rule.QUESTION),
        ("Veremos, ¿qué tal? ¿Y ahora?", "Who will see my answers?", Rule.QUESTION),
    ],
)
def test_a_fault_is_found_by_its_own_rule(text: str, english: str, rule: Rule) -> None:
    assert rule in rules(*said(text, english))


def test_names_two_languages_share_are_no_english_left_behind() -> None:
    assert english_left("No hay plan", "There is no plan") == ""
    assert english_left("{total} de {n}", "{n} of {total}") == ""
    assert english_left("general", "A general answer") == ""


def test_joiners_and_word_breaks_are_kept_where_a_script_needs_them() -> None:
    fa, km = replace(AR, tag="fa"), replace(ES, tag="km", script="Khmr")
    assert Rule.CONTROLS not in rules(*said("می\u200cخواهم.", "I want it.", fa))
    assert Rule.CONTROLS not in rules(*said("សូម\u200bចុច។", "Press it.", km))
    assert Rule.CONTROLS not in rules(*said("اضغط \u2068{name}\u2069.", "Press {name}.", AR))


def scale(*texts: str) -> list[Wording]:
    english = ("Very hard", "Hard", "In between", "Easy", "Very easy")
    return [Wording("scale", f"scale.ease.{n}", e, t) for n, (e, t) in enumerate(zip(english, texts, strict=True), 1)]


SPANISH = ("Muy difícil", "Difícil", "Ni difícil ni fácil", "Fácil", "Muy fácil")


def test_labels_of_one_scale_read_differently() -> None:
    assert gates.findings(ES, scale(*SPANISH)) == []
    assert Rule.SCALE in rules(*gates.findings(ES, scale(*SPANISH[:4], "fácil")))


def test_one_english_is_said_in_one_way() -> None:
    twice = [
        Wording("interface", "a.one", "Your code", "Tu código"),
        Wording("interface", "a.two", "Your code", "Tu clave"),
    ]
    assert rules(*gates.findings(ES, twice)) == {Rule.TWO_WAYS}
    assert gates.findings(ES, [twice[0], replace(twice[1], group="sel-3-5/1")]) == []


def test_a_term_is_said_as_the_glossary_has_it() -> None:
    texts = [Wording("interface", "a.one", "The surveys have closed.", "Los sondeos ya se cerraron.")]
    assert rules(*gates.findings(ES, texts, Glossary({"survey": ("encuesta",)}))) == {Rule.GLOSSARY}
    assert gates.findings(ES, texts, Glossary({"survey": ("encuesta", "sondeo")})) == []
    assert gates.findings(ES, texts, Glossary({"sur": ("encuesta",)})) == []


def test_a_longer_term_comes_before_the_shorter_one_in_it() -> None:
    texts = [Wording("interface", "a.one", "Scan the square code.", "Escanea el cuadrado.")]
    assert gates.findings(ES, texts, Glossary({"code": ("código",), "square code": ("cuadrado",)})) == []


def test_a_label_is_the_glossary_s_word_for_word() -> None:
    assert gates.findings(ES, scale(*SPANISH), Glossary({}, {"very easy": ("Muy fácil",), "easy": ("Fácil",)})) == []
    fixed = Glossary({"hard": ("arduo",)}, {"very easy": ("Facilísimo",)})
    assert [f.key for f in gates.findings(ES, scale(*SPANISH), fixed)] == ["scale.ease.5"]


@given(st.frozensets(st.characters(codec="utf-8")))
def test_packed_letters_come_back_whole(letters: frozenset[str]) -> None:
    assert frozenset(exemplars.unpacked(exemplars.packed(letters))) == letters


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_trips_a_gate_up(text: str, english: str) -> None:
    for locale in (ES, AR):
        for finding in said(text, english, locale):
            assert finding.what
            assert finding.cure
            assert finding.rule.gate in Gate
