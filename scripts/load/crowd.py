"""Crowd: students driven by Locust beside our generator, so that what one tool does wrong is seen beside the other."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from surveys.config import ROOT

FOLDER = ROOT / "build" / "locust"
LOCK = ROOT / "requirements-load.txt"
PROFILE = Path(__file__).parent / "locustfile.py"
TIDYING_SECONDS = 30  # for the requests that are under way when its time is up


@dataclass
class Crowd:
    """So many students at an address; `arrive` and `seconds` as for a Bell."""

    folder: Path
    address: str
    students: Sequence[tuple[str, str]]
    arrive: float
    seconds: float
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        if not self.students:
            return
        (self.folder / "students").write_text("".join(f"{code} {locale}\n" for code, locale in self.students))
        rate = max(1.0, len(self.students) / max(self.arrive, 1.0))
        words = [str(installed() / "bin" / "locust"), "-f", str(PROFILE), "--headless", "-H", self.address]
        words += ["-u", str(len(self.students)), "-r", f"{rate:.2f}", "-t", f"{int(self.seconds) + TIDYING_SECONDS}s"]
        words += ["--csv", str(self.folder / "locust"), "--only-summary", "--loglevel", "ERROR"]
        environ = {
            **os.environ,
            "HOMEROOM_STUDENTS": str(self.folder / "students"),
            "HOMEROOM_STUDENT_SECONDS": str(max(self.seconds - self.arrive, 1.0)),
            "HOMEROOM_STUDENT_LOG": str(self.folder / "locust.log"),
        }
        with (self.folder / "locust.out").open("wb") as out:
            self.process = subprocess.Popen(words, env=environ, stdout=out, stderr=out)

    def end(self) -> str:
        """A line on how its requests fared; when its time is up."""
        if self.process is None:
            return ""
        self.process.wait(self.seconds + 4 * TIDYING_SECONDS)
        with (self.folder / "locust_stats.csv").open(newline="") as file:
            rows = {row["Name"]: row for row in csv.DictReader(file)}
        every = rows["Aggregated"]
        times = " / ".join(every[share] for share in ("50%", "95%", "99%"))
        return f"Locust: {every['Request Count']} requests, {every['Failure Count']} failed, p50 / p95 / p99 {times} ms"

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def sent(self) -> Mapping[tuple[str, int], Any]:
        """The answers of every batch it sent, by response and sequence."""
        return {(response, number): answers for what, response, number, answers in self._notes() if what == "sent"}

    def kept(self) -> set[tuple[str, int]]:
        """What was acknowledged to it."""
        return {(response, number) for what, response, number, _ in self._notes() if what == "kept"}

    def _notes(self) -> list[list[Any]]:
        file = self.folder / "locust.log"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def installed() -> Path:
    """Locust in an environment of its own: in ours it would change how every test runs (docs/dependencies.md)."""
    mark = FOLDER / "lock"
    if mark.exists() and mark.read_text() == LOCK.read_text():
        return FOLDER
    print("loadtest: installing Locust under build/locust", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(FOLDER)], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(FOLDER / "bin" / "python")]
    subprocess.run([*pip, "install", "--quiet", "--require-hashes", "-r", str(LOCK)], check=True)
    mark.write_text(LOCK.read_text())
    return FOLDER
