"""Front: nginx before the web processes, by the configuration of deploy/, speaking TLS 1.3."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.load.processes import children, command
from tests.deploy import nginx


@dataclass(frozen=True)
class Front:
    """The port that students come to, and the process above all of nginx."""

    port: int
    pid: int

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"


@contextmanager
def before(port: int, folder: Path) -> Iterator[Front]:
    """nginx before a port of this machine, while the block lasts."""
    (folder / "nginx").mkdir()
    with nginx.front(folder / "nginx", port) as running:
        yield Front(running.port, next(pid for pid in children(os.getpid()) if "nginx" in command(pid)))
