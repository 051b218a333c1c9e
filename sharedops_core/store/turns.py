"""What writers in bulk need where others write at the same time: their turn, and ids that nobody else gets.

SQLite has one writer at a time anyway.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text
from sqlmodel import Session, SQLModel, col, func, select

_BLOCK = 100


def wait_for_turn(connection: Connection, what: str) -> None:
    """Let nobody else do the same until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:what))"), {"what": f"sharedops {what}"})


def hold_acts(connection: Connection) -> None:
    """Wait for the acts that are under way, and let none begin until this transaction ends: each leaves a receipt."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE receipt IN SHARE ROW EXCLUSIVE MODE"))


def new_ids(session: Session, table: type[SQLModel], count: int) -> list[int]:
    """Return so many rising ids for rows that this transaction is going to write."""
    if session.get_bind().dialect.name == "postgresql":
        sequence = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
        return list(session.execute(sequence, {"table": table.__tablename__, "count": count}).scalars())
    first = (session.exec(select(func.max(col(table.id)))).one() or 0) + 1  # type: ignore[attr-defined]
    return list(range(first, first + count))


def ids_ahead(session: Session, table: type[SQLModel]) -> Iterator[int]:
    """Yield ids for rows that will be written later on in this transaction, as many as are asked for."""
    if session.get_bind().dialect.name == "postgresql":
        while True:
            yield from new_ids(session, table, _BLOCK)
    first = new_ids(session, table, 1)[0]
    while True:
        yield first
        first += 1


def number_on(connection: Connection) -> None:
    """Let the sequences go on behind the newest rows, where rows have brought their own ids."""
    if connection.dialect.name == "postgresql":
        tables = [table.name for table in SQLModel.metadata.sorted_tables if table.autoincrement_column is not None]
        newest = (
            f"setval(pg_get_serial_sequence('{name}', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM {name}), false)"  # noqa: S608
            for name in tables
        )
        connection.execute(text(f"SELECT {', '.join(newest)}"))
