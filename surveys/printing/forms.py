"""A window's tickets become forms with serials, kept; a pack of them is drawn; a lost one is replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from paper import Composed, DoesNotFit, LinkUnusable, MissingGlyph
from paper import Stamp as Label
from paper.draw import Pack
from paper.draw import draw as draw_sheets
from paper.fonts import find
from paper.layout import REGULAR, from_json
from paper.tag import serial_of
from surveys.core.access import Account, Action, Scope, demand
from surveys.core.instrument import Survey
from surveys.core.people import Ticket, Window
from surveys.core.refusals import Conflict
from surveys.core.sheets import Form
from surveys.core.stamp import Stamp
from surveys.printing.wording import CannotPrint, Press, compose, label, style
from surveys.store import assignments, papers, places, tickets
from surveys.store.activity import note_by
from surveys.store.database import Session
from surveys.store.objects import Objects
from surveys.store.texts import Texts


@dataclass(frozen=True)
class Job:
    """What to print: the tickets of a window within a place, narrowed to one class or one locale where given."""

    window: Window
    survey: Survey
    press: Press
    where: Scope
    class_name: str = ""
    locale: str = ""


@dataclass(frozen=True)
class Printed:
    """One sheet of a pack: its place in the window, its form, and the static pages it is drawn on."""

    ticket: Ticket
    form: Form
    composed: Composed
    label: str


def _label(texts: Texts, ticket: Ticket) -> str:
    own = label(texts, ticket.locale, ticket.class_name, ticket.number)
    return f"{texts.interface(ticket.locale).t('paper.spare')} · {own}" if ticket.spare else own


def serial(random: bytes) -> str:
    """A serial from random bytes, any number of them from 10 on."""
    return serial_of(hashlib.sha256(random).digest())


def print_window(session: Session, objects: Objects, by: Account, job: Job, stamp: Stamp) -> list[Printed]:
    """A form for every ticket of the job that may answer, by school, class and number.

    A ticket that has a form keeps it, so that printing again gives the same sheets. Conflict when it was printed on
    another paper size.
    """
    demand(by, Action.PRINT, job.where)
    wanted = _tickets(session, job)
    living = papers.forms(session, job.where, job.window.id)
    desk = _Desk(session, objects, job)
    made = [_form(ticket, 1, desk.fresh(ticket), stamp) for ticket in wanted if ticket.id not in living]
    papers.add_forms(session, made, (stamp.now, by.id))
    living = papers.forms(session, job.where, job.window.id) if made else living
    pack = [desk.printed(ticket, living[ticket.id]) for ticket in wanted]
    note_by(session, by, stamp, ("forms printed", job.window.id, {"forms": len(pack), "new": len(made)}))
    return pack


def print_spares(
    session: Session, objects: Objects, by: Account, wanted: tuple[Job, int], stamp: Stamp
) -> list[Printed]:
    """New sheets of one school and locale that are nobody's yet, for children the roster did not name.

    Each has a ticket of its own, so that its answers count once; a spare that never comes back was never invited.
    """
    job, count = wanted
    if not job.where.school or not job.locale:
        raise Conflict("spare sheets are printed for one school in one language; name both")
    demand(by, Action.PRINT, job.where)
    taken = sum(ticket.spare for ticket in tickets.of_window(session, job.where, job.window.id))
    made = [_spare(job, taken + number, stamp) for number in range(1, count + 1)]
    tickets.add(session, made)
    desk = _Desk(session, objects, job)
    forms = [_form(ticket, 1, desk.fresh(ticket), stamp) for ticket in made]
    papers.add_forms(session, forms, (stamp.now, by.id))
    note_by(session, by, stamp, ("spares printed", job.window.id, {"forms": count}))
    return [desk.printed(ticket, form) for ticket, form in zip(made, forms, strict=True)]


def print_stock(
    session: Session, objects: Objects, by: Account, wanted: tuple[Job, int], stamp: Stamp
) -> list[Printed]:
    """So many spares of one school and locale: those that there are already, and new ones for what is missing, so that
    printing again gives the same sheets."""
    job, count = wanted
    spares = [ticket for ticket in tickets.of_window(session, job.where, job.window.id) if ticket.spare]
    known = [ticket for ticket in spares if ticket.locale == job.locale][:count]
    living = papers.forms(session, job.where, job.window.id)
    desk = _Desk(session, objects, job)
    pack = [desk.printed(ticket, living[ticket.id]) for ticket in known]
    missing = count - len(known)
    return pack + (print_spares(session, objects, by, (job, missing), stamp) if missing else [])


def holders(session: Session, by: Account, where: Scope, window: str) -> Mapping[str, str]:
    """What a school calls the child of each ticket, where it may be known: for cover lists, and nothing else."""
    demand(by, Action.PRINT, where)
    return assignments.labels(session, where, window)


def replace_form(session: Session, objects: Objects, by: Account, lost: tuple[Job, Ticket], stamp: Stamp) -> Printed:
    """A new form for a ticket whose sheet was lost or spoiled, on paper of the same size; from the commit on the old
    one is dead."""
    job, ticket = lost
    where = Scope(ticket.district, ticket.school)
    demand(by, Action.PRINT, where)
    if ticket.opted_out or ticket.id in tickets.withdrawn(session, where, ticket.window):
        raise Conflict(f"{ticket.id}: the child was opted out or withdrawn and gets no sheet")
    old = papers.forms(session, where, ticket.window).get(ticket.id)
    desk = _Desk(session, objects, _as_before(session, job, old) if old else job)
    form = _form(ticket, old.generation + 1 if old else 1, desk.fresh(ticket), stamp)
    papers.add_forms(session, [form], (stamp.now, by.id))
    note_by(session, by, stamp, ("form replaced", ticket.id, {"generation": form.generation}))
    return desk.printed(ticket, form)


def draw(
    pack: Sequence[Printed],
    link: str,
    out: BinaryIO,
    progress: Callable[[int], object] | None = None,
    sides: int = 1,
) -> list[tuple[str, tuple[int, ...]]]:
    """The pack as one PDF, in its order; each serial with its 1-based pages. Needs no open session."""
    return draw_loose([(sheet.composed, sheet.form.serial, sheet.label) for sheet in pack], link, out, progress, sides)


def draw_loose(
    sheets: Iterable[tuple[Composed, str, str]],
    link: str,
    out: BinaryIO,
    progress: Callable[[int], object] | None = None,
    sides: int = 1,
) -> list[tuple[str, tuple[int, ...]]]:
    """Sheets (pages, serial, label) that no window knows, as one PDF; a scanner's batch will call them foreign. Where
    two sides of a leaf are printed, each sheet begins on a leaf of its own."""
    stamped = ((composed, Label(serial, text)) for composed, serial, text in sheets)
    try:
        return draw_sheets(stamped, link, out, progress, Pack(sides=sides))
    except (LinkUnusable, MissingGlyph, DoesNotFit) as error:
        raise CannotPrint(str(error)) from error


class _Desk:
    """What one job has laid out or fetched so far, so that each layout is made once."""

    def __init__(self, session: Session, objects: Objects, job: Job) -> None:
        self.session, self.objects, self.job = session, objects, job
        self.where = Scope(job.window.district)
        self.schools = places.schools(session, self.where)
        self.made: dict[tuple[str, str, str], tuple[Composed, str]] = {}
        self.kept: dict[tuple[str, str], Composed] = {}

    def fresh(self, ticket: Ticket) -> tuple[str, str]:
        """The layout and the static pages of a new form, by their hashes; kept when they are new."""
        survey, press = self.job.survey, self.job.press
        key = (ticket.locale, ticket.school, style(survey, press, ticket.grade))
        if key not in self.made:
            composed = compose(survey, ticket.locale, press, self.schools[ticket.school], ticket.grade)
            digest = composed.layout.digest
            papers.keep_layout(self.session, self.where, digest, composed.layout.to_json())
            name = self.objects.put("composed", composed.pdf)
            self.objects.settle()
            self.made[key] = composed, name
            self.kept[digest, name] = composed
        composed, name = self.made[key]
        return composed.layout.digest, name

    def printed(self, ticket: Ticket, form: Form) -> Printed:
        """A form with its pages as they were when it was first printed."""
        key = (form.layout, form.composed)
        if key not in self.kept:
            self.kept[key] = self._fetched(ticket, form)
        composed, press = self.kept[key], self.job.press
        was = f"class {ticket.class_name}, sheet {ticket.number} was printed"
        if composed.layout.paper != press.paper:
            raise Conflict(f"{was} on {composed.layout.paper}; print on {composed.layout.paper}")
        if composed.layout.style != (press.style or composed.layout.style):
            raise Conflict(f"{was} in style {composed.layout.style}; leave the style out, or replace the sheet")
        return Printed(ticket, form, composed, _label(press.texts, ticket))

    def _fetched(self, ticket: Ticket, form: Form) -> Composed:
        layout = papers.layouts(self.session, self.where, [form.layout])[form.layout]
        fonts = find(self.job.press.fonts, self.job.press.locales[ticket.locale].fonts)
        return Composed(from_json(layout), self.objects.fetch("composed", form.composed), fonts)


def _tickets(session: Session, job: Job) -> list[Ticket]:
    gone = tickets.withdrawn(session, job.where, job.window.id)
    return [
        ticket
        for ticket in tickets.of_window(session, job.where, job.window.id)
        if not ticket.opted_out
        and not ticket.spare
        and ticket.id not in gone
        and job.class_name in ("", ticket.class_name)
        and job.locale in ("", ticket.locale)
    ]


def _as_before(session: Session, job: Job, old: Form) -> Job:
    """The job on the paper that a form was printed on: a pack is of one size; and in its style, unless another one is
    asked for, such as large print for a child who turned out to need it."""
    layout = papers.layouts(session, Scope(old.district), [old.layout])[old.layout]
    kind = job.press.style or str(layout.get("style", REGULAR))
    return replace(job, press=replace(job.press, paper=str(layout["paper"]), style=kind))


def _spare(job: Job, number: int, stamp: Stamp) -> Ticket:
    return Ticket(
        district=job.window.district,
        window=job.window.id,
        id=stamp.new_id(),
        school=str(job.where.school),
        class_name="",
        number=number,
        grade="",
        locale=job.locale,
        opted_out=False,
        home=job.locale,  # whoever picks a spare picks its language
    )


def _form(ticket: Ticket, generation: int, pages: tuple[str, str], stamp: Stamp) -> Form:
    return Form(
        district=ticket.district,
        serial=serial(stamp.new_id().encode()),
        window=ticket.window,
        ticket=ticket.id,
        generation=generation,
        layout=pages[0],
        composed=pages[1],
    )
