"""What every command works with: settings and parts made when first asked for, and the account it acts as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps

import click

from surveys.config import Config
from surveys.core.access import Account, Role, Scope
from surveys.core.refusals import NotAllowed, NotFound
from surveys.house import House, Library
from surveys.store import places
from surveys.store.database import Session


class Context:
    """Made by the composition root; a command that needs no installation never touches one."""

    def __init__(
        self,
        config: Callable[[], Config],
        house: Callable[[Config], House],
        library: Callable[[], Library],
    ) -> None:
        self._config, self._house, self._library = config, house, library

    @cached_property
    def config(self) -> Config:
        return self._config()

    @cached_property
    def house(self) -> House:
        """The parts, over a database that a trial installation makes or brings up to date by itself."""
        house = self._house(self.config)
        if not self.config.production:
            house.database.upgrade()
        return house

    def wire(self, config: Config) -> House:
        """The parts over other settings than the installation's own, as the demonstration needs them."""
        return self._house(config)

    @cached_property
    def library(self) -> Library:
        return self._library()


@dataclass(frozen=True)
class Acting:
    """Who a command acts as, given by --district and --as; both may be left out where there is only one to choose."""

    district: str | None
    name: str | None

    def account(self, session: Session) -> Account:
        """The account; NotFound or NotAllowed says which to name."""
        where = Scope(self.place(session))
        known = places.accounts(session, where)
        if self.name:
            for account in known:
                if account.id == self.name:
                    return account
            raise NotFound(f"--as {self.name}: no such account in {where.district}; write one of {_names(known)}")
        heads = [account for account in known if account.role is Role.DISTRICT]
        if len(heads) != 1:
            raise NotAllowed(f"{len(heads)} accounts run {where.district}; name one with --as: {_names(known)}")
        return heads[0]

    def place(self, session: Session) -> str:
        """The district's id; NotFound says which to name."""
        known = [district.id for district in places.districts(session)]
        if not known:
            raise NotFound("there is no district yet; run homeroom district add, or homeroom demo to look around")
        if self.district is None and len(known) == 1:
            return known[0]
        if self.district not in known:
            raise NotFound(f"--district {self.district or 'is missing'}; write one of {', '.join(known)}")
        return self.district


def _names(accounts: list[Account]) -> str:
    return ", ".join(account.id for account in accounts) or "none yet: run homeroom account add"


def acting(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """Adds --district and --as to a command, which takes them as `who`."""

    @click.option("--district", metavar="ID", help="District to work in; may be left out where there is only one.")
    @click.option("--as", "account", metavar="ACCOUNT", help="Account to act as; else the one that runs the district.")
    @wraps(command)
    def wrapped(*args: object, district: str | None, account: str | None, **options: object) -> int | None:
        return command(*args, who=Acting(district, account), **options)

    return wrapped


def scope(account: Account, school: str | None) -> Scope:
    """The place a command works in: a school where one is named, else all that the account may see."""
    return Scope(account.scope.district, school or account.scope.school)
