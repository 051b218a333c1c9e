"""PostgreSQL: pooled connections that give up in time, and what the errors of the server mean.

Writers run READ COMMITTED and lock the rows they are about to change, so that whoever comes second reads what the
first one wrote; readers run REPEATABLE READ and READ ONLY, so that a page and its counts belong to one instant.
The address goes to libpq as it is: several hosts, certificates, password files and services work as its manual says.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlmodel import SQLModel

from sharedops_core.errors import Away, BadInput, Conflict, DeskError, Full, NotAllowed, NotFound, Refused
from sharedops_core.i18n import _
from sharedops_core.store.addresses import shown

BUSY_MILLISECONDS = 10_000
RECEIPT = text("""INSERT INTO receipt (key, at) SELECT :key, CURRENT_TIMESTAMP
FROM (SELECT set_config('idle_in_transaction_session_timeout', '8s', true)) AS hurry ON CONFLICT DO NOTHING""")
"""Begins an act, and lets the server take it back after a silence that is shorter than others wait: a laptop that falls
asleep with the end of the journal in its hands must not hold up the centre."""

_SETTINGS = {
    "statement_timeout": "30000",
    "idle_in_transaction_session_timeout": "300000",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "14000",
    "TimeZone": "UTC",
    "client_min_messages": "error",
}
_CONNECTION = {
    "application_name": "sharedops", "connect_timeout": "5", "target_session_attrs": "read-write",
    "client_encoding": "utf8",
    "keepalives_idle": "5", "keepalives_interval": "3", "keepalives_count": "3", "tcp_user_timeout": "14000",
}  # fmt: skip
"""What counts unless the address says otherwise: each end notices within 15 seconds that the other one has gone, by
keepalives between two questions, and in the middle of one by the time for which the network acknowledges nothing."""

_SCHEME = re.compile(r"^postgres(?:ql)?(?:\+psycopg)?://")
_BUSY, _DISK_FULL = {"40001", "40P01", "55P03"}, "53100"
_GONE = {"57P01", "57P02", "57P03", "25P03", "25P04", "57P05", "25006"}
"""What ends a connection, or makes it useless: one that may no longer write leads to a server that was demoted."""
_LOGIN = re.compile(
    r"authentication failed|no password supplied|no pg_hba\.conf entry|role .* does not exist|not permit"
)
_OF_A_HOST = re.compile(r"^- host: '(.*?)', port: .*?, hostaddr: .*?: (.*)$", re.MULTILINE)
"""How psycopg lists what each of several hosts said."""

_HOST_WITH_SECRET = re.compile(r"""(host(?: name)? ['"])[^'"]*@""")
"""What libpq takes for a host when a sign of the password should have been written as %40."""

_NO_DATABASE = re.compile(r'database "(.*)" does not exist')
NAME = "PostgreSQL"


def is_meant(url: str) -> bool:
    """Return whether an address is one of a PostgreSQL server."""
    return bool(_SCHEME.match(url))


def check(url: str, *, must_exist: bool) -> None:
    """Refuse an address that libpq does not understand; whether the database is there, the first connection tells."""
    arguments(url)


def prepare(url: str) -> None:
    """Nothing is made beforehand: databases on a server are made by whoever runs it."""


def enforce(engine: Engine) -> None:
    """Let the database hold everybody to the matrix."""
    from sharedops_core.store import guard

    with engine.begin() as connection:
        guard.install(connection)


def arguments(url: str) -> dict[str, Any]:
    """Return what psycopg connects with. Raises BadInput for a wrong address, and when psycopg is not installed."""
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise BadInput(
            _(
                "PostgreSQL needs its driver; in the folder of sharedops: pip install --require-hashes -r"
                " requirements/postgres.txt"
            )
        ) from error
    try:
        found = conninfo_to_dict(_SCHEME.sub("postgresql://", url))
    except ProgrammingError as error:
        raise BadInput(
            _("{url} is no database address; right would be postgresql://user@host/database").format(url=shown(url))
        ) from error
    settings = _SETTINGS | {"lock_timeout": str(BUSY_MILLISECONDS)}
    ours = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return _CONNECTION | found | {"options": f"{ours} {found.get('options') or ''}".strip()}


def engines(url: str) -> tuple[Engine, Engine]:
    """Return the writing and the reading road to a server; both share one pool."""
    found = arguments(url)
    writing = create_engine(
        "postgresql+psycopg://",
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=2,
        max_overflow=14,
        pool_timeout=BUSY_MILLISECONDS / 1000,
        hide_parameters=True,
        use_native_hstore=False,
    )

    @event.listens_for(writing, "do_connect")
    def _connect(_dialect: object, _record: object, _positional: object, named: dict[str, Any]) -> None:
        named.update(found)

    event.listen(writing, "handle_error", _look_at)
    return writing, writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _look_at(context: ExceptionContext) -> None:
    """Keep the first line of what the server says: the second one quotes the row, words of requesters and all.

    A connection that has become useless takes the whole pool with it.
    """
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (re.split(r"\n(?:DETAIL|HINT|CONTEXT)", str(error.args[0]), maxsplit=1)[0],)
    if getattr(context.original_exception, "sqlstate", None) in _GONE:
        context.is_disconnect = True


def told(error: DBAPIError, url: str) -> DeskError | None:
    """Return what the server says as a sentence of ours, None when it is a mistake of ours."""
    state, why = getattr(error.orig, "sqlstate", None) or "", _said(error.orig)
    if state == _DISK_FULL:
        full = _("the disk of the database at {url} is full: {why}").format(url=shown(url), why=why)
        # A server that has no room for its log dies of it, and nobody knows what it had written before.
        is_alive = not error.connection_invalidated
        return Full(_("{full}; nothing was changed, make room first").format(full=full)) if is_alive else Away(full)
    if is_lost(error):
        return unreachable(error.orig, url)
    known = _by_state(state, why)
    if known is None and not isinstance(error, IntegrityError | DataError):
        return Refused(_("the database at {url} cannot be used: {why}").format(url=shown(url), why=why))
    return known


def _by_state(state: str, why: str) -> DeskError | None:
    if state in _BUSY:
        return Conflict(_("the database is busy; nothing was changed, try again"))
    if state == "23505":
        return Conflict(_("somebody else wrote the same in the same instant; nothing was changed, look again"))
    if state == "42501":
        return NotAllowed(_("the database does not let this login do that: {why}").format(why=why))
    if state == "57014":
        return Refused(_("the database took too long and was told to stop; nothing was changed"))
    return None


def is_lost(error: DBAPIError) -> bool:
    """Return whether there is no connection, or no longer one."""
    from psycopg import OperationalError

    state = getattr(error.orig, "sqlstate", None) or ""
    is_cut = isinstance(error.orig, OperationalError) and not state
    return error.connection_invalidated or is_cut or state in _GONE or state.startswith("08")


def unreachable(error: BaseException | None, url: str) -> DeskError:
    """Return why there is no connection, with the remedy where one is known."""
    why = _said(error)
    missing = _NO_DATABASE.search(why)
    if missing:
        return NotFound(
            _("there is no database {name} at {url}; make it with `createdb {name}`").format(
                name=missing[1], url=shown(url)
            )
        )
    if _LOGIN.search(why):
        return Refused(_("the database at {url} refuses the login: {why}").format(url=shown(url), why=why))
    return Away(
        _("the database at {url} cannot be reached: {why}. What was acknowledged is safe").format(
            url=shown(url), why=why
        )
    )


def _said(error: BaseException | None) -> str:
    hosts = _OF_A_HOST.findall(str(error))
    if hosts:
        return "; ".join(f"{host}: {why.rpartition('failed: ')[2].strip()}" for host, why in hosts)
    lines = [_HOST_WITH_SECRET.sub(r"\1***@", line.strip(" \t-")) for line in str(error).splitlines()]
    return "; ".join(line for line in lines if line and not line.startswith("Is the server")).rstrip(".")


def alone(engine: Engine) -> Engine:
    """Return the road for an upgrade: the usual one, on which `shut_out` keeps others away."""
    return engine


def shut_out(connection: Connection) -> None:
    """Let nobody read which schema this is until the transaction ends: whoever opens a desk reads that first."""
    if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar() is not None:
        connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))


