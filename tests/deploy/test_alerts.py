"""Every alert fires when it should and not otherwise, is made of figures there are, and has its cure written down."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from surveys import web
from surveys.config import ROOT
from tests.world import World

TOOLS = ROOT / "build" / "tools"
PROMTOOL = shutil.which("promtool") or shutil.which("promtool", path=str(TOOLS))
RULES = ROOT / "deploy" / "alerts.yml"
CASES = ROOT / "tests" / "deploy" / "alerts.yml"
NAMES = re.findall(r"alert: (\w+)", RULES.read_text())

with_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not there; scripts/setup --check fetches it")


@with_promtool
@pytest.mark.parametrize("words", [("check", "rules", RULES), ("test", "rules", CASES)], ids=["well formed", "cases"])
def test_the_rules_do_what_their_cases_say(words: tuple[str, ...]) -> None:
    ran = subprocess.run([str(PROMTOOL), *map(str, words)], capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    cases = CASES.read_text()

    assert re.findall(r"alertname: (\w+)\n +exp_alerts:\n +- exp_labels", cases) == NAMES
    assert {*re.findall(r"alertname: (\w+)\}", cases)} == {*NAMES}


@with_promtool
def test_prometheus_finds_nothing_wrong_with_what_it_reads(world: World) -> None:
    client = web.create(world.house).test_client()
    client.get(f"/r/{world.code(world.tickets[0])}")
    ran = subprocess.run(
        [str(PROMTOOL), "check", "metrics"], input=client.get("/metrics").data, capture_output=True, check=False
    )

    assert (ran.returncode, ran.stdout + ran.stderr) == (0, b"")


def test_the_rules_are_made_of_figures_that_there_are(world: World) -> None:
    told = web.create(world.house).test_client().get("/metrics").text
    known = set(re.findall(r"# TYPE (\w+)", told))
    named = {re.sub("_(bucket|count|sum)$", "", name) for name in re.findall(r"homeroom_[a-z_]+", RULES.read_text())}

    assert named <= known


def test_every_alert_has_its_meaning_and_its_cure_in_the_docs() -> None:
    page = (ROOT / "docs" / "operating.md").read_text()

    assert re.findall(r"^\| `(Homeroom\w+)` \|", page, re.MULTILINE) == NAMES
