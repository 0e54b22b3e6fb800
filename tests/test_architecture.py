"""The house keeps its own rules, and the rules catch who breaks them."""

import re
import subprocess

import pytest

from tests import architecture
from tests.architecture import Module

HOUSE = architecture.modules("surveys", "paper")
AROUND = architecture.modules("tests", "scripts")


@pytest.mark.parametrize("rule", architecture.RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(rule):
    broken = [f"{module.name} {what}" for module in HOUSE for what in rule(module)]

    assert broken == []


def test_tests_and_scripts_stay_small_too():
    broken = [f"{module.name} {what}" for module in AROUND for what in architecture.sizes_stay_small(module)]

    assert broken == []


def test_no_modules_import_each_other_in_a_ring():
    assert architecture.cycles(HOUSE) == []


def test_nine_functions_in_ten_stay_under_thirty_lines():
    lengths = [architecture.length(function) for module in HOUSE for function in module.functions]
    short = [length for length in lengths if length < architecture.USUAL_FUNCTION]

    assert len(short) >= 0.9 * len(lengths)


def test_the_repository_names_no_package_registry():
    hosts = r"npm" r"js\.|pyp" r"i\.org|python" r"hosted|debian" r"\.org"
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=architecture.ROOT, capture_output=True, check=True, text=True
    )
    paths = [architecture.ROOT / name for name in listed.stdout.split("\0") if name]
    naming = [str(path) for path in paths if path.is_file() and re.search(hosts, path.read_text(errors="replace"))]

    assert naming == []


LONG = "def f():\n" + "    x = 1\n" * 60
PLANTED = {
    ("surveys.core.people", "from surveys.store import tables"): "imports_point_down",
    ("surveys.scanning", "from surveys import answering"): "imports_point_down",
    ("surveys.web.review", "from surveys.app import create_app"): "imports_point_down",
    ("surveys.answering", "import flask"): "libraries_stay_in_their_rooms",
    ("surveys.web.report", "from sqlalchemy import select"): "libraries_stay_in_their_rooms",
    ("surveys.cli.serve", "from celery import Celery"): "libraries_stay_in_their_rooms",
    ("surveys.core.scoring", "import scipy.stats"): "libraries_stay_in_their_rooms",
    ("paper.ink", "from surveys.core import marking"): "paper_has_its_doors",
    ("surveys.reporting", "from paper import overlay"): "paper_has_its_doors",
    ("surveys.cli.read", "from paper import pen"): "paper_has_its_doors",
    ("surveys.cli.demo", "from paper import read"): "paper_has_its_doors",
    ("surveys.reporting", "def f():\n    import json"): "imports_stand_at_the_top",
    ("surveys.worker", "import os\nurl = os.environ['X']"): "only_config_reads_the_environment",
    ("paper.read", "from os import getenv"): "only_config_reads_the_environment",
    ("surveys.store.answers", "session.execute(update(tables.save).values(x=1))"): "facts_are_only_inserted",
    ("surveys.store.answers", "session.execute(tables.save.delete())"): "facts_are_only_inserted",
    ("surveys.store.answers", "from sqlalchemy import delete"): "facts_are_only_inserted",
    ("surveys.store.answers", "session.execute(text('delete from save'))"): "facts_are_only_inserted",
    ("surveys.store.answers", "keep.on_conflict_do_update(set_={})"): "facts_are_only_inserted",
    ("surveys.core.lines", "x = 1"): "modules_say_what_they_are",
    ("surveys.core.lines", LONG): "sizes_stay_small",
    ("surveys.core.lines", "x = 1\n" * 401): "sizes_stay_small",
    ("surveys.core.lines", "def f(a, b, c, *, d, e, g): ..."): "parameters_are_few",
    ("surveys.core.lines", "def get_line(): ..."): "names_say_something",
    ("surveys.core.lines", "class LineManager: ..."): "names_say_something",
    ("surveys.core.utils", ""): "names_say_something",
}


@pytest.mark.parametrize(("planted", "rule"), PLANTED.items(), ids=lambda value: str(value)[:60])
def test_a_planted_violation_is_caught(planted, rule):
    assert list(getattr(architecture, rule)(Module(*planted)))


def test_a_planted_ring_is_caught():
    ring = [Module("surveys.core.a", "from surveys.core import b"), Module("surveys.core.b", "import surveys.core.a")]

    assert architecture.cycles(ring) == [("surveys.core.a", "surveys.core.b", "surveys.core.a")]


def test_what_is_allowed_is_let_through():
    allowed = [
        Module("surveys.scanning", '"""Reads."""\nfrom paper import read\nfrom surveys.store import scans'),
        Module("surveys.cli.demo", '"""Shows."""\nfrom paper.pen import mark\nfrom surveys import scanning'),
        Module("surveys.store.windows", '"""Windows."""\nupdate(tables.window).values(closed=now)\nseen.update(new)'),
        Module("surveys.core.scoring", '"""Scores."""\nimport math\n\nimport numpy as np'),
    ]

    assert [what for module in allowed for rule in architecture.RULES for what in rule(module)] == []
