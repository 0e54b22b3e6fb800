"""`homeroom judge`: thresholds tried on what was scanned, and kept only when asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveys import judging
from surveys.core.marking import DEFAULT
from tests.cli.shell import run_in, usage
from tests.web.staffing import come_back, print_sheets
from tests.world import DISTRICT_ADMIN, World


@pytest.fixture
def strict(world: World, tmp_path: Path) -> Path:
    """Thresholds by which the one mark that came back is none."""
    come_back(world, print_sheets(world)[0], {world.survey.questions[0].id: ("2",)})
    file = tmp_path / "strict.toml"
    file.write_text('version = "strict"\ndefinite = 0.5\n')
    return file


def standing(world: World) -> str:
    with world.house.database.reading() as session:
        return judging.standing(session, DISTRICT_ADMIN).version


def test_before_and_after_are_shown_and_listed_and_nothing_changes(world: World, strict: Path, tmp_path: Path) -> None:
    listed = tmp_path / "changes.csv"
    result = run_in(world.house, "judge", strict, "--list", listed)

    assert result.exit_code == 1, result.output
    assert result.stdout.splitlines()[0] == f"pages=2 questions={len(world.survey.questions)} changes=1 ruled=0"
    assert listed.read_text().splitlines()[1].endswith(f"{world.survey.questions[0].id},2,(faint)")
    assert standing(world) == DEFAULT.version


def test_what_is_in_force_is_printed_as_a_file_that_changes_nothing(world: World, strict: Path) -> None:
    strict.write_text(run_in(world.house, "judge").stdout.replace(DEFAULT.version, "same"))
    result = run_in(world.house, "judge", strict)

    assert result.exit_code == 0, result.output
    assert "changes=0" in result.stdout


def test_thresholds_are_kept_with_a_reason_and_not_without(world: World, strict: Path) -> None:
    assert "--why" in usage(run_in(world.house, "judge", strict, "--keep"))
    result = run_in(world.house, "judge", strict, "--keep", "--why", "a new copier", "--yes")

    assert result.exit_code == 0, result.output
    assert standing(world) == "strict"


def test_a_file_that_cannot_be_used_is_told_in_one_line(world: World, strict: Path) -> None:
    strict.write_text('version = "x"\ndefinite = 7')

    assert usage(run_in(world.house, "judge", strict)).startswith("homeroom: strict.toml: definite: is not a share")
