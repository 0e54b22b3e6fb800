"""The sheets that came back: forms with their readings and rulings, brought together and judged anew each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from surveys.core.access import Scope
from surveys.core.marking import Thresholds
from surveys.core.sheets import Form, Sheet, assemble
from surveys.store import papers, rulings, scans, thresholds, tickets
from surveys.store.database import Session

_AT_ONCE = 1000  # serials in one query: a database takes only so many values, and memory so many readings


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
    serials = sorted(forms)
    layouts: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(serials), _AT_ONCE):
        part = serials[start : start + _AT_ONCE]
        readings = scans.readings_of(session, where, part, reader)
        given = rulings.of_forms(session, where, part)
        wanted = {forms[serial].layout for serial in readings} - set(layouts)
        layouts |= papers.layouts(session, where, wanted)
        for serial in sorted(readings):
            form = forms[serial]
            came.append(assemble(form, layouts[form.layout], readings[serial], given.get(serial, ()), judged_by))
    return came


def layouts_of(session: Session, where: Scope, came: Sequence[Sheet]) -> dict[str, Mapping[str, Any]]:
    """The layouts of the sheets, by hash."""
    return papers.layouts(session, where, {sheet.form.layout for sheet in came})
