"""What starts Homeroom on a machine names commands and settings that there are."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from surveys.cli import homeroom
from surveys.config import ROOT, from_environ

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
CONTAINER = (DEPLOY / "Containerfile").read_text()
ANALYZE = shutil.which("systemd-analyze")


def settings() -> dict[str, str]:
    lines = (DEPLOY / "homeroom.env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def commands() -> list[str]:
    units = [re.findall(r"^ExecStart=\S+/homeroom (.+)$", unit.read_text(), re.MULTILINE) for unit in UNITS]
    container = json.loads(re.findall(r"^CMD (\[.+\])$", CONTAINER, re.MULTILINE)[0])
    return [line for lines in units for line in lines] + [" ".join(container)]


@pytest.mark.parametrize("command", commands())
def test_every_command_is_one_that_homeroom_knows(command: str) -> None:
    told = CliRunner().invoke(homeroom, [*command.split(), "--help"])

    assert told.exit_code == 0, told.output
    assert command.split()[0] in told.output


@pytest.mark.skipif(ANALYZE is None, reason="there is no systemd on this machine")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_units(unit: Path, tmp_path: Path) -> None:
    """With this machine's programs and user in place of an installation's."""
    text = unit.read_text().replace("/opt/homeroom/.venv/bin/homeroom", "/bin/true")
    (tmp_path / unit.name).write_text(re.sub(r"^(User|Group)=.*\n", "", text, flags=re.MULTILINE))
    told = subprocess.run(
        [str(ANALYZE), "verify", str(tmp_path / unit.name)], capture_output=True, text=True, check=False
    )

    assert (told.returncode, told.stderr) == (0, "")


def test_the_settings_that_are_asked_for_make_a_production_installation(tmp_path: Path) -> None:
    secret = {"HOMEROOM_SECRET": "thirty-two random characters, say", "HOMEROOM_INSTANCE": str(tmp_path)}
    config = from_environ(settings() | secret)

    assert config.production
    assert config.log
    assert settings()["HOMEROOM_SECRET"] == ""
    page = (ROOT / "docs" / "settings.md").read_text()
    assert not [name for name in settings() if f"| `{name}` |" not in page]


def test_the_container_takes_what_the_setup_needs() -> None:
    """It is built by no test: at least it asks Debian for what docs/dependencies.md says is needed to run."""
    page = (ROOT / "docs" / "dependencies.md").read_text().split("## From Debian")[1]
    needed = {name for names in re.findall(r"^\| (.+) \| both \|$", page, re.MULTILINE) for name in names.split(", ")}
    asked = set(re.findall(r"--no-install-recommends (.+) \\$", CONTAINER, re.MULTILINE)[0].split())

    assert needed == asked
    assert {".venv", "build", "instance", ".git"} <= set((ROOT / ".dockerignore").read_text().split())
