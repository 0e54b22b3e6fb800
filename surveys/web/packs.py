"""What a school hands out: cards, the script, the cover list, packs of sheets, replacements; and taking a child out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, groupby
from tempfile import TemporaryFile
from typing import Any, NamedTuple

import qrcode
from flask import Blueprint, Response, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from surveys import enrolling, printing
from surveys.core import codes
from surveys.core.access import Scope
from surveys.core.people import School, Window
from surveys.core.refusals import NotFound
from surveys.enrolling import Card
from surveys.printing import KINDS, PAPERS, Binding, Job, Pack, Press, Printed
from surveys.store import tickets
from surveys.store.database import Session
from surveys.web import staffroom
from surveys.web.parts import house
from surveys.web.staffroom import account, page, place

blueprint = Blueprint("packs", __name__, url_prefix="/windows/<window>/schools/<school>")
MOST_SPARES = 100  # in each language: a school that needs more has a roster to mend
MASK = 2  # any mask reads alike; searching for the prettiest takes nine tenths of the time


class Face(NamedTuple):
    """One code card as it is printed, in the child's own language; it bears no name."""

    class_name: str
    number: int
    code: str
    path: str  # of the QR, as SVG draws it
    side: int  # modules along one side of the QR
    locale: str
    title: str


class Place(NamedTuple):
    """What every page here is about: a window, one of its schools, and one class or all."""

    window: Window
    school: School
    class_name: str
    where: Scope


@blueprint.get("/cards")
def cards(window: str, school: str) -> str:
    """Code cards to print and cut, a class a page."""
    with house().database.reading() as session:
        here = _place(session, window, school)
        found = _cards(session, here)
        titles = _titles(session, here.window, found)
    classes = [
        (name, [_face(card, titles[card.ticket.locale]) for card in group])
        for name, group in groupby(found, lambda card: card.ticket.class_name)
    ]
    return page(
        "staff/cards.html",
        here=here,
        classes=classes,
        words=house().texts.interface,
        locales=house().locales,
        address=_address(),
    )


@blueprint.get("/script")
def script(window: str, school: str) -> str:
    """What the teacher reads aloud: half a page a class, in the school's language or another."""
    with house().database.reading() as session:
        here = _place(session, window, school)
        found = _cards(session, here)
        survey = house().survey(session, here.window.survey, here.window.version)
    offered = house().texts.offered(survey)
    asked = request.args.get("lang", here.school.locale)
    locale = asked if asked in offered else "en"
    classes = [(name, len(list(group))) for name, group in groupby(found, lambda card: card.ticket.class_name)]
    return page(
        "staff/script.html",
        here=here,
        classes=classes,
        words=house().texts.interface(locale),
        locale=house().locales[locale],
        offered=[house().locales[tag] for tag in offered],
        title=house().texts.survey(survey, locale).title,
        address=_address(),
    )


@blueprint.get("/cover")
def cover(window: str, school: str) -> str:
    """Who gets which card and sheet, by class and number: the only page that bears names, and so no serial. With one
    click to replace what was lost."""
    with house().database.reading() as session:
        here = _place(session, window, school)
        found = _cards(session, here)
    classes = [(name, list(group)) for name, group in groupby(found, lambda card: card.ticket.class_name)]
    left = "withdrawn" in request.args
    return page("staff/cover.html", here=here, classes=classes, locales=house().locales, withdrawn=left)


@blueprint.post("/pack")
def pack(window: str, school: str) -> Response:
    """The personal sheets of a school or a class with their cover lists, as one PDF that is sent while it is drawn;
    printing again gives the same sheets."""
    stamp = house().stamp()
    with house().database.writing() as session:
        here = _place(session, window, school)
        job = _job(session, here)
        printed = printing.print_window(session, house().objects, account(), job, stamp)
        printed += _spares(session, job, printed)
        names = printing.holders(session, account(), here.where, here.window.id)
    if not printed:
        raise NotFound(f"{here.class_name or school}: no sheets to print here")
    staff = printing.staff_language(house().texts, here.school.locale)
    sides = 1 if request.form.get("sides") == "1" else 2
    binding = Binding(job.press, here.window, here.school, staff, sides, whole=True)
    (made,) = printing.bind(printed, names, binding)
    return _streamed(made, "-".join(part for part in (window, school, here.class_name) if part))


@blueprint.post("/tickets/<ticket>/code")
def replace_code(window: str, school: str, ticket: str) -> ResponseReturnValue:
    """A new code for a lost card; the old one opens nothing from here on."""
    with house().database.writing() as session:
        found = tickets.ticket(session, place(school), window, ticket)
        enrolling.replace_code(session, account(), found, (house().secret, house().stamp()))
    return redirect(url_for("staff.packs.card", window=window, school=school, ticket=ticket, new=1), 303)


@blueprint.get("/tickets/<ticket>/card")
def card(window: str, school: str, ticket: str) -> str:
    """One code card, to print again."""
    with house().database.reading() as session:
        here = _place(session, window, school)
        found = _card(session, here, ticket)
        titles = _titles(session, here.window, [found])
    face = _face(found, titles[found.ticket.locale])
    return page(
        "staff/card.html",
        here=here,
        ticket=found.ticket,
        face=face,
        words=house().texts.interface,
        locales=house().locales,
        address=_address(),
        new="new" in request.args,
    )


