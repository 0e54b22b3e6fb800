"""The settings: read once, and refused by name when an installation could not be run safely on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveys.config import from_environ
from surveys.core.address import LONGEST
from surveys.core.refusals import BadSetting
from surveys.store.database import Database

SECRET = "thirty-two random characters, say"
PRODUCTION = {
    "HOMEROOM_MODE": "production",
    "HOMEROOM_SECRET": SECRET,
    "HOMEROOM_PUBLIC_URL": "https://surveys.lakeview.example",
}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("HOMEROOM_MODE", "prod"),
        ("HOMEROOM_SECRET", None),
        ("HOMEROOM_SECRET", ""),
        ("HOMEROOM_SECRET", "short"),
        ("HOMEROOM_PUBLIC_URL", None),
        ("HOMEROOM_PUBLIC_URL", "surveys.lakeview.example"),
        ("HOMEROOM_PUBLIC_URL", "https://" + "a" * LONGEST),
        ("HOMEROOM_PROCESSES", "0"),
        ("HOMEROOM_PROCESSES", "many"),
    ],
)
def test_production_refuses_to_start_on_what_is_missing_or_unusable_and_names_it(
    tmp_path: Path, setting: str, value: str | None
) -> None:
    environ = PRODUCTION | {"HOMEROOM_INSTANCE": str(tmp_path), setting: value}
    given = {name: text for name, text in environ.items() if text is not None}

    with pytest.raises(BadSetting, match=f"^{setting}: "):
        from_environ(given)
    assert list(tmp_path.iterdir()) == []


def test_production_starts_on_settings_of_its_own(tmp_path: Path) -> None:
    config = from_environ(PRODUCTION | {"HOMEROOM_INSTANCE": str(tmp_path)})

    assert config.production
    assert (config.secret, config.public_url) == (SECRET, "https://surveys.lakeview.example")


def test_a_trial_makes_its_secret_once_for_its_owners_eyes(tmp_path: Path) -> None:
    first = from_environ({"HOMEROOM_INSTANCE": str(tmp_path)})
    again = from_environ({"HOMEROOM_INSTANCE": str(tmp_path)})

    assert len(first.secret) >= 32
    assert again.secret == first.secret
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_broker_and_database_move_where_the_settings_say(tmp_path: Path) -> None:
    moved = {
        "HOMEROOM_INSTANCE": str(tmp_path),
        "HOMEROOM_DATABASE_URL": "postgresql+psycopg://homeroom@db.example/homeroom",
        "HOMEROOM_BROKER_URL": "redis://broker.example:6379/0",
    }
    here, there = from_environ({"HOMEROOM_INSTANCE": str(tmp_path)}), from_environ(moved)

    assert here.database_url == f"sqlite:///{tmp_path / 'homeroom.db'}"
    assert here.broker_url == f"filesystem://{tmp_path / 'broker'}"
    assert (there.database_url, there.broker_url) == (moved["HOMEROOM_DATABASE_URL"], moved["HOMEROOM_BROKER_URL"])


@pytest.mark.parametrize("secret", ["a" * 40, " " * 40, "abcabc" * 10])
def test_production_does_not_start_on_a_secret_that_can_be_guessed(secret: str) -> None:
    with pytest.raises(BadSetting, match="HOMEROOM_SECRET"):
        from_environ(PRODUCTION | {"HOMEROOM_SECRET": secret})


@pytest.mark.parametrize(
    "address",
    [
        "http://homeroom.example",
        "https://",
        "https://[",
        "https://home room.example",
        "https://homeroom.example\n",
        "https://me:password@homeroom.example",
        "https://homeroom.example/?page=1",
        "https://homeroom.example/#top",
        "https://homeroom.example/spring",
        "https://homeroom.example?page=1",
        "https://homeroom.example#top",
        "https://me@homeroom.example",
        "https://schüler.example",
        "https://home_room.example",
        "https://[::1]",
        "https://homeroom.example:99999",
        "https://.example",
        "ftp://homeroom.example",
        "javascript://homeroom.example",
    ],
)
def test_production_does_not_start_on_an_address_that_no_tag_could_carry(address: str) -> None:
    with pytest.raises(BadSetting, match="HOMEROOM_PUBLIC_URL"):
        from_environ(PRODUCTION | {"HOMEROOM_PUBLIC_URL": address})


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost", "https://Homeroom.example:8443"])
def test_a_trial_is_opened_at_any_address(tmp_path: Path, address: str) -> None:
    given = {"HOMEROOM_INSTANCE": str(tmp_path), "HOMEROOM_PUBLIC_URL": address}

    assert from_environ(given).public_url == address


def test_the_folder_a_trial_makes_is_nobody_elses(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    from_environ({"HOMEROOM_INSTANCE": str(folder)})

    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in folder.iterdir()] == ["secret"]


def test_a_secret_that_was_never_written_out_keys_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()

    with pytest.raises(BadSetting, match="secret"):
        from_environ({"HOMEROOM_INSTANCE": str(tmp_path)})


def test_the_folder_of_a_new_database_is_nobody_elses(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'instance' / 'homeroom.db'}")

    assert (tmp_path / "instance").stat().st_mode & 0o777 == 0o700


def test_every_setting_that_is_read_is_documented() -> None:
    root = Path(__file__).parents[1]
    words = (root / "surveys" / "config.py").read_text().replace('"', " ").replace(":", " ").split()
    page = (root / "docs" / "settings.md").read_text()
    read = {word.rstrip(",)") for word in words if word.startswith("HOMEROOM_") and not word.startswith("HOMEROOM_*")}

    assert len(read) >= 10
    assert {name for name in read if f"| `{name}` |" not in page} == set()
