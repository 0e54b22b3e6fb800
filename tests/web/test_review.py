"""The review desk: one doubt at a time, ruled, undone and traced; nobody's name, nobody else's school."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from surveys import judging, reviewing
from surveys.core.sheets import Form
from tests.web.staffing import batch_of, come_back, post, print_sheets, scan_of, sign_in
from tests.world import DISTRICT_ADMIN, OTHER_PRINCIPAL, PRINCIPAL, REVIEWER, World

DESK = "/review/windows/fall-2026"


@pytest.fixture
def forms(world: World) -> list[Form]:
    """Two sheets back from the scanner, each with one doubtful question; the second has handwriting as well."""
    printed = print_sheets(world)
    first, second = (question.id for question in world.survey.questions[:2])
    come_back(world, printed[0], {first: ("1", "2"), second: ("3",)})
    come_back(world, printed[1], {second: ("1", "5"), "better-school": ("x",)})
    return printed[:2]


def waiting(world: World) -> list[tuple[str, str]]:
    with world.house.database.reading() as session:
        found = reviewing.doubts(session, PRINCIPAL, PRINCIPAL.scope, "fall-2026")
    return [(doubt.scan, doubt.question) for doubt in found]


def asked(html: str) -> tuple[str, str]:
    """Scan and question of the doubt on the desk."""
    scan = re.search(r'name="scan" value="([^"]+)"', html)
    question = re.search(r'name="question" value="([^"]+)"', html)
    assert scan
    assert question
    return scan.group(1), question.group(1)


def on_desk(client: FlaskClient, address: str = DESK) -> tuple[str, str]:
    return asked(client.get(address).get_data(as_text=True))


def rule(client: FlaskClient, doubt: tuple[str, str], **given: Any) -> str:
    form = {"scan": doubt[0], "question": doubt[1]} | given
    return post(client, f"{DESK}/rule", form).headers["Location"]


def test_doubts_come_question_by_question(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world)
    first, second = (question.id for question in world.survey.questions[:2])
    one, other = (scan_of(form) for form in forms)
    assert on_desk(client) == (one, first)
    assert on_desk(client, f"{DESK}?after={first}.{one}") == (other, second)
    last = f"better-school.{scan_of(forms[1], 2)}"
    assert on_desk(client, f"{DESK}?after={last}") == (one, first)  # around and around


def test_a_ruling_settles_its_doubt_and_names_who_and_when(
    client: FlaskClient, world: World, forms: list[Form]
) -> None:
    sign_in(client, world)
    doubt = on_desk(client)
    onward = rule(client, doubt, option="2")
    assert doubt not in waiting(world)
    assert len(waiting(world)) == 2
    assert on_desk(client, onward) != doubt
    with world.house.database.reading() as session:
        trace = reviewing.trace(session, PRINCIPAL, doubt[0])
    assert [(kept.options, kept.by, kept.withdrawn) for kept in trace.rulings] == [(("2",), "pilar", False)]
    assert trace.sheet.found[doubt[1]].options == ("2",)


def test_left_blank_is_a_ruling_too(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world)
    doubt = on_desk(client)
    rule(client, doubt, blank="1")
    with world.house.database.reading() as session:
        found = reviewing.trace(session, PRINCIPAL, doubt[0]).sheet.found[doubt[1]]
    assert (found.options, found.ruled) == ((), True)


def test_handwriting_is_typed(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world)
    doubt = (scan_of(forms[1], 2), "better-school")
    page = client.get(f"{DESK}?at=better-school.{doubt[0]}").get_data(as_text=True)
    assert 'dir="rtl" lang="ar"' in page  # the second sheet is in Arabic
    rule(client, doubt, text="أشجار أكثر")
    with world.house.database.reading() as session:
        assert reviewing.trace(session, PRINCIPAL, doubt[0]).sheet.found["better-school"].text == "أشجار أكثر"


def test_saving_nothing_is_not_a_ruling(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world)
    doubt = (scan_of(forms[1], 2), "better-school")
    onward = rule(client, doubt, text="   ")
    assert doubt in waiting(world)
    assert on_desk(client, onward) == doubt


def test_undo_puts_the_last_ruling_back_on_the_desk_and_the_one_before_after_it(
    client: FlaskClient, world: World, forms: list[Form]
) -> None:
    sign_in(client, world)
    before = sorted(waiting(world))
    first = on_desk(client)
    second = on_desk(client, rule(client, first, option="1"))
    rule(client, second, option="5")
    assert on_desk(client, post(client, f"{DESK}/undo").headers["Location"]) == second
    assert on_desk(client, post(client, f"{DESK}/undo").headers["Location"]) == first
    assert sorted(waiting(world)) == before
    assert post(client, f"{DESK}/undo").status_code == 303  # nothing left to undo, and nothing breaks


def test_an_answer_the_question_does_not_have_is_refused(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world)
    doubt = on_desk(client)
    answer = post(client, f"{DESK}/rule", {"scan": doubt[0], "question": doubt[1], "option": "99"})
    assert answer.status_code == 422
    assert doubt in waiting(world)


def test_every_button_of_the_desk_has_its_key_and_works_as_a_plain_form(
    client: FlaskClient, world: World, forms: list[Form]
) -> None:
    sign_in(client, world)
    page = client.get(DESK).get_data(as_text=True)
    for number in range(1, 6):
        assert f'name="option" value="{number}" data-key="{number}"' in page
    assert 'name="blank" value="1"' in page
    assert 'data-key="u"' in page
    assert 'data-key="s"' in page


def test_the_desk_shows_the_picture_and_no_name(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world, REVIEWER)
    scan, question = on_desk(client)
    page = client.get(DESK).get_data(as_text=True)
    assert "Student cedar" not in page
    crop = client.get(f"/review/sheets/{scan}/{question}.png")
    assert crop.mimetype == "image/png"
    assert crop.data.startswith(b"\x89PNG")
    assert "Student cedar" not in client.get(f"/review/sheets/{scan}").get_data(as_text=True)


def test_no_page_of_the_review_desk_says_whose_sheet_it_shows(
    client: FlaskClient, world: World, forms: list[Form], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, world, DISTRICT_ADMIN)
    monkeypatch.setattr(judging, "FEWEST", 1)
    rule(client, waiting(world)[0], blank="1")
    scans = [scan_of(form, page) for form in forms for page in (1, 2)]
    desks = [f"{DESK}?at={question}.{scan}" for scan, question in waiting(world)]
    batches = [f"/review/batches/{batch_of(form)}{part}" for form in forms for part in ("", "/live")]
    about = [f"{DESK}/people", "/review/thresholds/?definite=0.5&version=x", "/review/answers/fall-2026"]
    for address in (DESK, f"{DESK}/left", *about, *desks, *(f"/review/sheets/{scan}" for scan in scans), *batches):
        answer = client.get(address)
        assert answer.status_code == 200
        assert told_by(answer.get_data(as_text=True), world, forms) == [], address
    names = client.get("/staff/windows/fall-2026/schools/cedar/cover").get_data(as_text=True)
    assert told_by(f"{names} {forms[0].serial.lower()}", world, forms)  # what is looked for is found where it stands
    with client.session_transaction() as kept:  # the browser holds it, and can read it
        assert told_by(str(dict(kept)), world, forms) == []


def told_by(text: str, world: World, forms: list[Form]) -> list[str]:
    """What a text says of whose sheets these are: serials and their ends, tickets, classes, labels and names."""
    cards = [f"{word} {number}" for word in ("Sheet", "Hoja", "الورقة") for number in range(1, 20)]
    serials = [end for form in forms for end in (form.serial, form.serial[-4:], form.ticket)]
    tickets = {ticket.class_name for ticket in world.tickets} | {ticket.id for ticket in world.tickets}
    bare = re.sub(r"[0-9a-f]{64}|[0-9a-f]{12}</code>|nonce=\"[^\"]+\"|value=\"[^\"]{60,}\"", "", text)
    words = [*cards, *serials, *tickets, "Student cedar"]
    return [word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", bare, re.IGNORECASE)]


def test_a_serial_opens_no_sheet_and_no_picture(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world)
    serial, question = forms[0].serial, world.survey.questions[0].id
    for page in (serial, f"{serial}/{question}.png", f"pages/{serial}.png", f"{serial}/pages/{scan_of(forms[0])}.png"):
        assert client.get(f"/review/sheets/{page}").status_code == 404
    answer = post(client, f"{DESK}/rule", {"scan": serial, "question": question, "option": "1"})
    assert answer.status_code == 404


def test_where_a_page_lay_in_the_stack_opens_no_answers(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world)
    picture = f"/review/batches/{batch_of(forms[0])}/pictures/1/1.png"
    assert client.get(picture).status_code == 404


def test_a_missing_page_is_told_by_its_place_in_the_stack(client: FlaskClient, world: World) -> None:
    form = print_sheets(world)[0]
    come_back(world, form, {}, pages=(1,))
    sign_in(client, world)
    page = client.get(f"/review/batches/{batch_of(form)}").get_data(as_text=True)
    assert "<bdi>monday.pdf</bdi>, Page 1: page 2 did not come back" in page
    assert "/review/sheets/" not in page


def test_a_sheet_is_traced_from_answer_to_ink_ruling_and_picture(
    client: FlaskClient, world: World, forms: list[Form]
) -> None:
    sign_in(client, world)
    doubt = on_desk(client)
    rule(client, doubt, option="2")
    page = client.get(f"/review/sheets/{doubt[0]}").get_data(as_text=True)
    assert "40.0%" in page
    assert "Pilar Nakamura" in page
    assert f"/review/sheets/{doubt[0]}/{doubt[1]}.png" in page
    whole = re.search(r'"(/review/sheets/pages/[^"]+\.png)"', page)
    assert whole
    assert client.get(whole.group(1)).data.startswith(b"\x89PNG")


def test_another_schools_principal_sees_no_doubt_sheet_or_picture(
    client: FlaskClient, world: World, forms: list[Form]
) -> None:
    sign_in(client, world, OTHER_PRINCIPAL)
    scan, question = scan_of(forms[0]), world.survey.questions[0].id
    assert f'value="{scan}"' not in client.get(DESK).get_data(as_text=True)
    assert client.get(f"{DESK}?school=cedar").status_code == 403
    for page in (f"/review/sheets/{scan}", f"/review/sheets/{scan}/{question}.png", f"/review/sheets/pages/{scan}.png"):
        assert client.get(page).status_code == 403
    answer = post(client, f"{DESK}/rule", {"scan": scan, "question": question, "option": "1"})
    assert answer.status_code == 403
    assert (scan, question) in waiting(world)


def test_the_count_of_doubts_is_a_bare_number(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world, DISTRICT_ADMIN)
    assert client.get(f"{DESK}/left").get_data(as_text=True) == "3"
    assert client.get(f"{DESK}/left?school=birch").get_data(as_text=True) == ""


def test_a_batch_page_accounts_for_every_page(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world)
    page = client.get(f"/review/batches/{batch_of(forms[1])}").get_data(as_text=True)
    figures = [int(found) for found in re.findall(r"<dd>(\d+)</dd>", page)]
    assert figures[0] == sum(figures[1:])
    assert figures[2] == 2  # both pages wait: two marks on the first, handwriting on the second
    assert f"{DESK}" in page


def test_a_batch_of_another_school_is_not_there(client: FlaskClient, world: World, forms: list[Form]) -> None:
    sign_in(client, world, OTHER_PRINCIPAL)
    assert client.get(f"/review/batches/{batch_of(forms[0])}").status_code == 404
    assert "Monday" not in client.get("/review/batches/").get_data(as_text=True)
