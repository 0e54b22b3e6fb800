"""nginx as deploy/ configures it: the same bytes, from its own store, with no code in any log."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.deploy import nginx
from tests.deploy.nginx import Front, Page, front
from tests.served import Running, Student, served, until
from tests.web.door import RESPONSE, answer
from tests.web.staffing import PASSWORD, enlist, token
from tests.world import PRINCIPAL

pytestmark = pytest.mark.skipif(nginx.PROGRAM is None, reason="nginx is not installed; scripts/setup --check does that")

GZIP = {"Accept-Encoding": "gzip, deflate, br, zstd"}
PRODUCTION = {
    "HOMEROOM_MODE": "production",
    "HOMEROOM_SECRET": "thirty-two random characters, say",
    "HOMEROOM_PUBLIC_URL": f"https://{nginx.NAME}",
}
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with served(tmp_path_factory.mktemp("instance"), **PRODUCTION) as running:
        yield running


@pytest.fixture(scope="module")
def door(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with front(tmp_path_factory.mktemp("nginx"), running.port) as door:
        yield door


def direct(running: Running, path: str, **headers: str) -> Page:
    line = HTTPConnection("127.0.0.1", running.port, timeout=20)
    line.request("GET", path, headers=headers)
    return nginx.page(line.getresponse())


def code(running: Running, number: int = 0) -> str:
    return running.world.code(running.world.tickets[number])


def document(running: Running, locale: str = "en") -> str:
    return f"/s/sel-6-12/{running.world.survey.version}/{locale}/"


@pytest.mark.parametrize("headers", [GZIP, {}, {"Accept-Encoding": "gzip;q=0, br"}], ids=["gzip", "plain", "no gzip"])
@pytest.mark.parametrize("locale", ["en", "ar"])
def test_a_document_is_the_same_bytes_from_nginx_as_from_us(
    running: Running, door: Front, locale: str, headers: dict[str, str]
) -> None:
    ours = direct(running, document(running, locale), **headers)

    for tail in ("", code(running, 0), code(running, 1)):
        theirs = door.ask("GET", document(running, locale) + tail, **headers)
        assert (theirs.status, theirs.body) == (200, ours.body)
        for name in ("content-encoding", "content-type", "cache-control", "etag", "content-security-policy", "vary"):
            assert theirs.headers.get(name) == ours.headers.get(name), name
    assert ("content-encoding" in ours.headers) is (headers == GZIP)


def test_students_with_different_codes_are_served_from_one_copy(running: Running, door: Front) -> None:
    door.ask("GET", document(running, "es") + code(running, 0))
    for number in range(1, 5):
        door.ask("GET", document(running, "es") + code(running, number))

    until(lambda: [line["cache"] for line in lines(door) if line["locale"] == "es"] == ["MISS", *["HIT"] * 4])
    assert 'homeroom_documents_total{locale="es"} 1.0' in running.page("/metrics")
    assert running.log.read_text().count('"locale":"es"') == 1


def test_who_has_the_document_already_is_told_so(running: Running, door: Front) -> None:
    first = door.ask("GET", document(running), **GZIP)
    again = door.ask("GET", document(running), **GZIP, **{"If-None-Match": first.headers["etag"]})

    assert (again.status, again.body) == (304, b"")


def test_what_the_document_loads_is_the_same_and_compressed_once(running: Running, door: Front) -> None:
    page = door.ask("GET", document(running)).text.decode()
    paths = [part.split('"')[0] for part in page.split('"../../../../')[1:]] or [
        part.split('"')[0] for part in page.split('"/')[1:] if part.startswith("assets/")
    ]
    assert paths
    for path in paths:
        ours, theirs = direct(running, f"/{path}", **GZIP), door.ask("GET", f"/{path}", **GZIP)
        assert (theirs.body, theirs.headers["cache-control"]) == (ours.body, ours.headers["cache-control"])
        assert "immutable" in theirs.headers["cache-control"]
        assert theirs.text == door.ask("GET", f"/{path}").body


def test_every_answer_has_an_id_of_its_own_that_is_in_both_logs(running: Running, door: Front) -> None:
    ids = [door.ask("GET", document(running)).headers["x-request-id"] for _ in range(3)]
    saved = door.ask("PUT", f"/r/{code(running)}/{RESPONSE}", b'{"sequence": 1, "answers": {}}', **JSON)

    assert len(set(ids)) == 3
    until(lambda: {line["id"] for line in lines(door)} >= {*ids, saved.headers["x-request-id"]})
    assert saved.headers["x-request-id"] in running.log.read_text()
    assert '"wait_ms":' in running.log.read_text()


def test_a_whole_journey_leaves_no_code_and_no_answer_in_any_log(running: Running, door: Front) -> None:
    given, said = code(running, 3), "my locker neighbour frightens me"
    answers = answer("1") | {"better-school": {"value": said, "locale": "en"}}
    place = door.ask("GET", f"/r/{given}").headers["location"]
    assert door.ask("GET", place, Referer=f"https://homeroom.example/r/{given}").status == 200
    body = json.dumps({"sequence": 1, "answers": answers}).encode()
    assert door.ask("PUT", f"/r/{given}/{RESPONSE}", body, **JSON).status == 204
    assert door.ask("POST", f"/r/{given}/{RESPONSE}", body, **JSON).status == 200
    form = b"q.calming-down=1&q.better-school=my+locker+neighbour+frightens+me"
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://homeroom.example"}
    assert door.ask("POST", place, form, **kind).status == 303
    odd = [
        f"/nowhere/{given}",
        f"/s/{given}/1/{given.lower()}/",
        f"/r/{given}/help",
        f"/F/{given}00ABCD",
        f"/r//{given}",
    ]
    for path in odd:
        door.ask("GET", path)
    door.ask(given, "/")
    for port in (door.plain, door.port):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
            line.sendall(f"GET /r/{given}\r\n{given}\r\n\r\n".encode())
            line.recv(1000)

    until(lambda: len([line for line in lines(door) if line["route"] == "/r/<code>/help"]) == 1)
    told = (door.logged() + running.log.read_text()).casefold()
    for private in (given, given[:8], RESPONSE, said, "locker", "better-school"):
        assert private.casefold() not in told


def test_staff_sign_in_and_send_scans_through_it(running: Running, door: Front) -> None:
    enlist(running.world, PRINCIPAL)
    first = door.ask("GET", "/staff/sign-in")
    form = {"account": PRINCIPAL.id, "password": PASSWORD, "csrf_token": token(first.body.decode())}
    home = {"Origin": f"https://{nginx.NAME}", "Cookie": first.headers["set-cookie"].split(";")[0]}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    inside = door.ask("POST", "/staff/sign-in", urlencode(form).encode(), **home, **kind)
    assert (inside.status, "Secure" in inside.headers["set-cookie"]) == (303, True)

    home["Cookie"] = inside.headers["set-cookie"].split(";")[0]
    begun = door.ask("GET", "/staff/", **home)
    home["Cookie"] = begun.headers["set-cookie"].split(";")[0]
    fields = {"csrf_token": token(begun.body.decode())}
    scans = FileStorage(BytesIO(b"no picture" * 200_000), "monday.pdf")
    boundary, body = encode_multipart({**fields, "files": scans})
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    assert door.ask("POST", "/review/batches/", body, **home, **kind).status == 303


def test_nobody_outside_reads_what_is_for_watchers(door: Front) -> None:
    for path in ("/metrics", "/readyz", "/healthz", "/metrics/", "//metrics", "/./metrics", "/%6detrics"):
        assert door.ask("GET", path).status in (308, 404)


def test_more_than_a_child_can_write_is_turned_away_before_us(running: Running, door: Front) -> None:
    given = f"/r/{code(running)}/{RESPONSE}"

    assert door.ask("PUT", given, b"x" * 700_000, **JSON).status == 413
    assert door.ask("POST", "/review/batches/", b"x" * 700_000, **JSON).status != 413


def test_only_tls_1_3_is_spoken_and_plain_http_leads_there(running: Running, door: Front) -> None:
    old = ssl.create_default_context(cafile=str(door.folder / "fullchain.pem"))
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", door.port)) as line, pytest.raises(ssl.SSLError):
        old.wrap_socket(line, server_hostname=nginx.NAME)
    line = HTTPConnection("127.0.0.1", door.plain, timeout=20)
    line.request("GET", "/r/A", headers={"Host": nginx.NAME})
    led = line.getresponse()

    assert (led.status, led.headers["Location"]) == (308, "https://homeroom.example/r/A")


def test_a_reload_drops_no_save_behind_nginx_either(running: Running, door: Front) -> None:
    students = [Student(running, door.line, number, keeps=number % 2 == 0) for number in (6, 7)]
    for student in students:
        student.start()
    until(lambda: all(len(student.acknowledged) > 5 for student in students))
    running.reload()
    before = [len(student.acknowledged) for student in students]
    until(lambda: all(len(s.acknowledged) > have + 5 for s, have in zip(students, before, strict=True)))
    errors = [error for student in students for error in student.ended()]

    assert errors == []
    assert [student.kept() for student in students] == [student.acknowledged for student in students]


class Brief(BaseHTTPRequestHandler):
    """An upstream whose documents are good for a second."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Cache-Control", "max-age=1")
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"kept")

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


