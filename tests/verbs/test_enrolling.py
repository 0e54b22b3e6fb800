"""A roster becomes tickets with codes; a lost code is replaced; names are joined to tickets as the promise allows."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, text

from surveys import answering, enrolling, worker
from surveys.core.access import Account, Role, Scope
from surveys.core.instrument import Promise
from surveys.core.people import District, School, Ticket
from surveys.core.refusals import Conflict, NotAllowed, UnknownCode
from surveys.core.stamp import Stamp
from surveys.store import activity, assignments, tables, tickets, windows
from surveys.store.texts import Texts
from tests.world import DISTRICT_ADMIN, NOW, OTHER_PRINCIPAL, PLACE, PRINCIPAL, World, anonymous, roster, stamp

CEDAR = Scope("lakeview", "cedar")


def opted_in(world: World) -> Ticket:
    return next(ticket for ticket in world.tickets if not ticket.opted_out)


def test_every_roster_row_becomes_one_ticket_numbered_within_its_class(world: World) -> None:
    seven_a = [t.number for t in world.tickets if t.school == "cedar" and t.class_name == "7A"]

    assert len(world.tickets) == 18
    assert seven_a == [1, 2, 3, 4, 5, 6]


def test_an_opted_out_child_is_counted_and_has_no_code(world: World) -> None:
    out = [ticket for ticket in world.tickets if ticket.opted_out]
    with world.house.database.reading() as session:
        cards = enrolling.cards(session, DISTRICT_ADMIN, world.window, PLACE, world.house.secret)

    assert len(out) == 2
    assert len(cards) == 16
    assert not {card.ticket.id for card in cards} & {ticket.id for ticket in out}


def test_a_code_opens_its_own_ticket_as_a_person_may_type_it(world: World) -> None:
    ticket = opted_in(world)
    code = world.code(ticket)
    with world.house.database.reading() as session:
        door = answering.knock(session, world.house.secret, f"{code[:4]}-{code[4:8]} {code[8:].lower()}")

    assert door.ticket == ticket
    assert door.window == world.window


def test_the_database_holds_no_code(world: World) -> None:
    codes = {world.code(ticket) for ticket in world.tickets if not ticket.opted_out}
    with world.house.database.reading() as session:
        everything = " ".join(str(row) for t in tables.metadata.sorted_tables for row in session.execute(select(t)))

    assert not any(code in everything for code in codes)


def test_a_replaced_code_opens_and_the_old_one_is_dead(world: World) -> None:
    ticket = opted_in(world)
    old = world.code(ticket)
    with world.house.database.writing() as session:
        new = enrolling.replace_code(session, PRINCIPAL, ticket, (world.house.secret, stamp(NOW + timedelta(1))))

    with world.house.database.reading() as session:
        assert answering.knock(session, world.house.secret, new).ticket == ticket
        with pytest.raises(UnknownCode):
            answering.knock(session, world.house.secret, old)
    assert world.code(ticket) == new


def test_a_principal_cannot_replace_a_code_of_another_school(world: World) -> None:
    with world.house.database.writing() as session, pytest.raises(NotAllowed):
        enrolling.replace_code(session, OTHER_PRINCIPAL, opted_in(world), (world.house.secret, stamp()))


def test_a_withdrawn_ticket_opens_nothing(world: World) -> None:
    ticket = opted_in(world)
    code = world.code(ticket)
    with world.house.database.writing() as session:
        enrolling.withdraw(session, PRINCIPAL, ticket, stamp(NOW + timedelta(1)))

    with world.house.database.reading() as session, pytest.raises(UnknownCode):
        answering.knock(session, world.house.secret, code)


def test_names_are_found_for_the_cover_list_of_a_school_only(world: World) -> None:
    with world.house.database.reading() as session:
        labels = assignments.labels(session, CEDAR, world.window.id)

    assert set(labels) == {ticket.id for ticket in world.tickets if ticket.school == "cedar"}
    assert all(label.startswith("Student cedar") for label in labels.values())


def test_an_anonymous_window_joins_no_ticket_to_a_name(world: World) -> None:
    window = anonymous(world.window)
    with world.house.database.writing() as session:
        keys = (world.house.secret, stamp(NOW + timedelta(2)))
        enrolling.open_window(session, DISTRICT_ADMIN, window, roster(4), keys)

    with world.house.database.reading() as session:
        assert assignments.labels(session, PLACE, window.id) == {}
        assert len(tickets.of_window(session, PLACE, window.id)) == 4


def test_once_cut_from_names_no_order_joins_tickets_to_them(world: World) -> None:
    window = replace(world.window, id="spring")
    rows = [replace(row, class_name="7A", label=f"Child {number:02}") for number, row in enumerate(roster(40))]
    chance = Random(20261120)
    drawn = Stamp(NOW, lambda: f"{chance.getrandbits(128):032x}")
    with world.house.database.writing() as session:
        enrolling.open_window(session, DISTRICT_ADMIN, window, rows, (world.house.secret, drawn))

    with world.house.database.reading() as session:
        labels = assignments.labels(session, PLACE, window.id)
        by_number = [labels[ticket.id] for ticket in tickets.of_window(session, PLACE, window.id)]
        kept = session.execute(select(tables.ticket.c.ticket).where(tables.ticket.c.window == "spring")).scalars()
        as_tickets_lie = [labels[name] for name in kept]
        named = session.execute(select(tables.respondent.c.label, text("1"))).all()
        as_names_lie = [label for label, _ in named if label.startswith("Child")]

    on_the_roster = [row.label for row in rows]
    assert sorted(by_number) == sorted(as_names_lie) == on_the_roster
    assert by_number != on_the_roster
    assert as_names_lie not in (on_the_roster, by_number, as_tickets_lie)


def test_a_supportive_window_keeps_the_order_of_the_roster(world: World) -> None:
    window = replace(world.window, id="spring", promise=Promise.SUPPORTIVE)
    chance = Random(20261120)
    drawn = Stamp(NOW, lambda: f"{chance.getrandbits(128):032x}")
    with world.house.database.writing() as session:
        issued = enrolling.open_window(session, DISTRICT_ADMIN, window, roster(20), (world.house.secret, drawn))
        labels = assignments.labels(session, PLACE, window.id)

    assert [labels[ticket.id] for ticket in issued] == [row.label for row in roster(20)]


def test_closing_a_confidential_window_destroys_its_assignments_and_says_so(world: World) -> None:
    later = stamp(world.window.closes + timedelta(minutes=1))
    with world.house.database.writing() as session:
        destroyed = enrolling.close_window(session, DISTRICT_ADMIN, world.window, later)

    with world.house.database.reading() as session:
        assert destroyed == len(world.tickets)
        assert assignments.labels(session, PLACE, world.window.id) == {}
        acts = {act.kind: act for act in activity.latest(session, PLACE)}
        assert acts["assignments destroyed"].detail["destroyed"] == destroyed


def test_no_name_outlives_the_close_of_a_confidential_window(world: World) -> None:
    later = stamp(world.window.closes + timedelta(minutes=1))
    with world.house.database.writing() as session:
        enrolling.close_window(session, DISTRICT_ADMIN, world.window, later)

    with world.house.database.reading() as session:
        everything = " ".join(str(row) for t in tables.metadata.sorted_tables for row in session.execute(select(t)))
    assert not any(row.label in everything for row in roster())


def test_the_worker_keeps_the_promise_of_windows_that_have_closed_and_of_no_other(world: World) -> None:
    past = replace(world.window, id="last-year", closes=world.window.opens + timedelta(days=30))
    with world.house.database.writing() as session:
        keys = (world.house.secret, stamp(NOW + timedelta(3)))
        enrolling.open_window(session, DISTRICT_ADMIN, past, roster(5), keys)

    assert worker.close(world.house, "lakeview") == 5
    assert worker.close(world.house, "lakeview") == 0

    with world.house.database.reading() as session:
        assert assignments.labels(session, PLACE, past.id) == {}
        assert len(assignments.labels(session, PLACE, world.window.id)) == len(world.tickets)
        assert [act.kind for act in activity.latest(session, PLACE)].count("assignments destroyed") == 1


def test_an_open_window_keeps_its_assignments(world: World) -> None:
    with world.house.database.writing() as session, pytest.raises(Conflict):
        enrolling.close_window(session, DISTRICT_ADMIN, world.window, stamp())


def test_a_survey_version_is_never_edited_once_kept(world: World) -> None:
    with world.house.database.writing() as session:
        kept = windows.survey_definition(session, PLACE, (world.survey.id, world.survey.version))
        enrolling.keep_survey(session, DISTRICT_ADMIN, world.survey, kept, world.house.texts)
        with pytest.raises(Conflict, match="new version"):
            enrolling.keep_survey(session, DISTRICT_ADMIN, world.survey, kept + "\n# edited", world.house.texts)


def test_a_district_cannot_give_another_ones_survey_version_other_words(world: World) -> None:
    elsewhere = Account("eva", "Eva", Role.DISTRICT, Scope("hillside"))
    name = (world.survey.id, world.survey.version)
    with world.house.database.writing() as session:
        enrolling.found(session, District("hillside", "Hillside"), [School("hillside", "oak", "Oak", "en", "", "")])
        kept = windows.survey_definition(session, PLACE, name)
        enrolling.keep_survey(session, elsewhere, world.survey, kept, world.house.texts)

        enrolling.found(session, District("riverside", "Riverside"), [School("riverside", "elm", "Elm", "en", "", "")])
    other = Account("rob", "Rob", Role.DISTRICT, Scope("riverside"))
    with world.house.database.writing() as session, pytest.raises(Conflict, match="new version"):
        enrolling.keep_survey(session, other, world.survey, kept.replace("calm", "quiet"), world.house.texts)


def test_only_the_district_opens_windows(world: World) -> None:
    window = replace(world.window, id="winter")
    with world.house.database.writing() as session, pytest.raises(NotAllowed):
        enrolling.open_window(session, PRINCIPAL, window, roster(2), (world.house.secret, stamp()))


def reworded(world: World, tmp_path: Path) -> Texts:
    """The words of a later Homeroom: the Spanish title is another one."""
    folder = Path(shutil.copytree(world.house.texts.folder, tmp_path / "translations"))
    file, title = folder / "es/LC_MESSAGES/surveys.po", world.house.texts.survey(world.survey, "es").title
    file.write_text(file.read_text().replace(f'msgstr "{title}"', 'msgstr "Otro título"'))
    return Texts(folder)


def test_an_upgrade_does_not_reword_a_survey_that_children_answer(world: World, tmp_path: Path) -> None:
    later, title = reworded(world, tmp_path), world.house.texts.survey(world.survey, "es").title
    with world.house.database.reading() as session:
        kept = world.house.survey(session, world.survey.id, world.survey.version)

    assert later.survey(world.survey, "es").title == "Otro título"
    assert later.survey(kept, "es").title == title


def test_a_window_opened_after_an_upgrade_has_the_words_of_its_version(world: World, tmp_path: Path) -> None:
    later, title = reworded(world, tmp_path), world.house.texts.survey(world.survey, "es").title
    elsewhere, name = Account("eva", "Eva", Role.DISTRICT, Scope("hillside")), (world.survey.id, world.survey.version)
    with world.house.database.writing() as session:
        enrolling.found(session, District("hillside", "Hillside"), [School("hillside", "oak", "Oak", "en", "", "")])
        definition = windows.survey_definition(session, PLACE, name)
        enrolling.keep_survey(session, elsewhere, world.survey, definition, later)
    with world.house.database.reading() as session:
        kept = world.house.survey(session, *name)

    assert later.survey(kept, "es").title == title


def test_a_language_that_came_later_is_frozen_beside_the_others(world: World, tmp_path: Path) -> None:
    name, few = (world.survey.id, world.survey.version), tmp_path / "translations"
    shutil.copytree(world.house.texts.folder / "en", few / "en")
    with world.house.database.writing() as session:
        session.execute(tables.translation.delete())
        definition = windows.survey_definition(session, PLACE, name)
        enrolling.keep_survey(session, DISTRICT_ADMIN, world.survey, definition, Texts(few))
        assert not world.house.survey(session, *name).translations
        enrolling.keep_survey(session, DISTRICT_ADMIN, world.survey, definition, world.house.texts)
        frozen = {one.locale for one in world.house.survey(session, *name).translations}

    assert frozen == {*world.house.texts.offered(world.survey)} - {"en"}