@blueprint.post("/tickets/<ticket>/sheet")
def replace_sheet(window: str, school: str, ticket: str) -> Response:
    """A new sheet for one that was lost or spoiled, as a PDF; the old one is dead."""
    stamp = house().stamp()
    with house().database.writing() as session:
        here = _place(session, window, school)
        found = tickets.ticket(session, here.where, window, ticket)
        job = _job(session, here)
        printed = printing.replace_form(session, house().objects, account(), (job, found), stamp)
    return _pdf([printed], f"{window}-{found.class_name}-{found.number}")


@blueprint.get("/tickets/<ticket>/withdraw")
def withdraw(window: str, school: str, ticket: str) -> str:
    """What taking a child out of the window means, and the button that does it."""
    with house().database.reading() as session:
        here = _place(session, window, school)
        found = _card(session, here, ticket)
    return page("staff/withdraw.html", here=here, card=found)


@blueprint.post("/tickets/<ticket>/withdraw")
def withdraw_post(window: str, school: str, ticket: str) -> ResponseReturnValue:
    """Take a child out of the window: from here on its code and sheet are dead, and its answers not counted."""
    with house().database.writing() as session:
        found = _card(session, _place(session, window, school), ticket).ticket
        enrolling.withdraw(session, account(), found, house().stamp())
    told: dict[str, Any] = {"class": found.class_name, "withdrawn": 1}
    return redirect(url_for("staff.packs.cover", window=window, school=school, **told), 303)


def _place(session: Session, window: str, school: str) -> Place:
    found, schools = staffroom.window_and_schools(session, window)
    asked = request.values.get("class", "")
    return Place(found, staffroom.one_school(schools, school), asked, place(school))


def _cards(session: Session, here: Place) -> list[Card]:
    found = enrolling.cards(session, account(), here.window, here.where, house().secret)
    return [card for card in found if here.class_name in ("", card.ticket.class_name)]


def _card(session: Session, here: Place, ticket: str) -> Card:
    """The card of one ticket that may answer."""
    for card in _cards(session, here):
        if card.ticket.id == ticket:
            return card
    raise NotFound(f"{ticket}: no card here")


def _titles(session: Session, window: Window, found: Sequence[Card]) -> dict[str, str]:
    """The survey's title in every language that the cards need."""
    survey = house().survey(session, window.survey, window.version)
    spoken = {card.ticket.locale for card in found}
    return {locale: house().texts.survey(survey, locale).title for locale in spoken}


def _face(card: Card, title: str) -> Face:
    ticket = card.ticket
    path, side = qr_path(f"{house().config.public_url}/r/{card.code}")
    return Face(ticket.class_name, ticket.number, codes.grouped(card.code), path, side, ticket.locale, title)


def qr_path(text: str) -> tuple[str, int]:
    """A QR as one SVG path of horizontal strokes one module high, and its side in modules."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M, mask_pattern=MASK)
    code.add_data(text)
    rows = code.get_matrix()
    strokes = [
        f"M{len(before)} {y}h{len(run)}v1h-{len(run)}z"
        for y, row in enumerate(rows)
        for before, run in _runs("".join("#" if dark else " " for dark in row))
    ]
    return "".join(strokes), len(rows)


def _runs(row: str) -> list[tuple[str, str]]:
    return [(row[: match.start()], match.group()) for match in re.finditer("#+", row)]


def _address() -> str:
    """What a child types where no camera reads the square code."""
    return house().config.public_url.split("://", 1)[1]


def _job(session: Session, here: Place) -> Job:
    """What the form asks for: a paper size, and a style for all sheets instead of that of each child's grade."""
    survey = house().survey(session, here.window.survey, here.window.version)
    paper, style = request.form.get("paper"), request.form.get("style")
    press = Press(
        house().texts,
        house().locales,
        house().config.fonts,
        paper if paper in PAPERS else PAPERS[0],
        style if style in KINDS else "",
    )
    return Job(here.window, survey, press, here.where, here.class_name)


def _spares(session: Session, job: Job, printed: Sequence[Printed]) -> list[Printed]:
    """So many spare sheets in each language that the pack speaks; the same ones when printed again."""
    asked = request.form.get("spares", "")
    count = min(int(asked), MOST_SPARES) if asked.isdecimal() and len(asked) < 9 else 0
    found: list[Printed] = []
    for locale in sorted({sheet.ticket.locale for sheet in printed}) if count else ():
        wanted = (replace(job, class_name="", locale=locale), count)
        found += printing.print_stock(session, house().objects, account(), wanted, house().stamp())
    return found


def _streamed(made: Pack, name: str) -> Response:
    """A pack as a download that begins at once, however many sheets it has; what cannot be printed is told before."""
    parts = made.drawable(house().config.public_url).parts()
    whole = chain([next(parts)], parts)
    disposition = f'attachment; filename="{_file_name(name)}"'
    pages = sum(len(sheet.composed.layout.pages) for sheet in made.sheets if isinstance(sheet, Printed))
    headers = {"Content-Disposition": disposition, "X-Pages": str(pages)}
    headers["X-Accel-Buffering"] = "no"  # else a proxy would keep it back
    return Response(whole, mimetype="application/pdf", headers=headers)


def _file_name(name: str) -> str:
    return f"sheets-{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}.pdf"


def _pdf(printed: Sequence[Printed], name: str) -> Response:
    """The sheets as a download; drawn outside any transaction, into a file that is gone once it is sent."""
    out = TemporaryFile()  # noqa: SIM115 - send_file closes it when the last byte has left
    printing.draw(printed, house().config.public_url, out)
    out.seek(0)
    return send_file(out, mimetype="application/pdf", as_attachment=True, download_name=_file_name(name))
