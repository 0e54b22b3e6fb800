"""The engine and its two doors: `reading`, which always rolls back, and `writing`, which commits once."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, Engine, Executable, StaticPool, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, OperationalError

from surveys.core.refusals import Refused, Unavailable

Session = Connection
KEPT_OPEN = 10  # connections of each process to PostgreSQL

logger = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One database by its URL; SQLite in WAL mode with full durability, or PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = _engine(url)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for a GET: whatever it did is rolled back."""
        with _refusing(), self.engine.connect() as session:
            try:
                yield session
            finally:
                session.rollback()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session for a POST, PUT, command or task: one commit at its end, nothing when it raises."""
        with _refusing(), self.engine.connect().execution_options(writing=True) as session, session.begin():
            yield session

    def upgrade(self) -> None:
        """Bring the tables to the newest migration."""
        config = AlembicConfig()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.connect() as connection, _tables_rebuilt(connection), connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


@contextmanager
def _tables_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew and dropping the old one, which rows of other tables point to: meanwhile
    it must not mind (sqlite.org/lang_altertable.html, 7)."""
    if connection.dialect.name != "sqlite":
        yield
        return
    plain: Any = connection.connection.driver_connection  # a session's own statements would begin a transaction first
    plain.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        plain.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _refusing() -> Iterator[None]:
    """What a column cannot hold, such as a zero byte in a text of PostgreSQL's, came from outside: it is refused."""
    try:
        yield
    except DataError as error:
        logger.warning("the database refused a value: %s", type(error.orig).__name__)  # never the value itself
        raise Refused("this holds something that cannot be kept") from error
    except OperationalError as error:
        if not _away(error):
            raise
        logger.warning("the database does not answer: %s", type(error.orig).__name__)
        raise Unavailable("the database does not answer; try again in a moment") from error


def _away(error: OperationalError) -> bool:
    """Whether it is away or busy, rather than asked something wrong, which SQLite gives the same name."""
    return not isinstance(error.orig, sqlite3.OperationalError) or "locked" in str(error.orig)


def keep(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert facts; those whose key is there already change nothing. The number of new rows."""
    if not rows:
        return 0
    statement = _insertion(table, session.dialect.name)
    if len(rows) == 1:
        return session.execute(statement, dict(rows[0])).rowcount
    return sum(session.execute(statement, part).rowcount for part in _parts(rows, 500))


@cache
def _insertion(table: Table, dialect: str) -> Executable:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # Without preserve_rowcount PostgreSQL tells -1.
    return insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def counted(session: Session, *new: Table) -> None:
    """Have PostgreSQL look at tables that many rows have just come into: until it does so by itself, a minute later, it
    may read a whole window to find one ticket (measured: 2.4 ms a look with 30,000 tickets, 0.05 after)."""
    if session.dialect.name == "postgresql":
        session.exec_driver_sql(f"ANALYZE {', '.join(table.name for table in new)}")


def portions(names: Collection[str]) -> Iterator[list[str]]:
    """As many names as a query takes at once: a database knows only so many values."""
    rest = iter(names)
    while part := list(islice(rest, 1000)):
        yield part


def _parts(rows: Sequence[Mapping[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), size):
        yield [dict(row) for row in rows[start : start + size]]


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        # As many connections stay open as a process has threads; errors name no answers, codes or names.
        return create_engine(url, pool_pre_ping=True, pool_size=KEPT_OPEN, hide_parameters=True)
    if make_url(url).database in (None, "", ":memory:"):
        one_thread = {"check_same_thread": False}
        engine = create_engine(url, poolclass=StaticPool, hide_parameters=True, connect_args=one_thread)
    else:
        # Names, answers and the pictures beside them are nobody else's on this machine.
        Path(str(make_url(url).database)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 30})
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins no transaction of its own: _sqlite_begin does
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(session: Connection) -> None:
    # A writer takes its lock at once: two that upgrade a read lock would fail each other, however long they wait.
    writing = session.get_execution_options().get("writing")
    session.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
