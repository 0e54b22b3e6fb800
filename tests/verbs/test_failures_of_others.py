"""What users of other survey systems complain of in public, one test each: it does not happen here."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from surveys import enrolling, translating
from surveys.core.definition import parse
from surveys.core.entries import Entry, Status
from surveys.core.exchange import Booklet, Unit, compare, digest
from surveys.core.gates import Rule
from surveys.core.instrument import Survey, words
from surveys.core.refusals import BadFile
from surveys.translating import sheet
from tests.cli.test_translate import MINE
from tests.world import DISTRICT_ADMIN, World

SPANISH = {"title": "Nuestro almuerzo", "topic.lunch": "Almuerzo", "question.taste": "¿Cuánto te gusta el almuerzo?"}


def mine(text: str = MINE, **changed: Entry) -> Survey:
    """A district's own survey with its Spanish, made from the English of MINE."""
    english = words(parse(MINE, "mine.toml"))
    entries = {key: Entry(said, Status.CHECKED, english[key]) for key, said in SPANISH.items()}
    return translating.with_words(parse(text, "mine.toml"), "es", {**entries, **changed})


def scale_of_mine(world: World) -> tuple[Booklet, Unit, Unit]:
    """The booklet of MINE in Spanish, and the first and the last label of its scale."""
    now = translating.of_survey(world.house.texts, parse(MINE, "mine.toml"), world.house.locales["es"])
    labels = [unit for unit in now.units if unit.key.startswith("scale.")]
    return now, labels[0], labels[-1]


def test_a_translation_does_not_outlive_the_sentence_it_was_made_from(world: World) -> None:
    edited = mine(MINE.replace("How much do you like lunch?", "How much do you like the bus?"))

    assert world.house.texts.standing(edited, "es")["question.taste"] is Status.STALE
    assert "es" not in world.house.texts.offered(edited)


def test_a_changed_title_asks_for_the_title_alone(world: World) -> None:
    edited = mine(MINE.replace("Our lunch", "Lunch at our school"))
    stale = [key for key, status in world.house.texts.standing(edited, "es").items() if not status.showable]

    assert stale == ["title"]


def test_a_bad_translation_never_blocks_the_survey(world: World) -> None:
    broken = mine(title=Entry("", Status.MISSING, None))

    assert "en" in world.house.texts.offered(broken)
    assert "es" not in world.house.texts.offered(broken)
    assert "es" in world.house.texts.offered(mine())


def test_no_question_of_one_language_stands_on_a_page_of_another(world: World) -> None:
    half = mine(**{"question.taste": Entry("¿Cuánto…?", Status.DRAFT, "How much do you like lunch?")})

    with pytest.raises(Exception, match="is not offered in 'es'"):
        world.house.texts.survey(half, "es")


def test_an_answer_given_in_another_language_is_the_same_answer(world: World) -> None:
    ticket = next(ticket for ticket in world.tickets if ticket.locale == "es")
    question = world.survey.questions[0]
    spoken = world.house.texts.survey(world.survey, "es").by_id[question.id]

    assert [option.id for option in spoken.options] == [option.id for option in question.options]
    assert [option.favorable for option in spoken.options] == [option.favorable for option in question.options]
    assert ticket.locale == "es"


def test_the_order_of_a_scale_is_the_same_in_every_language(world: World) -> None:
    texts = world.house.texts
    for tag in texts.offered(world.survey):
        spoken = texts.survey(world.survey, tag)
        assert [q.option_ids for q in spoken.questions] == [q.option_ids for q in world.survey.questions], tag


def test_quotes_and_commas_come_back_from_a_spreadsheet_as_they_went() -> None:
    text = 'She said: "Yes, really", and left; it\'s 5 o’clock\nnow'
    out = io.BytesIO()
    sheet.write(Booklet("mine", "1", "es", (Unit("a", text, text, "checked", "", digest(text)),)), out)

    assert sheet.read(out.getvalue(), "x").units[0].text == text


def test_a_text_can_be_translated_although_nobody_ever_touched_its_english(world: World) -> None:
    locale = world.house.locales["sw"]
    booklet = translating.of_survey(world.house.texts, parse(MINE, "mine.toml"), locale)

    assert {unit.key for unit in booklet.units} == set(words(parse(MINE, "mine.toml")))


def test_nothing_can_be_translated_that_says_nothing() -> None:
    with pytest.raises(BadFile, match="text"):
        parse(MINE.replace("How much do you like lunch?", ""), "mine.toml")


def test_two_levels_of_a_scale_never_read_the_same(world: World) -> None:
    now, first, last = scale_of_mine(world)
    there = replace(now, units=tuple(replace(u, text="Mucho") if u is first else u for u in now.units))
    back = replace(now, units=(replace(last, text="mucho"),))
    taken = translating.take(there, compare(there, back), world.house.locales["es"], (frozenset(), ""))

    assert {(finding.key, finding.rule) for finding in taken.findings} == {(last.key, Rule.SCALE)}
    assert taken.entries[last.key].claim is Status.DRAFT


def test_a_label_that_comes_before_the_one_it_repeats_is_stopped_too(world: World) -> None:
    now, first, last = scale_of_mine(world)
    there = replace(now, units=tuple(replace(u, text="Mucho") if u is last else u for u in now.units))
    back = replace(now, units=(replace(first, text="Mucho"),))
    taken = translating.take(there, compare(there, back), world.house.locales["es"], (frozenset(), ""))

    assert taken.entries[first.key].claim is Status.DRAFT


def test_what_was_wrong_before_stops_nothing_that_comes(world: World) -> None:
    now, first, last = scale_of_mine(world)
    labels = {first.key, last.key}
    there = replace(now, units=tuple(replace(u, text="Mucho") if u.key in labels else u for u in now.units))
    back = replace(now, units=tuple(replace(u, text="El almuerzo") for u in now.units if u.key == "title"))
    taken = translating.take(there, compare(there, back), world.house.locales["es"], (frozenset(), ""))

    assert not taken.findings
    assert taken.entries["title"].claim is Status.CHECKED


def test_a_sentence_left_in_english_is_not_taken_as_translated(world: World) -> None:
    locale = world.house.locales["es"]
    now = translating.of_survey(world.house.texts, parse(MINE, "mine.toml"), locale)
    left = tuple(replace(unit, text=unit.english) for unit in now.units if unit.key == "question.taste")
    taken = translating.take(now, compare(now, replace(now, units=left)), locale, (frozenset(), ""))

    assert taken.entries["question.taste"].claim is Status.DRAFT


def test_a_window_opened_with_its_translations_keeps_them_as_they_were(world: World) -> None:
    with world.house.database.writing() as session:
        enrolling.keep_survey(session, DISTRICT_ADMIN, mine(), MINE, world.house.texts)
    with world.house.database.reading() as session:
        kept = world.house.survey(session, "mine", "1")

    assert "es" in world.house.texts.offered(kept)
    assert world.house.texts.survey(kept, "es").title == "Nuestro almuerzo"
