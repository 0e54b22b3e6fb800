"""The web server of the demonstration: the same command as everybody's, on a port of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from surveys.config import Config
from surveys.core.refusals import Conflict


@contextmanager
def serving(settings: Config, port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """The real web server, from its first answer to the end of the block."""
    log = settings.instance / "demo" / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(  # noqa: S603 - our own command
            [_homeroom(), "serve", f"--port={port}", *options],
            env=_environ(settings, f"http://127.0.0.1:{port}"),
            stdout=out,
            stderr=out,
        )
        try:
            _wait(server, port, log)
            yield server
        finally:
            server.terminate()
            server.wait(30)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def check_port(port: int) -> None:
    """Conflict now, rather than after a minute's work, when something else is served there."""
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            free.bind(("127.0.0.1", port))
        except OSError as error:
            raise Conflict(f"port {port} is taken; stop what is served there, or name another with --port") from error


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise Conflict(f"the web server did not start; read {log}")


def _environ(settings: Config, address: str) -> dict[str, str]:
    """The settings of the demonstration, for a process of its own."""
    return {
        "PATH": os.defpath,
        "HOMEROOM_INSTANCE": str(settings.instance),
        "HOMEROOM_SECRET": settings.secret,
        "HOMEROOM_PUBLIC_URL": address,
        "HOMEROOM_FONTS": str(settings.fonts),
        "HOMEROOM_TRANSLATIONS": str(settings.translations),
    }


def _homeroom() -> str:
    return str(Path(sys.executable).with_name("homeroom"))