def others(connection: Connection) -> int:
    """Return how many consoles and commands of others are connected to this database."""
    statement = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND application_name LIKE 'sharedops%'"
    )
    count: int = connection.execute(statement).scalar_one()
    return count


def room(connection: Connection) -> tuple[int, int | None]:
    """Return how many bytes a database takes; what is free on the server's disk it does not tell."""
    return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()), None


def compact(engine: Engine) -> bool:
    """Write every table anew, while nobody else gets at it; False when somebody may still see the old rows.

    What the server knows of frequent values holds names and texts, too, so that is measured and written anew as well.
    The write-ahead log, its archive and standbys forget in their own time.
    """
    with _unattended(engine) as connection:
        is_unseen = _wait_for_older(connection)
        connection.execute(text(f"VACUUM (FULL, ANALYZE) {_tables(connection)}"))
        connection.execute(text("VACUUM (FULL) pg_statistic"))
    return is_unseen


def tidy(engine: Engine) -> None:
    """Let new rows take the place of deleted ones, without keeping anybody from their work."""
    with _unattended(engine) as connection:
        connection.execute(text(f"VACUUM (ANALYZE) {_tables(connection)}"))


@contextmanager
def _unattended(engine: Engine) -> Iterator[Connection]:
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        try:
            yield connection
        finally:
            connection.execute(text("RESET statement_timeout"))


