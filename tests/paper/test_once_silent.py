"""Pages of the corpus on which a reader before this one was wrong in silence: it never is again."""

from __future__ import annotations

import pytest

from tests.corpus import tally

PAGES = [
    pytest.param(("fitted", "coffee", "felt", 108), id="residue-whose-smear-went-with-a-stain"),
    pytest.param(("fitted", "toner", "ballpoint", 256), id="outlines-between-bands-without-toner"),
    pytest.param(("fitted", "coffee", "hard-pencil", 528), id="a-dash-under-a-rim-beside-another-mark"),
    pytest.param(("fitted", "toner", "hard-pencil", 756), id="light-circles-between-bands-without-toner"),
    pytest.param(("fitted", "toner", "hard-pencil", 972), id="a-light-circle-in-a-band-without-toner"),
    pytest.param(("fitted", "toner", "hard-pencil", 2840012), id="a-light-circle-on-a-pale-outline"),
    pytest.param(("fitted", "fold", "hard-pencil", 12028), id="a-dash-along-a-fold"),
    pytest.param(("held-out", "spine", "coloured-pencil", 124), id="a-word-in-the-shade-of-a-spine"),
    pytest.param(("held-out", "ordered-dither", "school-pencil", 644), id="a-word-among-the-dots-of-a-dithered-page"),
    pytest.param(("held-out", "ordered-dither", "soft-pencil", 1288), id="another-word-among-such-dots"),
    pytest.param(("held-out", "ordered-dither", "school-pencil", 1424), id="a-third-word-among-such-dots"),
    pytest.param(("held-out", "worn-drum", "soft-pencil", 1348), id="a-bare-outline-where-print-is-pale-in-patches"),
    pytest.param(("held-out", "hand", "school-pencil", 2840044), id="a-rubbed-out-mark-in-a-shade"),
]


@pytest.mark.parametrize("job", PAGES)
def test_a_page_once_misread_is_read_right_or_asked_about(job: tally.Job) -> None:
    found = tally.page(job)
    assert sum(each.fields for each in found.values()) >= 6
    assert sum(each.silent for each in found.values()) == 0
