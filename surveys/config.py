"""Config: every setting, read from the environment once. Refuses to start on what is missing or unusable."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from surveys.core.address import public
from surveys.core.refusals import BadSetting

ROOT = Path(__file__).resolve().parent.parent
NEUTRAL_URL = "https://homeroom.example"  # in the tags of sheets that no installation knows
SHORTEST_SECRET = 32  # characters
FEWEST_DIFFERENT = 8  # of them; random ones have more, hexadecimal digits too
MODES = ("trial", "production")
SWITCH = {"on": True, "off": False}


@dataclass(frozen=True)
class Config:
    """The settings of one installation. `secret` keys codes and sessions: losing it closes every printed code."""

    mode: str
    secret: str
    public_url: str
    database_url: str
    broker_url: str
    objects: str
    instance: Path
    fonts: Path
    translations: Path
    processes: int
    log: bool = False
    metrics_token: str = ""
    counters: Path | None = None

    @property
    def production(self) -> bool:
        return self.mode == "production"


@dataclass(frozen=True)
class Supplies:
    """The settings that printing without a database needs: no secret, and no folder to write in."""

    public_url: str
    fonts: Path
    translations: Path


def supplies(environ: Mapping[str, str]) -> Supplies:
    """The settings that need no installation; BadSetting as `from_environ`."""
    return Supplies(
        public_url=_public_url(environ, "trial") if environ.get("HOMEROOM_PUBLIC_URL") else NEUTRAL_URL,
        fonts=Path(environ.get("HOMEROOM_FONTS", ROOT / "build" / "fonts")),
        translations=Path(environ.get("HOMEROOM_TRANSLATIONS", ROOT / "translations")),
    )


def from_environ(environ: Mapping[str, str]) -> Config:
    """The configuration in HOMEROOM_* variables (docs/settings.md); BadSetting names the one that cannot be used."""
    mode = environ.get("HOMEROOM_MODE", "trial")
    if mode not in MODES:
        raise BadSetting(f"HOMEROOM_MODE: {mode!r}; write one of {', '.join(MODES)}")
    instance = Path(environ.get("HOMEROOM_INSTANCE", ROOT / "instance")).resolve()
    folders = supplies(environ)
    return Config(
        mode=mode,
        secret=_secret(environ, mode, instance),
        public_url=_public_url(environ, mode),
        database_url=environ.get("HOMEROOM_DATABASE_URL") or f"sqlite:///{instance / 'homeroom.db'}",
        broker_url=environ.get("HOMEROOM_BROKER_URL") or f"filesystem://{instance / 'broker'}",
        objects=environ.get("HOMEROOM_OBJECTS") or str(instance / "objects"),
        instance=instance,
        fonts=folders.fonts,
        translations=folders.translations,
        processes=_count(environ, "HOMEROOM_PROCESSES", 2),
        log=_switch(environ, "HOMEROOM_LOG", mode == "production"),
        metrics_token=_token(environ),
        # Named by its library, which looks for it too: where web processes keep what they counted, to be added up.
        counters=Path(environ["PROMETHEUS_MULTIPROC_DIR"]) if environ.get("PROMETHEUS_MULTIPROC_DIR") else None,
    )


def _secret(environ: Mapping[str, str], mode: str, instance: Path) -> str:
    given = environ.get("HOMEROOM_SECRET", "")
    if given:
        return _strong(given, "HOMEROOM_SECRET")
    if mode == "production":
        raise BadSetting("HOMEROOM_SECRET: missing; write at least 32 random characters, and keep them safe")
    return _kept_secret(instance / "secret")


def _kept_secret(path: Path) -> str:
    """The secret a trial installation makes for itself once, readable by its owner alone.

    It appears whole or not at all: processes that start together all find the same one.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = path.with_name(f"secret.{secrets.token_hex(8)}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            path.hardlink_to(made)
        made.unlink()
    return _strong(path.read_text(), str(path))


def _strong(secret: str, name: str) -> str:
    if len(secret) < SHORTEST_SECRET:
        raise BadSetting(f"{name}: {len(secret)} characters; write at least {SHORTEST_SECRET} random ones")
    if len(set(secret)) < FEWEST_DIFFERENT:
        raise BadSetting(f"{name}: a few characters over and over; write at least {SHORTEST_SECRET} random ones")
    return secret


def _public_url(environ: Mapping[str, str], mode: str) -> str:
    given = environ.get("HOMEROOM_PUBLIC_URL", "")
    if not given:
        if mode == "production":
            raise BadSetting(
                "HOMEROOM_PUBLIC_URL: missing; write the address students open, such as https://homeroom.example"
            )
        return "http://127.0.0.1:8000"
    address = public(given, "HOMEROOM_PUBLIC_URL")
    if mode == "production" and not address.lower().startswith("https:"):
        raise BadSetting(f"HOMEROOM_PUBLIC_URL: {given!r}; in production write one that begins with https://")
    return address


def _count(environ: Mapping[str, str], name: str, default: int) -> int:
    given = environ.get(name, str(default))
    if not given.isdecimal() or not int(given):
        raise BadSetting(f"{name}: {given!r}; write a whole number from 1")
    return int(given)


def _switch(environ: Mapping[str, str], name: str, default: bool) -> bool:
    given = environ.get(name) or ("on" if default else "off")
    if given not in SWITCH:
        raise BadSetting(f"{name}: {given!r}; write one of {', '.join(SWITCH)}")
    return SWITCH[given]


def _token(environ: Mapping[str, str]) -> str:
    given = environ.get("HOMEROOM_METRICS_TOKEN", "")
    return _strong(given, "HOMEROOM_METRICS_TOKEN") if given else ""
