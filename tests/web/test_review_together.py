"""Several people at the review desk: they do not meet, and where they do nobody is overruled or sent away."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveys import reviewing
from surveys.core import review
from surveys.core.access import Account
from surveys.core.review import Decision
from surveys.core.sheets import Form, Ruling
from surveys.store import rulings
from tests.web.staffing import come_back, post, print_sheets, scan_of, sign_in
from tests.world import DISTRICT_ADMIN, PLACE, PRINCIPAL, REVIEWER, World

DESK = "/review/windows/fall-2026"
Seat = Callable[[Account], FlaskClient]


@pytest.fixture
def forms(world: World) -> list[Form]:
    """Four sheets with two marks in the first question."""
    printed = print_sheets(world)[:4]
    for form in printed:
        come_back(world, form, {world.survey.questions[0].id: ("1", "2")})
    return printed


@pytest.fixture
def seat(app: Flask, world: World) -> Seat:
    """Somebody signed in with a browser of their own."""

    def sit(account: Account) -> FlaskClient:
        client = app.test_client()
        sign_in(client, world, account)
        return client

    return sit


@pytest.fixture
def all_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every settled doubt is shown to a second person."""
    monkeypatch.setattr(review, "SAMPLE", 256)


def shown(client: FlaskClient, address: str = DESK) -> dict[str, str]:
    """The hidden fields of the doubt on the desk; empty when there is none."""
    html = client.get(address).get_data(as_text=True)
    return {
        name: found[1]
        for name in ("scan", "question", "turn", "after")
        if (found := re.search(rf'name="{name}" value="([^"]+)"', html))
    }


def given(world: World, form: Form) -> list[tuple[str, tuple[str, ...], bool, bool]]:
    with world.house.database.reading() as session:
        kept = rulings.of_forms(session, PLACE, {form.serial}).get(form.serial, [])
    return [(ruling.by, ruling.options, ruling.blind, ruling.withdrawn) for ruling in kept]


def rule(client: FlaskClient, doubt: dict[str, str], option: str) -> str:
    return post(client, f"{DESK}/rule", {**doubt, "option": option}).headers["Location"]


def form_of(forms: list[Form], doubt: dict[str, str]) -> Form:
    return next(form for form in forms if scan_of(form) == doubt["scan"])


def test_two_people_start_apart_and_never_see_the_same_doubt(seat: Seat, forms: list[Form]) -> None:
    rosa, pilar = seat(REVIEWER), seat(PRINCIPAL)
    seen: list[str] = []
    ours = [shown(rosa), shown(pilar)]
    for person, doubt in ((rosa, ours[0]), (pilar, ours[1])) * 2:
        current = doubt if doubt["scan"] not in seen else shown(person)
        seen.append(current["scan"])
        rule(person, current, "1")
        shown(person)

    assert sorted(seen) == sorted(scan_of(form) for form in forms)
    assert abs(sorted(seen).index(ours[0]["scan"]) - sorted(seen).index(ours[1]["scan"])) == 2


def test_two_people_who_share_an_account_do_not_meet_either(seat: Seat, forms: list[Form]) -> None:
    assert shown(seat(PRINCIPAL))["scan"] != shown(seat(PRINCIPAL))["scan"]


def test_a_page_asked_for_again_keeps_its_doubt(seat: Seat, forms: list[Form]) -> None:
    rosa = seat(REVIEWER)

    assert shown(rosa) == shown(rosa)


def test_when_others_look_at_all_that_is_left_the_desk_says_so(seat: Seat, forms: list[Form]) -> None:
    for _ in forms:
        shown(seat(PRINCIPAL))
    page = seat(REVIEWER).get(DESK).get_data(as_text=True)

    assert "Others are looking at what is left: 4" in page


def test_who_rules_second_is_told_what_the_first_ruled_and_overrules_nobody(
    seat: Seat, world: World, forms: list[Form]
) -> None:
    rosa, pilar = seat(REVIEWER), seat(PRINCIPAL)
    doubt = shown(rosa)
    rule(rosa, doubt, "2")
    onward = rule(pilar, {**doubt, "turn": ""}, "1")
    page = pilar.get(onward).get_data(as_text=True)

    assert "Rosa Adeyemi settled that one a moment before you" in page
    assert given(world, form_of(forms, doubt)) == [("rosa", ("2",), False, False), ("pilar", ("1",), True, False)]
    with world.house.database.reading() as session:
        found = reviewing.trace(session, DISTRICT_ADMIN, doubt["scan"]).sheet.found[doubt["question"]]
    assert found.options == ("2",)


