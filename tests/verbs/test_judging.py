"""Other thresholds judge what was kept anew: shown before and after, and only when a person says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from paper.read import READER_VERSION
from surveys import judging, reviewing, scanning
from surveys.core.marking import DEFAULT, Thresholds
from surveys.core.refusals import BadFile, Conflict, NotAllowed
from surveys.core.review import Decision
from surveys.core.sheets import Form
from surveys.core.thresholds import parse, write
from surveys.judging import Preview
from surveys.store import scans, thresholds
from surveys.store.thresholds import Chosen
from tests.web.staffing import come_back, print_sheets, scan_of
from tests.world import DISTRICT_ADMIN, NOW, PLACE, PRINCIPAL, World, stamp

STRICT = replace(DEFAULT, version="strict", definite=0.5)  # the marks of these sheets hold 0.4: no mark any more


@pytest.fixture
def forms(world: World) -> list[Form]:
    """Two sheets back from the scanner: a clear answer on the first, two marks on the second."""
    printed = print_sheets(world)
    first, second = (question.id for question in world.survey.questions[:2])
    come_back(world, printed[0], {first: ("2",)})
    come_back(world, printed[1], {second: ("1", "5")})
    return printed[:2]


def preview(world: World, new: Thresholds = STRICT) -> Preview:
    with world.house.database.reading() as session:
        return judging.preview(session, DISTRICT_ADMIN, new)


def choose(world: World, new: Thresholds = STRICT, seconds: int = 60) -> None:
    with world.house.database.writing() as session:
        later = stamp(world.house.stamp().now + timedelta(seconds=seconds))
        judging.choose(session, DISTRICT_ADMIN, new, "to try", later)


def answers(world: World, form: Form) -> dict[str, tuple[str, ...]]:
    with world.house.database.reading() as session:
        found = reviewing.trace(session, DISTRICT_ADMIN, scan_of(form)).sheet.found
    return {question: seen.options for question, seen in found.items() if seen.options}


def test_a_preview_tells_every_change_and_changes_nothing(world: World, forms: list[Form]) -> None:
    before = answers(world, forms[0])
    seen = preview(world)

    first, second = (question.id for question in world.survey.questions[:2])
    assert {(c.serial, c.question, c.way) for c in seen.comparison.changes} == {
        (forms[0].serial, first, ("answer", "faint")),
        (forms[1].serial, second, ("two-marks", "faint")),
    }
    assert (seen.comparison.before["answer"], seen.comparison.after["answer"]) == (1, 0)
    assert seen.comparison.before.total() == seen.comparison.after.total() == seen.comparison.questions
    assert answers(world, forms[0]) == before == {first: ("2",)}


def test_a_preview_says_what_choosing_then_does(world: World, forms: list[Form]) -> None:
    seen = preview(world)
    choose(world)
    with world.house.database.reading() as session:
        found = {form.serial: reviewing.trace(session, DISTRICT_ADMIN, scan_of(form)).sheet.found for form in forms}

    for change in seen.comparison.changes:
        assert found[change.serial][change.question].doubt == change.after.doubt
    assert preview(world).comparison.changes == []


def test_a_ruling_stands_whatever_the_thresholds(world: World, forms: list[Form]) -> None:
    question = world.survey.questions[1].id
    with world.house.database.writing() as session:
        reviewing.rule(session, PRINCIPAL, Decision(scan_of(forms[1]), question, ("5",)), world.house.stamp())
    seen = preview(world)
    choose(world)

    assert seen.ruled == 1
    assert question not in {change.question for change in seen.comparison.changes}
    assert answers(world, forms[1]) == {question: ("5",)}


def test_two_scans_of_one_page_are_compared_together(world: World, forms: list[Form]) -> None:
    """The second scan of the page is heavier: what the first would lose, the second keeps."""
    with world.house.database.writing() as session:
        seen = scans.readings(session, PLACE, {scan_of(forms[0])}, READER_VERSION).values()
        darker = [
            replace(r, scan=r.scan[::-1], fields=tuple(replace(m, ink=tuple(2 * i for i in m.ink)) for m in r.fields))
            for r in seen
        ]
        scans.add_readings(session, PLACE, darker)
    changed = preview(world).comparison.changes
    first = world.survey.questions[0].id
    choose(world)

    assert forms[0].serial not in {change.serial for change in changed}
    assert answers(world, forms[0]) == {first: ("2",)}


def test_who_chose_when_and_why_is_kept_and_the_newest_stands(world: World, forms: list[Form]) -> None:
    choose(world)
    choose(world, replace(DEFAULT, version="as before"), 120)
    with world.house.database.reading() as session:
        kept = judging.history(session, DISTRICT_ADMIN)
        assert judging.standing(session, PRINCIPAL).version == "as before"

    assert [(each.thresholds.version, each.by, each.why) for each in kept] == [
        ("as before", "dana", "to try"),
        ("strict", "dana", "to try"),
        (DEFAULT.version, "system", ""),
    ]
    with pytest.raises(Conflict):
        choose(world)


def test_only_who_may_release_chooses(world: World, forms: list[Form]) -> None:
    with world.house.database.writing() as session:
        with pytest.raises(NotAllowed):
            judging.preview(session, PRINCIPAL, STRICT)
        with pytest.raises(NotAllowed):
            judging.choose(session, PRINCIPAL, STRICT, "why not", stamp())


def test_an_upgrade_that_ships_other_thresholds_changes_nothing_by_itself(
    world: World, forms: list[Form], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(world, forms[0])
    monkeypatch.setattr(thresholds, "DEFAULT", replace(STRICT, version="newer"))

    assert answers(world, forms[0]) == before


def test_a_choice_holds_for_the_reader_it_was_made_for(world: World, forms: list[Form]) -> None:
    with world.house.database.writing() as session:
        thresholds.add(session, PLACE, Chosen(STRICT, "another", "to try", NOW + timedelta(days=999), "dana"))
        assert thresholds.standing(session, PLACE, READER_VERSION).version == DEFAULT.version


def test_another_districts_choice_is_not_ours(world: World, forms: list[Form]) -> None:
    choose(world)
    with world.house.database.reading() as session:
        assert thresholds.standing(session, replace(PLACE, district="hillside"), READER_VERSION) == DEFAULT


def test_a_file_of_thresholds_comes_back_as_it_was_written() -> None:
    assert parse(write(STRICT), "now.toml", DEFAULT) == STRICT
    assert parse('version = "x"\ndefinite = 0.03', "x.toml", DEFAULT) == replace(DEFAULT, version="x", definite=0.03)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("version = ", "is not TOML"),
        ("definite = 0.1", "version"),
        ('version = " "', "version"),
        ('version = "x"\ndefinit = 0.1', "definit: no such threshold; write one of"),
        ('version = "x"\ndefinite = 2', "definite: is not a share"),
        ('version = "x"\ndefinite = nan', "definite: is not a share"),
        ('version = "x"\ndefinite = true', "definite: is not a share"),
        ('version = "x"\ndefinite = "0.1"', "definite: is not a share"),
        ('version = "x"\nmarginal = 0.3', "marginal: is above definite"),
    ],
)
def test_a_file_that_cannot_be_thresholds_is_told_by_its_key(text: str, about: str) -> None:
    with pytest.raises(BadFile, match=r"x\.toml") as refused:
        parse(text, "x.toml", DEFAULT)
    assert about in str(refused.value)


def test_receiving_a_batch_keeps_what_it_is_judged_by(world: World, forms: list[Form]) -> None:
    assert scanning  # the batches of these sheets went through `receive`
    with world.house.database.reading() as session:
        (kept,) = thresholds.history(session, PLACE, READER_VERSION)
    assert (kept.thresholds, kept.by) == (DEFAULT, "system")
