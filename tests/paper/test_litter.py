"""What systems leave in folders is told from what somebody put there."""

import pytest

from paper.litter import is_litter


@pytest.mark.parametrize(
    "name",
    [".DS_Store", "room/._a.pdf", "__MACOSX/a.pdf", "room/Thumbs.db", "room\\desktop.ini", "~$list.pdf", ".git/a.pdf"],
)
def test_what_a_system_left_is_litter(name: str) -> None:
    assert is_litter(name)


@pytest.mark.parametrize(
    "name", ["a.pdf", "room 7/a.b.pdf", "../a.pdf", "./a.pdf", "C:\\scans\\a.pdf", "~a.pdf", "é.jpg", ""]
)
def test_what_somebody_put_there_is_not(name: str) -> None:
    assert not is_litter(name)