def test_rulings_in_the_same_moment_are_all_kept_and_one_stands(world: World, forms: list[Form]) -> None:
    if world.house.database.url.database in (None, "", ":memory:"):
        pytest.skip("one connection has no second moment")
    doubt = Decision(scan_of(forms[0]), world.survey.questions[0].id, after=0)
    people = (REVIEWER, PRINCIPAL, DISTRICT_ADMIN)
    start = Barrier(len(people))

    def give(person: Account) -> Ruling:
        start.wait()
        with world.house.database.writing() as session:
            decision = Decision(doubt.scan, doubt.question, (str(1 + people.index(person)),), after=0)
            return reviewing.rule(session, person, decision, world.house.stamp())

    with ThreadPoolExecutor(len(people)) as pool:
        stand = list(pool.map(give, people))
    kept = given(world, forms[0])
    assert len({ruling.by for ruling in stand}) == 1
    assert sorted(by for by, *_ in kept) == ["dana", "pilar", "rosa"]
    assert [blind for _, _, blind, _ in kept] == [False, True, True]


@pytest.mark.usefixtures("all_twice")
def test_a_second_person_looks_without_knowing_and_changes_nothing(seat: Seat, world: World, forms: list[Form]) -> None:
    rosa, pilar = seat(REVIEWER), seat(PRINCIPAL)
    doubt = shown(rosa)
    rule(rosa, doubt, "2")
    desk = f"{DESK}?at={doubt['question']}.{doubt['scan']}"
    page = pilar.get(desk).get_data(as_text=True)
    look = shown(pilar, desk)
    onward = rule(pilar, look, "1")

    assert look["scan"] == doubt["scan"]
    assert "Rosa" not in page
    assert "met=" not in onward
    assert given(world, form_of(forms, doubt))[-1] == ("pilar", ("1",), True, False)
    assert shown(rosa, desk)["scan"] != doubt["scan"]
    assert shown(pilar, desk)["scan"] != doubt["scan"]  # once is enough


@pytest.mark.usefixtures("all_twice")
def test_undo_takes_back_ones_own_look_and_not_the_ruling(seat: Seat, world: World, forms: list[Form]) -> None:
    rosa, pilar = seat(REVIEWER), seat(PRINCIPAL)
    doubt = shown(rosa)
    rule(rosa, doubt, "2")
    rule(pilar, shown(pilar, f"{DESK}?at={doubt['question']}.{doubt['scan']}"), "1")
    onward = post(pilar, f"{DESK}/undo").headers["Location"]

    assert given(world, form_of(forms, doubt))[-1] == ("pilar", (), True, True)
    assert shown(pilar, onward)["scan"] == doubt["scan"]
    with world.house.database.reading() as session:
        found = reviewing.trace(session, DISTRICT_ADMIN, doubt["scan"]).sheet.found[doubt["question"]]
    assert found.options == ("2",)


@pytest.mark.usefixtures("all_twice")
def test_each_sees_their_own_part_and_the_administrator_everybodys(seat: Seat, forms: list[Form]) -> None:
    rosa, pilar = seat(REVIEWER), seat(PRINCIPAL)
    doubt = shown(rosa)
    rule(rosa, doubt, "2")
    rule(pilar, shown(pilar, f"{DESK}?at={doubt['question']}.{doubt['scan']}"), "1")
    own, all_of_it = (person.get(f"{DESK}/people").get_data(as_text=True) for person in (rosa, seat(DISTRICT_ADMIN)))

    assert "0 of 1" in own
    assert "Seen differently" in own
    assert [name in all_of_it for name in ("Rosa Adeyemi", "Pilar Nakamura")] == [True, True]
    assert '<th scope="row">Pilar' not in own
    assert "You: 1 rulings" in rosa.get(DESK).get_data(as_text=True)
