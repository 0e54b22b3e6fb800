"""What was lost, doubled or changed is seen, and a run's figures go where they are kept."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.load import plan, results, tally
from scripts.load.bell import RECORD
from scripts.load.plan import KINDS, Plan, Request, Template
from surveys.config import ROOT

BODIES = [{"sequence": number, "answers": {"one": {"value": [str(number)], "locale": "en"}}} for number in (1, 2)]
WHOLE = Template(
    "en",
    (
        Request("save", "PUT", "/r/%c/%r", 204, BODIES[0]),
        Request("save", "PUT", "/r/%c/%r", 204, BODIES[1]),
        Request("submit", "POST", "/r/%c/%r", 200, {"sequence": 3, "answers": BODIES[1]["answers"]}),
    ),
)
TWO = Plan([WHOLE], [0, 0], ["CODE-0", "CODE-1"], ["first", "second"])
HEARD = np.array(
    [(0, 0, 204, 1, 1000), (0, 1, 500, 2, 1000), (0, 1, 204, 3, 3000), (0, 2, 200, 4, 1000), (1, 0, 204, 5, 9000)],
    RECORD,
)
ROWS = [
    ("first", 1, BODIES[0]["answers"]),
    ("first", 2, BODIES[1]["answers"]),
    ("first", tally.HANDED_IN, BODIES[1]["answers"]),
    ("second", 1, BODIES[0]["answers"]),
]


def test_what_is_as_it_was_acknowledged_is_sound():
    found = tally.compare(TWO, HEARD, ROWS)

    assert found == tally.Tally(acknowledged=4, kept=4, lost=0, doubled=0, changed=0, unheard=0)
    assert found.sound


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        (ROWS[1:], "lost"),
        ([*ROWS, ROWS[0]], "doubled"),
        ([*ROWS, ROWS[2]], "doubled"),
        ([*ROWS, ("nobody's", 1, {})], "doubled"),
        ([("first", 1, BODIES[1]["answers"]), *ROWS[1:]], "changed"),
    ],
)
def test_a_row_that_is_missing_doubled_or_changed_is_told(rows, what):
    found = tally.compare(TWO, HEARD, rows)

    assert getattr(found, what) == 1
    assert not found.sound


def test_a_row_whose_acknowledgement_was_never_heard_is_no_fault():
    found = tally.compare(TWO, HEARD, [*ROWS, ("second", 2, BODIES[1]["answers"])])

    assert found.unheard == 1
    assert found.sound


def test_what_somebody_else_sent_is_looked_for_too():
    beside = tally.Beside(sent={("theirs", 1): {"one": 1}, ("theirs", 2): {}}, kept={("theirs", 1), ("theirs", 2)})
    found = tally.compare(TWO, HEARD, [*ROWS, ("theirs", 1, {"one": 2}), ("theirs", 1, {"one": 1})], beside)

    assert (found.acknowledged, found.lost, found.doubled, found.changed) == (6, 1, 1, 1)


def test_figures_are_told_by_kind_and_failed_tries_apart():
    found = {kind.name: kind for kind in results.kinds(TWO, HEARD)}

    assert (found["save"].count, found["submit"].count, found["all"].count) == (3, 1, 4)
    assert found["save"].p50 == 3.0
    assert results.other(TWO, HEARD) == {"500": 1}


def test_the_page_of_results_has_a_table_for_a_run(tmp_path):
    page = tmp_path / "performance.md"
    page.write_text((ROOT / results.PAGE).read_text())
    results.keep(page, "| a new row |")
    lines = page.read_text().splitlines()

    at = lines.index("| a new row |")
    table = "\n".join(lines[:at]).rpartition("\n\n")[2]
    assert table.startswith(results.COLUMNS)
    assert len(lines) == len((ROOT / results.PAGE).read_text().splitlines()) + 1


def test_a_student_comes_in_time_and_hands_in_last():
    dice = np.random.default_rng(1)
    requests = [Request(kind, "GET", "/", 200) for kind in KINDS]
    moments = plan.due(Template("en", tuple(requests)), 3.0, 10.0, dice)

    assert moments[0] == 3000
    assert moments[-1] == max(moments) == 13000


def test_a_page_loads_its_style_its_script_and_the_font_of_its_script():
    document = '<link rel="stylesheet" href="/assets/1/a.css"><script src="/assets/2/b.js"></script>'

    assert plan.assets(document, {"/assets/1/a.css": 'src: url("../3/c.woff2")'}) == [
        "/assets/1/a.css",
        "/assets/2/b.js",
        "/assets/3/c.woff2",
    ]
