"""nginx with the configuration of deploy/, where only ports, folders and certificates are a test's own."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path

from surveys.config import ROOT
from tests.served import free_port, until

PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
NAME = "homeroom.example"


@dataclass(frozen=True)
class Page:
    """An answer as its bytes came over the line."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> bytes:
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body


@dataclass
class Front:
    """A running nginx."""

    port: int
    plain: int
    folder: Path

    def line(self) -> HTTPSConnection:
        trusted = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        return HTTPSConnection("127.0.0.1", self.port, timeout=20, context=trusted)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Page:
        """One request over a connection of its own, as a browser makes it."""
        line = self.line()
        line.request(method, path, body, {"Host": NAME, **headers})
        return page(line.getresponse())

    def logged(self) -> str:
        """All that it wrote anywhere in its folder of logs."""
        return "".join(path.read_text() for path in sorted((self.folder / "logs").iterdir()))


def page(told: HTTPResponse) -> Page:
    return Page(told.status, {name.lower(): value for name, value in told.getheaders()}, told.read())


@contextmanager
def front(folder: Path, upstream: int) -> Iterator[Front]:
    """nginx before whatever listens on a port, while the block lasts."""
    _certificate(folder)
    for name in ("logs", "cache", "tmp"):
        (folder / name).mkdir()
    running = Front(free_port(), free_port(), folder)
    conf = folder / "nginx.conf"
    conf.write_text(configured(folder, running, upstream))
    words = [
        str(PROGRAM),
        "-p",
        str(folder),
        "-e",
        str(folder / "logs/start.log"),
        "-c",
        str(conf),
        "-g",
        "daemon off;",
    ]
    process = subprocess.Popen(words, cwd=folder)
    try:
        until(lambda: _answers(running) or process.poll() is not None)
        assert process.poll() is None
        yield running
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(60)


def configured(folder: Path, running: Front, upstream: int) -> str:
    """deploy/nginx.conf with a test's places in it; each must be there to be replaced."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    temporary = "".join(
        f"    {name}_temp_path {folder}/tmp/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    for there, here in {
        "user www-data;": "user root;" if os.geteuid() == 0 else "",
        "/run/nginx.pid": f"{folder}/pid",
        "/var/log/nginx": f"{folder}/logs",
        "/var/cache/nginx/homeroom": f"{folder}/cache/homeroom",
        "/etc/ssl/homeroom": str(folder),
        "listen 80 ": f"listen 127.0.0.1:{running.plain} ",
        "listen 443 ": f"listen 127.0.0.1:{running.port} ",
        "server 127.0.0.1:8000": f"server 127.0.0.1:{upstream}",
        "http {\n": f"http {{\n{temporary}",
        "worker_processes auto;": "worker_processes 1;",
    }.items():
        assert there in text, there
        text = text.replace(there, here)
    return text


def _certificate(folder: Path) -> None:
    key, chain = folder / "privkey.pem", folder / "fullchain.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    words += ["-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1"]
    subprocess.run([*words, "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True)


def _answers(running: Front) -> bool:
    with suppress(OSError):
        return running.ask("GET", "/healthz").status == 404
    return False
