"""Bell: the load generator, compiled when its sources change, run at a server on this machine; and what it noted."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveys.config import ROOT

SOURCES = Path(__file__).parent
RECORD = np.dtype(
    [("journey", "<u4"), ("step", "<u2"), ("status", "<u2"), ("at_ms", "<u4"), ("micros", "<u4")]
)  # struct record of bell.c
WITHOUT_REPLY = {0: "not connected", 1: "lost", 2: "timed out"}

Records = NDArray[np.void]


@dataclass
class Ring:
    """One run of the generator."""

    plan: Path
    log: Path
    port: int
    options: Sequence[str] = ()
    process: subprocess.Popen[str] | None = field(default=None)

    def start(self) -> None:
        command = [str(built()), *self.options, str(self.plan), str(self.log), "127.0.0.1", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tries(self) -> int:
        """How many records there are so far."""
        return self.log.stat().st_size // RECORD.itemsize if self.log.exists() else 0

    def end(self) -> Mapping[str, Any]:
        """What it said at its end."""
        if self.process is None:
            sys.exit("loadtest: the generator was not started")
        said, _ = self.process.communicate()
        if self.process.returncode:
            sys.exit(f"loadtest: the generator ended with {self.process.returncode}")
        told: Mapping[str, Any] = json.loads(said)
        return told

    def stop(self) -> None:
        if self.process is not None and self.running():
            self.process.terminate()
            self.process.wait(20)


def records(log: Path) -> Records:
    """Every try, in the order in which they ended."""
    return np.fromfile(log, RECORD)


def built() -> Path:
    """The generator as a program under build/, with TLS where OpenSSL's headers are."""
    sources = sorted(SOURCES.glob("*.[ch]"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    program = ROOT / "build" / "load" / f"bell-{digest}"
    if program.exists():
        return program
    if not shutil.which("cc"):
        sys.exit("loadtest: a C compiler is needed; install gcc and libc6-dev")
    program.parent.mkdir(parents=True, exist_ok=True)
    tls = ["-DWITH_TLS", "-lssl", "-lcrypto"] if Path("/usr/include/openssl/ssl.h").exists() else []
    made = program.with_suffix(".new")
    files = [str(source) for source in sources if source.suffix == ".c"]
    subprocess.run(["cc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(made), *files, *tls], check=True)
    made.replace(program)
    return program
