"""Every catalogue passes the gates; a fault put into a good one is found; and what is let through still needs to be."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import icu
import pytest

from scripts import gating, identifying, referring
from scripts.fixed_words import rows
from surveys.core import gates
from surveys.core.gates import Gate, Glossary, Rule, Wording, characters, exemplars, glossary, waivers
from surveys.core.gates.structure import PLACEHOLDER
from surveys.core.locales import SOURCE, shipped
from surveys.core.refusals import BadFile
from surveys.store.texts import Texts, instruments

SHIPPED = instruments(gating.ROOT / "surveys" / "instruments")
OFFERED = sorted({tag for survey in SHIPPED.values() for tag in Texts(gating.TRANSLATIONS).offered(survey)} - {SOURCE})
LOOKED_INTO = ("es", "ar", "ko")  # three scripts, one of them right to left


@pytest.mark.parametrize("tag", gating.begun())
def test_every_text_passes_the_gates_that_can_be_asked(tag: str) -> None:
    assert list(gating.passage(shipped()[tag]).told()) == []


@pytest.mark.parametrize("tag", OFFERED)
def test_a_locale_that_is_offered_has_fixed_its_words(tag: str) -> None:
    fixed = gating.glossaries().get(tag, Glossary())
    labels = {w.english.lower() for w in gating.written(tag) if w.key.startswith(glossary.LABELLED)}
    assert labels - set(fixed.labels) == set(), f"see `scripts/gates --glossary {tag}`"
    assert {"survey", "question", "answer", "school", "teacher"} - set(fixed.terms) == set()


def test_words_that_a_locale_has_fixed_are_read_out_of_its_catalogues() -> None:
    drafted = {(kind, term): forms.split("|") for _, kind, term, forms in rows("es")}
    assert drafted["label", "very easy"] == ["Muy fácil"]
    assert drafted["term", "square code"] == ["código cuadrado"]
    assert drafted["term", "survey"] == ["encuesta"]


def test_a_finding_says_where_it_is_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [replace(w, text="Next") if w.key == "respond.next" else w for w in gating.written("es")]
    monkeypatch.setattr(gating, "written", lambda _: texts)
    (line,) = gating.passage(shipped()["es"]).told()
    assert re.fullmatch(r"translations/es/LC_MESSAGES/interface\.po:\d+: respond\.next \[english\] .+; .+", line)


def test_the_table_has_a_row_a_locale_and_a_column_a_gate() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.gates", "es"], cwd=gating.ROOT, capture_output=True, text=True
    )
    header, row = done.stdout.splitlines()[:2]
    assert header.split() == ["locale", "texts", *Gate]
    assert row.split()[:2] == ["es", str(len(gating.written("es")))]
    assert done.returncode == 0


# --- what the gates find ----------------------------------------------------------------------------------------------


def faults(tag: str, wording: Wording) -> set[Rule]:
    """The rules that a text breaks."""
    found = gates.findings(shipped()[tag], [wording], gating.glossaries()[tag])
    found += [f for f in identifying.findings(tag, [wording]) if f.key == wording.key]
    return {finding.rule for finding in found}


def without_a_placeholder(text: str) -> str:
    return PLACEHOLDER.sub("7", text, count=1)


def with_another_number(text: str) -> str:
    return text.replace("10", "20")


def with_a_look_alike(text: str) -> str:
    return re.sub(r"(?<!{)\b[^\W\d_](?!\w*})", "\u0430", text, count=1)  # a Cyrillic letter that looks like an a


def with_its_sign_cut_off(text: str) -> str:
    return re.sub(r"[.?!:؟。]$", "", text)


SPOILED: Sequence[tuple[Callable[[str], str], set[Rule]]] = (
    (without_a_placeholder, {Rule.PLACEHOLDERS}),
    (with_another_number, {Rule.NUMBERS}),
    (with_a_look_alike, {Rule.LOOK_ALIKES, Rule.SCRIPT}),
    (with_its_sign_cut_off, {Rule.ENDING}),
    (lambda text: f"{text} ", {Rule.SPACES}),
    (lambda text: re.sub("[,،，]", "﹐", text), {Rule.SIGNS}),
    (lambda text: f"{text[:2]}\u202e{text[2:]}", {Rule.CONTROLS}),
    (lambda text: unicodedata.normalize("NFD", text), {Rule.NORMAL_FORM}),
)


@pytest.mark.parametrize("tag", LOOKED_INTO)
@pytest.mark.parametrize(("spoil", "rules"), SPOILED)
def test_a_fault_is_found_in_every_text(tag: str, spoil: Callable[[str], str], rules: set[Rule]) -> None:
    spoiled = [replace(w, text=spoil(w.text)) for w in gating.written(tag) if spoil(w.text) != w.text]
    assert len(spoiled) >= 3
    assert [w.text for w in spoiled if not faults(tag, w) & rules] == []


@pytest.mark.parametrize("tag", LOOKED_INTO)
def test_a_text_left_in_english_is_found(tag: str) -> None:
    left = [replace(w, text=w.english) for w in gating.written(tag)]
    left = [w for w in left if len(re.sub(r"\{\w+\}|\W|\d", "", w.english)) > 2]  # "No." or "s" may be any language's
    assert [w.key for w in left if not faults(tag, w) & {Rule.ENGLISH, Rule.SCRIPT}] == []


@pytest.mark.parametrize(("tag", "other"), [("es", "ht"), ("es", "vi"), ("ht", "es"), ("ar", "ur"), ("ur", "ar")])
def test_text_of_another_language_in_the_same_script_is_found(tag: str, other: str) -> None:
    """In every long text; short ones such as a title may have nothing but letters and words that both have."""
    foreign = {(w.group, w.key): w.text for w in gating.written(other)}
    mistaken = [replace(w, text=foreign[w.group, w.key]) for w in gating.written(tag) if (w.group, w.key) in foreign]
    missed = [w for w in mistaken if not faults(tag, w)]
    assert [w.text for w in missed if len(w.text) > identifying.LONG] == []
    assert len(missed) <= 0.2 * len(mistaken)


@pytest.mark.parametrize("tag", LOOKED_INTO)
def test_two_texts_that_changed_places_are_found_nine_times_in_ten(tag: str) -> None:
    chance = random.Random(tag)
    pairs = [chance.sample(gating.written(tag), 2) for _ in range(100)]
    missed = [
        (one.key, other.key)
        for one, other in pairs
        if not faults(tag, replace(one, text=other.text)) | faults(tag, replace(other, text=one.text))
    ]
    assert len(missed) <= 10


def swapped(tag: str) -> list[tuple[Wording, Wording, list[Wording]]]:
    """Every two labels of one scale, and all labels when these two have changed places."""
    labels = [w for w in gating.written(tag) if w.group == "scale"]
    pairs = [(a, b) for a, b in combinations(labels, 2) if a.key.rpartition(".")[0] == b.key.rpartition(".")[0]]
    return [
        (a, b, [replace(w, text={a.key: b.text, b.key: a.text}.get(w.key, w.text)) for w in labels]) for a, b in pairs
    ]


@pytest.mark.parametrize("tag", LOOKED_INTO)
def test_two_labels_of_a_scale_that_changed_places_are_found(tag: str) -> None:
    for one, other, labels in swapped(tag):
        found = gates.findings(shipped()[tag], labels, gating.glossaries()[tag])
        assert {f.key for f in found if f.rule is Rule.GLOSSARY} == {one.key, other.key}


@pytest.mark.parametrize("tag", gating.begun())
def test_most_labels_that_changed_places_show_without_a_glossary(tag: str) -> None:
    """By their likeness alone, as in the scales a district brings: 25 to 38 swaps of 40, as a language builds them."""
    missed = [one.key for one, _, labels in swapped(tag) if not gates.findings(shipped()[tag], labels)]
    assert len(missed) < len(swapped(tag)) / 2


# --- what cannot be asked, and what is let through --------------------------------------------------------------------


def test_a_gate_that_cannot_be_asked_is_never_passed() -> None:
    karen = gating.passage(shipped()["ksw"])
    assert {karen.verdict(gate) for gate in (Gate.CHARACTERS, Gate.LANGUAGE)} == {"not possible"}
    assert identifying.knowing("mww") == ("cld2",)
    assert list(identifying.findings("ksw", [Wording("a", "b", "Next", "x" * 100)])) == []


def test_words_are_set_beside_those_of_cldr() -> None:
    texts = [
        Wording("a", "b", "Tell your teacher.", "Dilo a tu madrina."),
        Wording("a", "c", "My school", "Mi escuela"),
    ]
    assert {each.term: each.agrees for each in referring.comparisons("es", texts)} == {"teacher": False, "school": True}
    answer = [Wording("scale", "scale.both.1", "No", "Non"), Wording("a", "b", "No test", "Pas un test")]
    assert [(each.term, each.ours, each.agrees) for each in referring.comparisons("fr", answer)] == [
        ("no", ["Non"], True)
    ]
    assert gating.passage(shipped()["mww"]).verdict(Gate.REFERENCE) == "not possible"


def test_a_review_counts_when_a_person_has_signed_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    signed = '# reviewed: Ana Ruiz, 2026-11-20\n#. en: Next\n#, reviewed\nmsgid "respond.next"\nmsgstr "Siguiente"\n'
    unsigned = '\n#. en: Start\n#, reviewed\nmsgid "respond.start"\nmsgstr "Empezar"\n'
    (folder / "interface.po").write_text(f'msgid ""\nmsgstr ""\n\n{signed}{unsigned}', encoding="utf-8")
    monkeypatch.setattr(gating, "TRANSLATIONS", tmp_path)
    assert [entry.claim.value for _, entry in gating._entries("es")] == ["reviewed", "checked"]


def test_every_script_of_the_list_is_known_by_the_names_of_its_letters() -> None:
    assert {locale.script for locale in shipped().values()} <= set(characters.SCRIPTS)


def test_letters_are_told_by_script_as_icu_does() -> None:
    together = ("Hans", "Hant", "Jpan", "Kore", "Latn", "Syrc", "Thaa")  # names or scripts that are written as one
    for tag, listed in exemplars.shipped().items():
        script = shipped()[tag].script
        alphabet = {c for c in listed.letters if unicodedata.category(c)[0] == "L" and script not in together}
        mine = {c for c in alphabet if unicodedata.name(c).split(" ")[0] in characters.SCRIPTS[script]}
        foreign = {c for c in alphabet if icu.Script.getScript(c).getShortName() not in (script, "Zyyy", "Zinh")}
        assert mine.isdisjoint(foreign), tag
        assert all(icu.Script.getScript(c).getShortName() != script for c in alphabet - mine), tag


def test_the_letters_of_a_language_are_those_icu_has() -> None:
    """ICU may have the CLDR of another year: of its letters, hardly one may be missing here."""
    known = set(icu.Locale.getAvailableLocales())
    for tag, listed in exemplars.shipped().items():
        if (name := tag.replace("-", "_")) in known:
            theirs = characters.apart("".join(icu.LocaleData(name).getExemplarSet(0, 0)))
            assert len(theirs - listed.letters) <= 0.01 * len(theirs), tag


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("es,interface,a.key,spelling,because", "rule: 'spelling'"),
        ("es,interface,a.key,length,", "empty one"),
        ("es,interface,a.key,length,because,more", "a cell too many"),
    ],
)
def test_a_waiver_that_cannot_be_read_is_named(line: str, cure: str, tmp_path: Path) -> None:
    path = tmp_path / "waivers.csv"
    path.write_text(f"locale,group,key,rule,reason\n{line}\n", encoding="utf-8")
    with pytest.raises(BadFile, match=rf"waivers\.csv:2: .*{cure}"):
        waivers.load(path)


def test_a_waiver_lets_one_text_off_one_rule_and_says_when_it_is_spent() -> None:
    waiver = waivers.Waiver("es", "interface", "a.key", Rule.LENGTH, "said in one word")
    texts = [Wording("interface", "a.key", "What a long sentence this is", "Oh")]
    found = gates.findings(shipped()["es"], texts)
    assert waivers.waive(found, [waiver]) == ([], [])
    assert waivers.waive([], [waiver]) == ([], [waiver])
    assert waivers.waive(found, [replace(waiver, rule=Rule.ENGLISH)])[0] == found


def test_a_glossary_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "glossary.csv"
    for line in ("es,word,survey,encuesta", "es,term,survey,", "es,term,survey,a|"):
        path.write_text(f"locale,kind,term,forms\n{line}\n", encoding="utf-8")
        with pytest.raises(BadFile, match=r"glossary\.csv:2"):
            glossary.load(path)
    path.write_text("locale,kind,term,forms\nes,term,survey,encuesta|sondeo\n", encoding="utf-8")
    assert glossary.load(path) == {"es": Glossary({"survey": ["encuesta", "sondeo"]}, {})}
