"""What a school hands out: cards without names, the list with them, and replacements that kill what was lost."""

from __future__ import annotations

import re
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image, ImageDraw

from surveys.core import codes
from surveys.store import papers, tickets
from surveys.web import packs
from tests.web.staffing import post, print_sheets, sign_in
from tests.world import DISTRICT_ADMIN, OTHER_PRINCIPAL, PLACE, REVIEWER, World

SCHOOL = "/staff/windows/fall-2026/schools/cedar"


def test_cards_hold_every_code_and_no_name(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    page = client.get(f"{SCHOOL}/cards").get_data(as_text=True)
    living = [ticket for ticket in world.tickets if ticket.school == "cedar" and not ticket.opted_out]
    assert all(codes.grouped(world.code(ticket)) in page for ticket in living)
    assert page.count('class="card"') == len(living) == 11
    assert "Student cedar" not in page


def test_each_card_speaks_its_childs_language(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    page = client.get(f"{SCHOOL}/cards").get_data(as_text=True)
    assert '<section class="card" lang="ar" dir="rtl">' in page
    assert '<section class="card" lang="es" dir="ltr">' in page
    assert world.house.texts.survey(world.survey, "ar").title in page


def test_the_square_code_of_a_card_reads_as_its_address() -> None:
    address = "https://homeroom.example/r/0123456789ABCDEF"
    path, side = packs.qr_path(address)
    picture = Image.new("L", ((side + 8) * 8,) * 2, 255)
    draw = ImageDraw.Draw(picture)
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        left, top = (int(x) + 4) * 8, (int(y) + 4) * 8
        draw.rectangle((left, top, left + 8 * int(run) - 1, top + 7), fill=0)
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [address]


def test_the_cards_of_one_class_are_of_that_class_alone(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    page = client.get(f"{SCHOOL}/cards?class=7A").get_data(as_text=True)
    footers = re.findall("<b>(.*?) ·", page)  # a code may hold any letters, so the class is looked for where it stands
    assert len(footers) == page.count('class="card"') == 6
    assert all("7A" in footer for footer in footers)


def test_names_stand_on_the_list_of_names_and_nowhere_else(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    assert "Student cedar 0" in client.get(f"{SCHOOL}/cover").get_data(as_text=True)
    for page in (SCHOOL, f"{SCHOOL}/cards", f"{SCHOOL}/script", "/staff/", "/review/windows/fall-2026"):
        assert "Student cedar" not in client.get(page, follow_redirects=True).get_data(as_text=True)


def test_the_list_of_names_shows_class_number_and_name_and_no_serial(client: FlaskClient, world: World) -> None:
    forms = print_sheets(world)
    sign_in(client, world)
    page = client.get(f"{SCHOOL}/cover").get_data(as_text=True)
    rows = re.findall(r'<td class="n">(\d+)</td>\s*<th scope="row"><bdi>(Student cedar \d+)</bdi></th>', page)
    assert len(rows) == len(forms) == 11
    assert "Class 7A" in page
    told = re.sub("<[^>]*>", " ", page)
    assert not any(form.serial in page or form.serial[-4:] in told for form in forms)


@pytest.mark.parametrize(("locale", "direction"), [("en", "ltr"), ("es", "ltr"), ("ar", "rtl")])
def test_the_script_is_read_in_any_offered_language_half_a_page_a_class(
    client: FlaskClient, world: World, locale: str, direction: str
) -> None:
    sign_in(client, world)
    page = client.get(f"{SCHOOL}/script?lang={locale}").get_data(as_text=True)
    assert page.count(f'<section class="script" lang="{locale}" dir="{direction}">') == 2
    assert world.house.texts.interface(locale).t("cards.script_1") in page


def test_a_replaced_code_is_dead_and_the_new_card_is_shown(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    ticket = world.tickets[0]
    old = world.code(ticket)
    answer = post(client, f"{SCHOOL}/tickets/{ticket.id}/code")
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    new = world.code(ticket)
    assert new != old
    assert codes.grouped(new) in page
    assert client.get(f"/r/{old}").status_code == 404
    assert client.get(f"/r/{new}").status_code == 303


def test_a_pack_is_a_pdf_and_printing_it_again_makes_no_second_sheet(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    first = post(client, f"{SCHOOL}/pack", {"class": "7A"})
    assert first.mimetype == "application/pdf"
    assert first.data.startswith(b"%PDF")
    assert "attachment" in first.headers["Content-Disposition"]
    assert post(client, f"{SCHOOL}/pack", {"class": "7A"}).data == first.data


def test_a_pack_from_the_page_begins_with_names_and_is_sent_while_it_is_drawn(
    client: FlaskClient, world: World
) -> None:
    sign_in(client, world)
    answer = post(client, f"{SCHOOL}/pack", {"sides": "1"})
    parts = list(answer.iter_encoded())
    document = pypdfium2.PdfDocument(b"".join(parts))
    pages = [page.get_textpage().get_text_range() for page in document]

    assert answer.is_streamed
    assert "Content-Length" not in answer.headers
    assert len(parts) > 1
    assert [number for number, text in enumerate(pages) if "Cover list" in text] == [0, 2 * 6 + 2]
    assert "Student cedar 0" in pages[0]
    assert not any("Student cedar" in text for text in pages[1 : 2 * 6 + 2])


def test_a_pack_from_the_page_holds_as_many_spares_as_asked_for_and_the_same_ones_again(
    client: FlaskClient, world: World
) -> None:
    sign_in(client, world)
    spoken = {ticket.locale for ticket in world.tickets if ticket.school == "cedar" and not ticket.opted_out}
    first = post(client, f"{SCHOOL}/pack", {"spares": "2"})
    again = post(client, f"{SCHOOL}/pack", {"spares": "2"})
    assert again.data == first.data
    with world.house.database.reading() as session:
        spares = [ticket for ticket in tickets.of_window(session, PLACE, "fall-2026") if ticket.spare]
    assert sorted(ticket.locale for ticket in spares) == sorted(list(spoken) * 2)
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(first.data)]
    assert sum("Spare" in text and "Cover list" in text for text in pages) == 1


@pytest.mark.parametrize("asked", ["", "-3", "many", "9" * 30, "0"])
def test_no_spares_are_made_of_what_is_no_number_of_them(client: FlaskClient, world: World, asked: str) -> None:
    sign_in(client, world)
    assert post(client, f"{SCHOOL}/pack", {"class": "7A", "spares": asked}).mimetype == "application/pdf"
    with world.house.database.reading() as session:
        assert not any(ticket.spare for ticket in tickets.of_window(session, PLACE, "fall-2026"))


def test_a_lost_sheet_comes_back_in_large_print_for_who_needs_it_and_the_others_stay(
    client: FlaskClient, world: World
) -> None:
    old = print_sheets(world)[0]
    sign_in(client, world)
    assert 'name="style" value="large"' in client.get(f"{SCHOOL}/cover").get_data(as_text=True)
    answer = post(client, f"{SCHOOL}/tickets/{old.ticket}/sheet", {"style": "large"})
    assert answer.data.startswith(b"%PDF")
    with world.house.database.reading() as session:
        living = papers.forms(session, PLACE, "fall-2026")
        kinds = papers.layouts(session, PLACE, {form.layout for form in living.values()})
    styles = {name: kinds[form.layout].get("style") for name, form in living.items()}
    assert styles.pop(old.ticket) == "large"
    assert "large" not in styles.values()


def test_a_class_may_be_printed_in_a_style_other_than_its_grades(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    page = client.get(SCHOOL).get_data(as_text=True)
    assert re.findall('<option value="(large|early|regular)">', page) == ["regular", "large", "early"]
    assert post(client, f"{SCHOOL}/pack", {"class": "7A", "style": "early"}).mimetype == "application/pdf"
    refused = post(client, f"{SCHOOL}/pack", {"class": "7A", "style": "large"})
    assert refused.status_code == 409
    assert "replace the sheet" in refused.get_data(as_text=True)


def test_what_cannot_be_done_leads_back_to_where_it_was_asked(client: FlaskClient, world: World) -> None:
    print_sheets(world)
    sign_in(client, world)
    refused = post(client, f"{SCHOOL}/pack", {"paper": "a4"})
    assert refused.status_code == 409
    assert f'<a href="{SCHOOL}">' in refused.get_data(as_text=True)


def test_a_replaced_sheet_is_dead(client: FlaskClient, world: World) -> None:
    old = print_sheets(world)[0]
    sign_in(client, world)
    answer = post(client, f"{SCHOOL}/tickets/{old.ticket}/sheet")
    assert answer.data.startswith(b"%PDF")
    with world.house.database.reading() as session:
        assert papers.replaced(session, PLACE, [old.serial]) == {old.serial}
        assert tickets.by_serial(session, old.serial) is None


def test_withdrawing_a_student_is_explained_first_and_done_by_a_second_click(client: FlaskClient, world: World) -> None:
    sheet = print_sheets(world)[0]
    sign_in(client, world)
    words = world.house.texts.staff()
    code = world.code(next(ticket for ticket in world.tickets if ticket.id == sheet.ticket))
    address = f"{SCHOOL}/tickets/{sheet.ticket}/withdraw"
    assert f'href="{address}"' in client.get(f"{SCHOOL}/cover").get_data(as_text=True)
    page = client.get(address).get_data(as_text=True)
    assert words.t("staff.withdraw.final") in page
    assert client.get(f"/r/{code}").status_code == 303  # looking at the page withdraws nobody
    after = client.get(post(client, address).headers["Location"]).get_data(as_text=True)
    assert words.t("staff.withdraw.done") in after
    assert address not in after
    assert client.get(f"/r/{code}").status_code == 404
    with world.house.database.reading() as session:
        assert tickets.withdrawn(session, PLACE, "fall-2026") == {sheet.ticket}
        assert tickets.by_serial(session, sheet.serial) is None
    assert post(client, address).status_code == 404  # once is enough


def test_nobody_is_withdrawn_without_the_pages_own_token(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    answer = client.post(f"{SCHOOL}/tickets/{world.tickets[0].id}/withdraw")
    assert answer.status_code == 400
    with world.house.database.reading() as session:
        assert not tickets.withdrawn(session, PLACE, "fall-2026")


@pytest.mark.parametrize("page", ["", "/cards", "/script", "/cover"])
def test_a_school_account_cannot_see_another_school(client: FlaskClient, world: World, page: str) -> None:
    sign_in(client, world, OTHER_PRINCIPAL)
    assert client.get(f"{SCHOOL}{page}").status_code in (403, 404)


def test_a_school_account_replaces_nothing_in_another_school(client: FlaskClient, world: World) -> None:
    sign_in(client, world, OTHER_PRINCIPAL)
    ticket = world.tickets[0]
    code = world.code(ticket)
    for school in ("cedar", "birch"):
        for what in ("code", "sheet", "withdraw"):
            answer = post(client, f"/staff/windows/fall-2026/schools/{school}/tickets/{ticket.id}/{what}")
            assert answer.status_code in (403, 404)
    assert world.code(ticket) == code  # there is a code still: nobody was withdrawn


def test_a_reviewer_hands_out_nothing_and_reads_no_counts(client: FlaskClient, world: World) -> None:
    sign_in(client, world, REVIEWER)
    for page in (SCHOOL, f"{SCHOOL}/cards", f"{SCHOOL}/cover", "/report/windows/fall-2026/schools/cedar"):
        assert client.get(page).status_code == 403
    home = client.get("/staff/").get_data(as_text=True)
    assert "/review/windows/fall-2026" in home
    assert "/report/" not in home


def test_a_district_account_sees_all_schools_with_their_counts(client: FlaskClient, world: World) -> None:
    sign_in(client, world, DISTRICT_ADMIN)
    page = client.get("/staff/windows/fall-2026").get_data(as_text=True)
    assert "Cedar Middle School" in page
    assert "Birch High School" in page
    assert client.get(f"{SCHOOL}/cards").status_code == 200


def test_a_window_nobody_opened_is_a_page_that_says_so(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    for page in ("/staff/windows/spring-2031/schools/cedar", f"{SCHOOL}/tickets/nobody/card"):
        answer = client.get(page)
        assert answer.status_code == 404
        assert world.house.texts.staff().t("staff.problem.not-found") in answer.get_data(as_text=True)


def test_an_upload_is_kept_and_queued(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    answer = post(client, "/review/batches/", {"files": [(BytesIO(b"not a pdf"), "one.pdf")], "name": "Monday"})
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "Monday" in page.get_data(as_text=True)
    assert client.get("/review/batches/").get_data(as_text=True).count("Monday") == 1


def test_an_upload_without_a_file_says_what_to_do(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    answer = post(client, "/review/batches/", {"name": "Monday"})
    assert answer.status_code == 422
    assert world.house.texts.staff().t("review.upload.none") in answer.get_data(as_text=True)