def _tables(connection: Connection) -> str:
    names = "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = current_schema()"
    return str(connection.execute(text(names)).scalar_one())


def _wait_for_older(connection: Connection) -> bool:
    """Wait for every transaction that runs now, as long as a busy database is waited for; return whether all ended."""
    running = text(
        "SELECT virtualtransaction FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'virtualxid'"
        " AND mode = 'ExclusiveLock' AND pid <> pg_backend_pid() AND datname = current_database()"
    )
    older = set(connection.execute(running).scalars())
    give_up_at = time.monotonic() + BUSY_MILLISECONDS / 1000
    while older and time.monotonic() < give_up_at:
        time.sleep(0.1)
        older &= set(connection.execute(running).scalars())
    return not older


def integrity(connection: Connection) -> list[str]:
    """Return what the server knows to be wrong: damaged pages, unusable indexes, references that point nowhere."""
    count = connection.execute(
        text("SELECT coalesce(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()")
    ).scalar()
    findings = [_("the server has counted {n} damaged pages").format(n=count)] if count else []
    broken = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
    findings += [_("the index {name} is unusable").format(name=row[0]) for row in connection.execute(text(broken))]
    return findings + _dangling(connection) + _crossed_indexes(connection)


def _dangling(connection: Connection) -> list[str]:
    """Look every reference up: the server believes its constraints, and they can be switched off."""
    findings = []
    for table in SQLModel.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            parent, pointer = key.column.table.name, key.parent.name
            identity = " || '/' || ".join(f'c."{column.name}"' for column in table.primary_key)
            lost = connection.execute(
                text(
                    f'SELECT {identity} FROM "{table.name}" c WHERE c."{pointer}" IS NOT NULL AND NOT EXISTS'  # noqa: S608
                    f' (SELECT 1 FROM "{parent}" p WHERE p."{key.column.name}" = c."{pointer}") ORDER BY 1 LIMIT 100'
                )
            )
            tell = partial(_("row {row} of {table} points to nothing in {parent}").format, table=table.name)
            findings += [tell(row=row[0], parent=parent) for row in lost]
    return findings


def _crossed_indexes(connection: Connection) -> list[str]:
    """Compare every index with its table, where the extension for it is installed and open to us."""
    may = text("SELECT bool_and(has_function_privilege(oid, 'execute')) FROM pg_proc WHERE proname = 'bt_index_check'")
    if not connection.execute(may).scalar():
        return []
    findings = []
    indexes = connection.execute(
        text(
            "SELECT c.oid, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON"
            " a.oid = c.relam WHERE a.amname = 'btree' AND c.relnamespace = current_schema()::regnamespace"
        )
    ).all()
    for oid, name in indexes:
        try:
            with connection.begin_nested():
                connection.execute(text("SELECT bt_index_check(CAST(:oid AS oid)::regclass, true)"), {"oid": oid})
        except DBAPIError as error:
            findings.append(_("the index {name} is damaged: {why}").format(name=name, why=_said(error.orig)))
    return findings
