"""Districts, schools and staff accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from surveys.core.access import Account, Role, Scope
from surveys.core.people import District, School
from surveys.store import tables
from surveys.store.database import Session


@dataclass(frozen=True)
class Credential:
    """An account with its password's argon2 hash."""

    account: Account
    password: str


def add_district(session: Session, district: District) -> None:
    session.execute(tables.district.insert(), {"district": district.id, "name": district.name})


def districts(session: Session) -> list[District]:
    """Every district of this installation: for the command line and the worker only."""
    query = select(tables.district).order_by(tables.district.c.district)
    return [District(row.district, row.name) for row in session.execute(query)]


def add_schools(session: Session, schools: list[School]) -> None:
    session.execute(
        tables.school.insert(),
        [
            {
                "district": school.district,
                "school": school.id,
                "name": school.name,
                "locale": school.locale,
                "help_name": school.help_name,
                "help_line": school.help_line,
            }
            for school in schools
        ],
    )


def schools(session: Session, where: Scope) -> dict[str, School]:
    """The schools of a place by id."""
    query = select(tables.school).where(tables.school.c.district == where.district)
    if where.school:
        query = query.where(tables.school.c.school == where.school)
    return {row.school: _school(row) for row in session.execute(query.order_by(tables.school.c.school))}


def add_account(session: Session, account: Account, password: str) -> None:
    """Keep an account; `password` is its argon2 hash."""
    session.execute(
        tables.account.insert(),
        {
            "district": account.scope.district,
            "account": account.id,
            "name": account.name,
            "role": account.role,
            "school": account.scope.school,
            "password": password,
        },
    )


def credential(session: Session, district: str, account: str) -> Credential | None:
    """The account that signs in by this name in a district."""
    t = tables.account.c
    query = select(tables.account).where(t.district == district, t.account == account)
    row = session.execute(query).one_or_none()
    return Credential(_account(row), row.password) if row else None


def accounts(session: Session, where: Scope) -> list[Account]:
    """The staff accounts of a district."""
    t = tables.account.c
    query = select(tables.account).where(t.district == where.district).order_by(t.account)
    return [_account(row) for row in session.execute(query)]


def _school(row: Row[Any]) -> School:
    return School(row.district, row.school, row.name, row.locale, row.help_name, row.help_line)


def _account(row: Row[Any]) -> Account:
    return Account(row.account, row.name, Role(row.role), Scope(row.district, row.school))
