"""Locust's students answer what the page asks."""

from __future__ import annotations

import runpy
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.load.crowd import PROFILE
from surveys import web


@pytest.fixture
def profile(tmp_path, monkeypatch) -> dict[str, Any]:
    """The profile without Locust, which is not installed here."""
    (tmp_path / "students").write_text("CODE en\n")
    monkeypatch.setenv("HOMEROOM_STUDENTS", str(tmp_path / "students"))
    bare = SimpleNamespace(FastHttpUser=object, task=lambda work: work, StopUser=Exception)
    monkeypatch.setitem(sys.modules, "locust", bare)
    monkeypatch.setitem(sys.modules, "locust.exception", bare)
    return runpy.run_path(str(PROFILE))


def test_a_student_answers_each_question_of_choice_of_the_page_in_five_batches(profile, world):
    page = web.create(world.house).test_client().get("/s/sel-6-12/1/es/").text
    batches = list(profile["answered"](page, "es"))
    survey = world.house.shipped["sel-6-12"]

    assert [len(batch) for batch in batches] == [5, 6, 5, 6, 6]
    assert {name for batch in batches for name in batch} == {one.id for one in survey.questions if one.options}
    for batch in batches:
        for name, answer in batch.items():
            assert answer["value"][0] in {option.id for option in survey.by_id[name].options}
