"""Sending a batch: files and whole folders, with the script or without it."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from surveys.store import scans
from tests.copier import blank, copied
from tests.web.staffing import post, sign_in
from tests.world import PLACE, World

BATCHES = "/review/batches/"


def names(world: World) -> list[str]:
    with world.house.database.reading() as session:
        (batch,) = scans.batches(session, PLACE)
        return [upload.name for upload in scans.uploads(session, PLACE, batch.id)]


def file(name: str, data: bytes = b"x") -> tuple[BytesIO, str]:
    return BytesIO(data), name


def test_files_of_a_folder_are_kept_without_what_systems_leave_there(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    scan = copied([blank()]).read()
    sent = [file("room 7/a.pdf", scan), file("room 7/.DS_Store"), file("room 7/Thumbs.db"), file("b.pdf", scan)]
    answer = post(client, BATCHES, {"files": sent})
    assert answer.status_code == 303
    assert names(world) == ["room 7/a.pdf", "b.pdf"]


@pytest.mark.parametrize("sent", [[], [file("")], [file("room/.DS_Store")]])
def test_nothing_to_read_is_told(client: FlaskClient, world: World, sent: list[tuple[BytesIO, str]]) -> None:
    sign_in(client, world)
    answer = post(client, BATCHES, {"files": sent})
    assert answer.status_code == 422
    assert "Choose at least one file." in answer.get_data(as_text=True)


def test_the_form_needs_no_script(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    page = client.get(BATCHES).get_data(as_text=True)
    for part in ('enctype="multipart/form-data"', 'id="files" name="files" type="file" multiple', "webkitdirectory"):
        assert part in page
    for waiting in ('id="sending" hidden', 'id="drop-here" hidden'):
        assert waiting in page  # what only the script can do is not shown without it


def test_phones_are_not_offered_to_send_what_cannot_be_read(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    page = client.get(BATCHES).get_data(as_text=True)
    assert "image/*" not in page  # with it, iPhones send HEIC as it is; without, they make a JPEG of it
