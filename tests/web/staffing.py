"""What tests of staff pages share: signing in, forms with their CSRF token, and a sheet that came back with doubts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from paper.read import READER_VERSION
from surveys import printing, scanning
from surveys.core.access import Account, Scope
from surveys.core.sheets import Batch, Form, Measure, Reading, Scan, Upload
from surveys.printing import Job, Press
from surveys.store import papers, scans, tables
from surveys.web import accounts
from tests.world import PLACE, PRINCIPAL, World

PASSWORD = "correct horse battery"
HOME = {"Origin": "http://localhost"}
_hash = accounts.hashed(PASSWORD)


def enlist(world: World, *staff: Account) -> None:
    """Give accounts a password."""
    t = tables.account
    with world.house.database.writing() as session:
        for account in staff:
            session.execute(t.update().where(t.c.account == account.id).values(password=_hash))


def token(page: TestResponse | str) -> str:
    """The CSRF token of the first form on a page."""
    html = page if isinstance(page, str) else page.get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found, "no form with a token"
    return found.group(1)


def sign_in(client: FlaskClient, world: World, account: Account = PRINCIPAL, **form: str) -> TestResponse:
    """Sign in through the page, as a browser does."""
    enlist(world, account)
    given = {"account": account.id, "password": PASSWORD, "csrf_token": token(client.get("/staff/sign-in"))}
    return client.post("/staff/sign-in", data=given | form)


def post(client: FlaskClient, path: str, form: Mapping[str, Any] | None = None) -> TestResponse:
    """Send a form with the token that every page of the session carries."""
    fresh = token(client.get("/staff/"))
    return client.post(path, data={**(form or {}), "csrf_token": fresh}, headers=HOME)


def print_sheets(world: World, school: str = "cedar") -> list[Form]:
    """Personal sheets for a school, printed."""
    house = world.house
    job = Job(
        world.window, world.survey, Press(house.texts, house.locales, house.config.fonts), Scope("lakeview", school)
    )
    with house.database.writing() as session:
        return [sheet.form for sheet in printing.print_window(session, house.objects, PRINCIPAL, job, house.stamp())]


def scan_of(form: Form, page: int = 1) -> str:
    """The hash that a page of a sheet is known by once it was scanned; nothing printed tells it."""
    return hashlib.sha256(f"{form.serial} {page}".encode()).hexdigest()


def batch_of(form: Form) -> str:
    """The batch that a sheet came back in."""
    return f"batch-{scan_of(form)[:8]}"


def come_back(
    world: World,
    form: Form,
    marks: Mapping[str, tuple[str, ...]],
    pages: tuple[int, ...] = (1, 2),
    streak: bool = False,
) -> str:
    """A sheet scanned and read: the options of `marks` filled in, everything else blank; the name of its batch."""
    house, when = world.house, world.house.stamp()
    batch = batch_of(form)
    with house.database.reading() as session:
        layout = papers.layouts(session, PLACE, {form.layout})[form.layout]
    grey = np.full((660, 510), 240, np.uint8)
    found = []
    readings = []
    for page in (page for page in layout["pages"] if page["page"] in pages):
        grey[0, page["page"]] = 0  # so that every page has a picture of its own
        scan = house.objects.put("scans", cv2.imencode(".png", grey)[1].tobytes(), scan_of(form, page["page"]))
        found.append(Scan(1, page["page"], scan, None))
        place = (60.0, 0.0, 0.0, 0.0, 60.0, 0.0, 0.0, 0.0, 25.4)
        clear = [_measure(field, marks.get(field["question"], ())) for field in page["fields"]]
        measures = tuple(replace(m, disturbed=(streak,) * len(m.disturbed)) for m in clear)
        about = (scan, form.layout, READER_VERSION, form.serial, page["page"], 0, None, place)
        readings.append(Reading(*about, measures, when.now))
    with house.database.writing() as session:
        sent = Batch("lakeview", batch, "cedar", "Monday", when.now, PRINCIPAL.id)
        scanning.receive(session, PRINCIPAL, sent, [_upload(world)], when)
        scans.add_scans(session, PLACE, batch, found)
        scans.add_unpacking(session, PLACE, (batch, 1), when.now)
        scans.add_readings(session, PLACE, readings)
    return batch


def _measure(field: Mapping[str, Any], marked: tuple[str, ...]) -> Measure:
    if not field["bubbles"]:
        ink = 0.05 if marked else 0.0
        return Measure(field["question"], (ink,), (1.0,), (False,))
    options = [bubble["option"] for bubble in field["bubbles"]]
    ink = tuple(0.4 if option in marked else 0.0 for option in options)
    return Measure(field["question"], ink, (1.0,) * len(options), (False,) * len(options))


def _upload(world: World) -> Upload:
    return scanning.keep_files(world.house.objects, [("monday.pdf", BytesIO(b"pdf"))])[0]
