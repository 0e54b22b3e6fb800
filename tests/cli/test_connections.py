"""Connections on which nothing is said, or nothing that is HTTP, are in nobody's way and in no log."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.served import Running, served, until


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with served(tmp_path_factory.mktemp("instance")) as running:
        yield running


def test_what_is_no_http_is_refused_and_not_quoted_in_the_log(running: Running) -> None:
    code = running.world.code(running.world.tickets[0])
    for head in (f"GET /r/{code}", f"{code}: x", f"GET /r/{code} HTTP/1.1\r\n{code}", f"PUT /{code} HTTP/7"):
        with socket.create_connection(("127.0.0.1", running.port), timeout=20) as line:
            line.sendall(f"{head}\r\n\r\n".encode())
            assert line.makefile("rb").readline().startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))
    until(lambda: running.log.read_text().count("a request that is no HTTP was refused") == 4)

    assert code not in running.log.read_text()


def test_connections_that_browsers_open_in_advance_take_no_thread(running: Running) -> None:
    before = _sockets(running)
    with ExitStack() as silent:
        for _ in range(40):
            silent.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=20))
        assert running.page("/healthz") == "ok\n"
        assert _sockets(running) < before + 5
        spoken = silent.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=20))
        spoken.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert spoken.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"


def _sockets(running: Running) -> int:
    """How many connections and listeners the web processes hold."""
    count = 0
    for path in [path for pid in running.web() for path in Path(f"/proc/{pid}/fd").iterdir()]:
        with suppress(OSError):  # closed while we looked
            count += str(path.readlink()).startswith("socket:")
    return count
