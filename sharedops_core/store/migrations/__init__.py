"""Schema versions: Alembic scripts in `versions`, run from code so that a user needs no second command.

Looking at a version must not cost the half second that importing Alembic takes: scripts are named
`NNNN_title.py` after their revision, so the list of known versions is the list of files.
"""

import re
from pathlib import Path

from sqlalchemy import Connection, inspect, text

VERSIONS = Path(__file__).with_name("versions")


def known() -> list[str]:
    """Return the schema versions this program knows, oldest first."""
    return sorted(path.stem.split("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


def newest() -> str:
    """Return the schema version this program works with."""
    return known()[-1]


def current(connection: Connection) -> str | None:
    """Return the schema version of a database, None when it is not ours or empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def run(connection: Connection, to: str = "head") -> None:
    """Bring the schema to a version in the transaction of the caller."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(VERSIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def recheck(connection: Connection, table: str, name: str, condition: str) -> None:
    """Give a check of a table another condition, without touching its rows.

    SQLite has no statement for it, and a table that others refer to cannot be made anew inside a transaction; writing
    its text anew is the way its documentation gives for constraints that do not change what is stored.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f'ALTER TABLE "{table}" DROP CONSTRAINT {name}')
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ADD CONSTRAINT {name} CHECK ({condition})')
        return
    found = text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :table")
    before = str(connection.execute(found, {"table": table}).scalar_one())
    written = text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :table")
    number = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(written, {"sql": _rechecked(before, name, condition), "table": table})
    connection.exec_driver_sql(f"PRAGMA schema_version = {number + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _rechecked(sql: str, name: str, condition: str) -> str:
    """Return the text of a table with another condition behind the name of a check."""
    begin = re.search(rf"CONSTRAINT\s+\W?{name}\W?\s+CHECK\s*\(", sql)
    if begin is None:
        raise LookupError(f"there is no check {name}")
    end, depth = begin.end(), 1
    while depth:
        depth += {"(": 1, ")": -1}.get(sql[end], 0)
        end += 1
    return f"{sql[: begin.end()]}{condition}){sql[end:]}"
