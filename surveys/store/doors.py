"""Sheets whose ticket was answered online too: which of the two counts (docs/decisions/0004)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from surveys.core.access import Scope
from surveys.core.definition import parse
from surveys.core.instrument import Survey
from surveys.core.responses import Mode, Response, choose, derive
from surveys.core.sheets import Form, response
from surveys.store import answers, papers, windows
from surveys.store.database import Session
from surveys.store.sheets import came_back, layouts_of


def answered_twice(session: Session, where: Scope, serials: Collection[str], reader: str) -> dict[str, Mode]:
    """Those of the sheets, by serial, whose child answered online as well, and the door whose answers count."""
    by_window: dict[str, dict[str, Form]] = defaultdict(dict)
    for serial, form in papers.by_serials(session, where, serials).items():
        by_window[form.window][serial] = form
    found: dict[str, Mode] = {}
    for name, forms in by_window.items():
        online = _online(session, where, name, {form.ticket for form in forms.values()})
        both = {serial: form for serial, form in forms.items() if form.ticket in online}
        if both:
            found |= _choices(session, where, both, (online, _survey(session, where, name), reader))
    return found


def _choices(
    session: Session,
    where: Scope,
    forms: Mapping[str, Form],
    known: tuple[Mapping[str, list[Response]], Survey, str],
) -> dict[str, Mode]:
    online, survey, reader = known
    came = came_back(session, where, forms, reader)
    layouts = layouts_of(session, where, came)
    found = {}
    for sheet in came:
        paper = response(sheet, survey, str(layouts[sheet.form.layout]["locale"]))
        chosen = choose(survey, [*online[sheet.form.ticket], paper])
        if chosen:
            found[sheet.form.serial] = chosen.mode
    return found


def _online(session: Session, where: Scope, window: str, tickets: Collection[str]) -> dict[str, list[Response]]:
    """The online responses of the tickets that have any answer in them."""
    saves = answers.saves(session, where, window, tickets)
    submissions = answers.submissions(session, where, window, tickets)
    found = {}
    for ticket in {*saves, *submissions}:
        given = derive(ticket, saves.get(ticket, ()), submissions.get(ticket, ()))
        if any(response.answered() or response.handed_in for response in given):
            found[ticket] = given
    return found


def _survey(session: Session, where: Scope, window: str) -> Survey:
    held = windows.window(session, where, window)
    return parse(windows.survey_definition(session, where, (held.survey, held.version)), held.survey)
