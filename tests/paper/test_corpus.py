"""The corpus says what it is: two families with nothing in common, and scans from schools in the same measure."""

import json
from pathlib import Path

import numpy as np
import pytest

from paper import pen
from paper.spoil import scan_pdf
from tests.corpus import tally
from tests.corpus.family import ORDINARY, Drawn
from tests.corpus.fitted import FITTED
from tests.corpus.heldout import HELD_OUT
from tests.corpus.pages import make
from tests.corpus.real import BadCorpus, read_folder
from tests.corpus.tally import Sample, Tally, jobs, weigh
from tests.paper.printed import SERIAL, composed
from tests.paper.scanned import sheet


def test_the_families_share_no_pen_no_mark_and_no_spoiling() -> None:
    for what in ("pens", "marks", "traces", "spoilings"):
        one, other = (set(getattr(family, what)) for family in (FITTED, HELD_OUT))
        assert not one & other
    assert not set(FITTED.spoilings.values()) & set(HELD_OUT.spoilings.values())


@pytest.mark.parametrize("family", [FITTED, HELD_OUT], ids=lambda family: family.name)
def test_a_page_of_the_corpus_is_the_same_whenever_it_is_made(family) -> None:
    tool = family.pens[0]
    one, same, other = (make(family, ORDINARY, tool, seed) for seed in (4, 4, 5))
    assert one.drawn == same.drawn
    assert np.array_equal(one.grey, same.grey)
    assert one.drawn != other.drawn


@pytest.mark.parametrize("family", [FITTED, HELD_OUT], ids=lambda family: family.name)
def test_the_fixed_sample_holds_every_set_and_every_pen(family) -> None:
    chosen = list(jobs(Sample(family.name, 3000)))
    assert {job[1] for job in chosen} == set(family.sets)
    assert {job[2] for job in chosen} == set(family.pens)
    assert len(set(chosen)) == len(chosen)


def test_an_answer_that_was_not_drawn_is_silent_and_a_question_to_a_person_never_is() -> None:
    assert weigh(Drawn("fill", ("a",)), ("b",)) == Tally(1, silent=1)
    assert weigh(Drawn("none", ()), ("a",)) == Tally(1, silent=1)
    assert weigh(Drawn("fill", ("a",)), ()) == Tally(1, silent=1)
    assert weigh(Drawn("two", None), ("a",)) == Tally(1, silent=1)
    assert weigh(Drawn("fill", ("a",)), None) == Tally(1, doubts=1)
    assert weigh(Drawn("two", None), None) == Tally(1, rightly=1)


def test_the_naive_reader_lies_where_this_one_asks() -> None:
    """Where the corpus shows no difference, it shows nothing."""
    chosen = list(jobs(Sample("fitted", 150, ("shadow", "coffee"))))
    ours, naive = (tally.total(t for job in chosen for t in each(job).values()) for each in (tally.page, tally.beside))
    assert ours.silent == 0
    assert naive.silent > 0


# --- scans that a school gave -----------------------------------------------------------------------------------------


def given(folder: Path, **changes: object) -> Path:
    """A folder in the format of docs/corpus.md: two pages of one form, marked by the pen."""
    layout, rng, entries, pages = composed("en", "letter").layout, np.random.default_rng(8), [], []
    for number in (1, 2):
        page = sheet(page=number)
        marked = {field.question: [field.bubbles[2].option] for field in page.page.fields[::2] if field.bubbles}
        for question, options in marked.items():
            pen.mark(page, question, options, "tick", rng)
        answers = {field.question: marked.get(field.question, []) for field in page.page.fields}
        entries.append({"file": "class.pdf", "index": number, "serial": SERIAL, "page": number, "pen": "pencil",
                        "set": "copier", "answers": answers})  # fmt: skip
        pages.append(page.grey)
    with (folder / "class.pdf").open("wb") as out:
        scan_pdf(pages, out)
    forms = [{"serial": SERIAL, "pdf_pages": [1, 2]}]
    (folder / "layout.json").write_text(json.dumps({**layout.to_json(), "forms": forms}))
    truth = {"format": 1, "licence": "CC0-1.0", "consent": "District 7, 2026-11-02", "from": "a copier, 200 dpi",
             "layouts": ["layout.json"], "pictures": entries} | changes  # fmt: skip
    (folder / "truth.json").write_text(json.dumps(truth))
    return folder


def test_scans_from_a_school_are_read_and_counted_like_the_rest(tmp_path: Path) -> None:
    whole = tally.total(read_folder(given(tmp_path)).values())
    assert whole == Tally(fields=29)


def test_a_scan_that_says_something_else_than_its_truth_is_a_silent_error(tmp_path: Path) -> None:
    truth = json.loads((given(tmp_path) / "truth.json").read_text())
    truth["pictures"][0]["answers"]["q02"] = ["often"]
    truth["pictures"][1]["page"] = 1
    truth["pictures"][1]["answers"] = {"q01": ["never"]}
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    assert tally.total(read_folder(tmp_path).values()) == Tally(fields=15, silent=2)


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"consent": ""}, "consent"), ({"licence": None}, "licence"), ({"format": 2}, "format"),
     ({"layouts": ["none.json"]}, r"none\.json"),
     ({"pictures": [{"file": "../truth.json", "serial": SERIAL, "page": 1, "answers": {}}]}, "no file")],
)  # fmt: skip
def test_a_folder_that_is_not_in_the_format_is_refused_with_its_place(tmp_path: Path, changes: dict, told: str) -> None:
    with pytest.raises(BadCorpus, match=told):
        read_folder(given(tmp_path, **changes))