def test_while_we_are_away_a_document_that_was_kept_still_opens_and_no_log_tells_a_code(tmp_path: Path) -> None:
    upstream = HTTPServer(("127.0.0.1", 0), Brief)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    with front(tmp_path, upstream.server_port) as alone:
        assert alone.ask("GET", "/s/sel-6-12/1/en/ABCDEFGHJKMNPQRS").body == b"kept"
        upstream.shutdown()
        upstream.server_close()
        until(lambda: _asked_again(alone) == "STALE")

        assert alone.ask("GET", "/s/sel-6-12/1/en/TUVWXYZABCDEFGHJ").body == b"kept"
        assert alone.ask("GET", "/s/sel-6-12/1/es/ABCDEFGHJKMNPQRS").status == 502
        assert alone.ask("PUT", "/r/ABCDEFGHJKMNPQRS/" + RESPONSE, b"{}").status == 502
        until(lambda: [line["status"] for line in lines(alone)].count(502) == 2)
        assert "ABCDEFGH" not in alone.logged()


def _asked_again(door: Front) -> str | None:
    """Where the document came from, as the log tells once its buffer is written."""
    door.ask("GET", "/s/sel-6-12/1/en/TUVWXYZABCDEFGHJ")
    told = [line["cache"] for line in lines(door)]
    return told[-1] if told else None


def lines(door: Front) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (door.folder / "logs" / "homeroom.log").read_text().splitlines()]
