"""Forms for a window: each in its child's language, the same again whenever they are printed, and lost ones dead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest

from paper.layout import from_json
from paper.tag import Tag, encode
from surveys import answering, enrolling, printing, reporting
from surveys.core.access import Scope
from surveys.core.people import School
from surveys.core.refusals import Conflict, NotAllowed, UnknownCode
from surveys.core.responses import Answer, Mode, Response
from surveys.house import House
from surveys.printing import CannotPrint, Press, Printed
from surveys.store import papers, places
from tests.copier import job, printed
from tests.world import DISTRICT_ADMIN, NOW, OTHER_PRINCIPAL, PLACE, PRINCIPAL, World, stamp

LINK = "https://homeroom.example"


def drawn(pack: list[Printed]) -> bytes:
    out = BytesIO()
    printing.draw(pack, LINK, out)
    return out.getvalue()


def test_every_child_who_may_answer_gets_one_form_in_their_language(world: World) -> None:
    with world.house.database.writing() as session:
        pack = printed(session, world)

    invited = [ticket for ticket in world.tickets if not ticket.opted_out]
    assert {sheet.ticket.id for sheet in pack} == {ticket.id for ticket in invited}
    assert len({sheet.form.serial for sheet in pack}) == len(invited)
    assert all(sheet.composed.layout.locale == sheet.ticket.locale for sheet in pack)
    assert {sheet.ticket.locale for sheet in pack} == {"en", "es", "ar"}


def test_a_child_who_was_withdrawn_gets_no_form(world: World) -> None:
    gone = next(ticket for ticket in world.tickets if not ticket.opted_out)
    with world.house.database.writing() as session:
        enrolling.withdraw(session, DISTRICT_ADMIN, gone, stamp(NOW - timedelta(days=1)))
        pack = printed(session, world, locale=gone.locale)

    assert gone.id not in {sheet.ticket.id for sheet in pack}


def test_a_pack_printed_again_is_the_same_bytes(world: World) -> None:
    with world.house.database.writing() as session:
        first = drawn(printed(session, world, locale="en"))
    with world.house.database.writing() as session:
        again = printing.print_window(
            session, world.house.objects, DISTRICT_ADMIN, job(world, locale="en"), stamp(NOW + timedelta(days=1))
        )

    assert drawn(again) == first


def test_a_form_keeps_the_words_it_was_printed_with(world: World) -> None:
    with world.house.database.writing() as session:
        first = printed(session, world, locale="en")[0]
        reworded = replace(world, survey=replace(world.survey, title="Another title"))
        later = stamp(NOW + timedelta(days=1))
        again = printing.print_window(session, world.house.objects, DISTRICT_ADMIN, job(reworded, locale="en"), later)[
            0
        ]

    assert again.form == first.form
    assert again.composed.pdf == first.composed.pdf


def test_a_layout_is_kept_under_its_own_hash(world: World) -> None:
    with world.house.database.writing() as session:
        form = printed(session, world, locale="ar")[0].form
        kept = papers.layouts(session, PLACE, [form.layout])[form.layout]

    assert from_json(kept).digest == form.layout


def test_the_tag_of_a_form_opens_the_survey_online_until_the_form_is_replaced(world: World) -> None:
    with world.house.database.writing() as session:
        old = printed(session, world, locale="en")[0]
        assert answering.knock(session, world.house.secret, old.form.serial).ticket == old.ticket
        later = stamp(NOW + timedelta(days=1))
        new = printing.replace_form(session, world.house.objects, DISTRICT_ADMIN, (job(world), old.ticket), later)

        assert new.form.generation == 2
        assert answering.knock(session, world.house.secret, new.form.serial).ticket == old.ticket
        with pytest.raises(UnknownCode):
            answering.knock(session, world.house.secret, old.form.serial)


def test_an_opted_out_child_gets_no_sheet_by_replacing_one_either(world: World) -> None:
    out = next(ticket for ticket in world.tickets if ticket.opted_out)
    with world.house.database.writing() as session, pytest.raises(Conflict):
        printing.replace_form(session, world.house.objects, DISTRICT_ADMIN, (job(world), out), stamp())


def test_another_paper_size_is_refused_with_the_cure(world: World) -> None:
    with world.house.database.writing() as session:
        printed(session, world, locale="en")
        other = job(world, locale="en")
        other = replace(other, press=replace(other.press, paper="a4"))
        with pytest.raises(Conflict, match="print on letter"):
            printing.print_window(session, world.house.objects, DISTRICT_ADMIN, other, stamp(NOW + timedelta(days=1)))


def test_a_lost_sheet_is_replaced_on_paper_of_its_size_and_in_its_language(world: World) -> None:
    house = world.house
    own = job(world, class_name="7A")
    a4 = replace(own, press=replace(own.press, paper="a4"))
    with house.database.writing() as session:
        pack = printing.print_window(session, house.objects, DISTRICT_ADMIN, a4, stamp())
        lost = next(sheet for sheet in pack if sheet.ticket.locale == "ar")
        later = stamp(NOW + timedelta(days=1))
        new = printing.replace_form(session, house.objects, DISTRICT_ADMIN, (own, lost.ticket), later)
        again = printing.print_window(session, house.objects, DISTRICT_ADMIN, a4, stamp(NOW + timedelta(days=2)))

    assert new.composed.layout == lost.composed.layout
    assert new.form.serial in {sheet.form.serial for sheet in again}


def test_a_school_prints_its_own_forms_and_no_other(world: World) -> None:
    own = replace(job(world), where=Scope("lakeview", "cedar"))
    with world.house.database.writing() as session:
        pack = printing.print_window(session, world.house.objects, PRINCIPAL, own, stamp())
        assert {sheet.ticket.school for sheet in pack} == {"cedar"}
        with pytest.raises(NotAllowed):
            printing.print_window(session, world.house.objects, OTHER_PRINCIPAL, own, stamp())


def test_a_sheet_tells_class_and_number_in_its_language_and_no_name(world: World) -> None:
    with world.house.database.writing() as session:
        labels = {sheet.ticket.locale: sheet.label for sheet in printed(session, world, class_name="7A")}

    assert labels["en"].startswith("Class 7A · Sheet ")
    assert labels["es"] != labels["en"]
    assert "Student" not in "".join(labels.values())


def test_a_spare_is_nobodys_until_somebody_answers_on_it(world: World) -> None:
    wanted = replace(job(world, locale="es"), where=Scope("lakeview", "cedar"))
    with world.house.database.writing() as session:
        spares = printing.print_spares(
            session, world.house.objects, PRINCIPAL, (wanted, 2), stamp(NOW + timedelta(hours=1))
        )
        later = stamp(NOW + timedelta(days=1))
        more = printing.print_spares(session, world.house.objects, PRINCIPAL, (wanted, 1), later)
        pack = printing.print_window(session, world.house.objects, PRINCIPAL, wanted, stamp(NOW + timedelta(days=2)))
        door = answering.knock(session, world.house.secret, spares[0].form.serial)
        results = reporting.merge(session, PLACE, world.window, world.survey, {})

    assert [sheet.ticket.number for sheet in (*spares, *more)] == [1, 2, 3]
    assert door.ticket == spares[0].ticket
    assert not any(sheet.ticket.spare for sheet in pack)
    assert len(results) == len(world.tickets)


def test_a_spare_that_was_answered_counts_once(world: World) -> None:
    wanted = replace(job(world, locale="en"), where=Scope("lakeview", "cedar"))
    with world.house.database.writing() as session:
        later = stamp(NOW + timedelta(days=1))
        spare = printing.print_spares(session, world.house.objects, PRINCIPAL, (wanted, 1), later)[0].ticket
        answer = {"planning": Answer(("4",), locale="en")}
        paper = {spare.id: [Response(spare.id, Mode.PAPER, "serial", answer, NOW, handed_in=True)]}
        results = reporting.merge(session, PLACE, world.window, world.survey, paper)

    assert len(results) == len(world.tickets) + 1
    assert next(result for result in results if result.ticket == spare).chosen == paper[spare.id][0]


def test_the_help_line_of_the_school_stands_on_the_sheet(world: World) -> None:
    press = job(world).press
    school = printing.content(world.survey, "en", press, _school(world, "birch"))
    nobodys = printing.content(world.survey, "en", press)

    assert "555-0177" in school.items[-1].note
    assert nobodys.items[-1].note in school.items[-1].note


@pytest.mark.parametrize(
    ("grade", "kind"), [("PK", "early"), ("KG", "early"), ("02", "early"), ("2", "early"), ("3", "regular"),
                        ("12", "regular"), ("", "regular")],
)  # fmt: skip
def test_a_sheet_has_the_style_of_a_childs_grade_unless_one_is_asked_for(world: World, grade: str, kind: str) -> None:
    press = job(world).press
    assert printing.style(world.survey, press, grade) == kind
    assert printing.style(world.survey, replace(press, style="large"), grade) == "large"


def test_a_survey_for_the_first_grades_is_set_for_them_where_no_grade_is_known(world: World) -> None:
    young = replace(world.survey, grades=("K", "1", "2"))
    assert printing.style(young, job(world).press) == "early"
    assert printing.compose(young, "en", job(world).press).layout.style == "early"


def test_a_sheet_is_replaced_in_its_own_style_or_in_the_one_asked_for(world: World) -> None:
    usual = job(world, locale="en")
    large = replace(usual, press=replace(usual.press, style="large"))
    objects = world.house.objects
    with world.house.database.writing() as session:
        first = printing.print_window(session, objects, DISTRICT_ADMIN, large, stamp())[0]
        later = [stamp(NOW + timedelta(days=day)) for day in (1, 2, 3)]
        same = printing.replace_form(session, objects, DISTRICT_ADMIN, (usual, first.ticket), later[0])
        early = replace(usual, press=replace(usual.press, style="early"))
        other = printing.replace_form(session, objects, DISTRICT_ADMIN, (early, first.ticket), later[1])
        pack = printing.print_window(session, objects, DISTRICT_ADMIN, usual, later[2])
        with pytest.raises(Conflict, match="was printed in style early; leave the style out"):
            printing.print_window(session, objects, DISTRICT_ADMIN, large, later[2])

    assert (same.composed.layout.style, other.composed.layout.style) == ("large", "early")
    assert {sheet.composed.layout.style for sheet in pack} == {"large", "early"}


def test_an_address_too_long_for_a_tag_is_refused_and_told(world: World) -> None:
    with world.house.database.writing() as session:
        pack = printed(session, world, locale="en")[:1]

    with pytest.raises(CannotPrint, match="use a shorter address"):
        printing.draw(pack, f"https://{'a' * 80}.example", BytesIO())


def test_a_missing_font_is_refused_and_told(house: House) -> None:
    press = Press(house.texts, house.locales, house.config.instance)

    with pytest.raises(CannotPrint, match="run scripts/fonts --all"):
        printing.compose(house.shipped["sel-3-5"], "en", press)


def test_serials_fit_a_tag() -> None:
    serial = printing.serial(b"sixteen random b")

    assert encode(Tag(serial, 1), LINK).startswith(f"HTTPS://HOMEROOM.EXAMPLE/F/{serial}01")


def _school(world: World, name: str) -> School:
    with world.house.database.reading() as session:
        return places.schools(session, PLACE)[name]
