"""Site: `homeroom serve` as it is run, looked after as systemd would: when it ends, it is started again."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from scripts.load.processes import children, command
from surveys.config import ROOT

PATIENCE_SECONDS = 60
AGAIN_SECONDS = 0.2  # before it is started again
COMMAND = "from surveys.app import main; main()"


@dataclass
class Site:
    """One installation on this machine."""

    environ: Mapping[str, str]
    port: int
    background: bool  # whether scans are read, too
    trust: Path | None = None  # the certificate, when it speaks TLS
    process: subprocess.Popen[bytes] | None = field(default=None)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _keeper: threading.Thread | None = field(default=None)

    def start(self) -> None:
        """Return when it answers."""
        self._launch()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.answers():
            if time.monotonic() > end:
                sys.exit("loadtest: the server did not answer within a minute")
            time.sleep(0.1)

    @property
    def address(self) -> str:
        return f"{'https' if self.trust else 'http'}://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        with suppress(OSError):
            return self.text("/healthz") == "ok\n"
        return False

    def text(self, path: str) -> str:
        """A page, asked for without more ado."""
        trust = ssl.create_default_context(cafile=self.trust) if self.trust else None
        with urlopen(self.address + path, timeout=30, context=trust) as answer:  # noqa: S310 - our own server
            return str(answer.read().decode(errors="replace"))

    def web(self) -> int | None:
        """The process that the web processes are children of, and the leader of their group."""
        found = [pid for pid in self._children() if "gunicorn" in command(pid)]
        return found[0] if found else None

    def web_workers(self) -> list[int]:
        """The processes that answer."""
        leader = self.web()
        return children(leader) if leader else []

    def worker(self) -> int | None:
        """The process that reads scans."""
        found = [pid for pid in self._children() if command(pid).rstrip().endswith("worker")]
        return found[0] if found else None

    @property
    def pid(self) -> int:
        """The process above all others; 0 when there is none."""
        return self.process.pid if self.process else 0

    def stop(self) -> None:
        self._stopping.set()
        if self._keeper is not None:
            self._keeper.join()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE_SECONDS)
            for pid in [*self._children(), self.process.pid]:
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
            self.process.wait()

    def _children(self) -> list[int]:
        return children(self.pid)

    def _launch(self) -> None:
        words = [sys.executable, "-c", COMMAND, "serve", "--port", str(self.port)]
        words += ["--worker" if self.background else "--no-worker"]
        folder = self.environ["HOMEROOM_INSTANCE"]
        environ = {**self.environ, "TMPDIR": folder}  # what a killed process leaves behind goes with the folder
        with Path(folder, "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                words, cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True
            )

    def _keep(self) -> None:
        while not self._stopping.wait(AGAIN_SECONDS):
            if self.process is not None and self.process.poll() is not None and not self._stopping.is_set():
                self._launch()


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """The site while the block lasts."""
    try:
        site.start()
        yield site
    finally:
        site.stop()
