"""The sheets that came back: forms with their readings and rulings, brought together and judged anew each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from surveys.core.access import Scope
from surveys.core.judging import Copies, Stack, doubts, table
from surveys.core.marking import Thresholds
from surveys.core.measures import head_of
from surveys.core.sheets import Form, Sheet, assemble, fields
from surveys.store import papers, rulings, scans, thresholds, tickets
from surveys.store.database import Session, portions


def of_window(session: Session, where: Scope, window: str, reader: str) -> list[Sheet]:
    """Every form of a place that counts and came back, with its answers and doubts; by what one reader version saw."""
    here = {ticket.id for ticket in tickets.of_window(session, where, window)}
    here -= tickets.withdrawn(session, where, window)
    living = papers.forms(session, where, window)
    return came_back(session, where, {f.serial: f for ticket, f in living.items() if ticket in here}, reader)


def came_back(
    session: Session, where: Scope, forms: Mapping[str, Form], reader: str, by: Thresholds | None = None
) -> list[Sheet]:
    """Those of the forms (by serial) that came back, judged by the district's thresholds, or by others."""
    came: list[Sheet] = []
    judged_by = by or thresholds.standing(session, where, reader)
    layouts: dict[str, Mapping[str, Any]] = {}
    for part in portions(sorted(forms)):
        readings = scans.readings_of(session, where, part, reader)
        given = rulings.of_forms(session, where, part)
        wanted = {forms[serial].layout for serial in readings} - set(layouts)
        layouts |= papers.layouts(session, where, wanted)
        for serial in sorted(readings):
            form = forms[serial]
            came.append(assemble(form, layouts[form.layout], readings[serial], given.get(serial, ()), judged_by))
    return came


def in_brief(session: Session, where: Scope, forms: Mapping[str, Form], reader: str) -> dict[str, Sheet]:
    """Those of the forms (by serial) that came back, with what waits on them and without the answers of those on which
    nothing does: many are judged together, and only those that are not plain one by one."""
    brief: dict[str, Sheet] = {}
    layouts = papers.layouts(session, where, {form.layout for form in forms.values()})
    judged_by = thresholds.standing(session, where, reader)
    for names in portions(sorted(forms)):
        part = {serial: forms[serial] for serial in names}
        rows = scans.packed(session, where, part, reader)
        of_form: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            of_form[row.serial].append(row)
        for serial, own in of_form.items():
            there = {row.page for row in own}
            missing = tuple(p["page"] for p in layouts[part[serial].layout]["pages"] if p["page"] not in there)
            brief[serial] = Sheet(part[serial], {}, missing, max(row.at for row in own))
        odd = {serial: part[serial] for serial in _not_plain(rows, part, layouts, judged_by)}
        brief |= {sheet.form.serial: sheet for sheet in came_back(session, where, odd, reader, judged_by)}
    return brief


def _not_plain(
    rows: Sequence[Any], forms: Mapping[str, Form], layouts: Mapping[str, Mapping[str, Any]], by: Thresholds
) -> set[str]:
    """The serials with a doubt on one of their readings, or with several readings of one page."""
    piles: dict[tuple[str, bytes], list[Any]] = defaultdict(list)
    for row in rows:
        piles[forms[row.serial].layout, head_of(row.packed)].append(row)
    copies, waiting = Copies(), set()
    for (layout, _), pile in piles.items():
        stack = Stack(fields(layouts[layout]), *zip(*((row.scan, row.serial, row.packed) for row in pile), strict=True))
        copies.add(stack)
        waiting |= {stack.serials[place] for place, _ in doubts(table(stack), by)}
    return waiting | copies.serials


def layouts_of(session: Session, where: Scope, came: Sequence[Sheet]) -> dict[str, Mapping[str, Any]]:
    """The layouts of the sheets, by hash."""
    return papers.layouts(session, where, {sheet.form.layout for sheet in came})
