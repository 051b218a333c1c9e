"""Schema versions: Alembic scripts in `versions`, run from code so that a user needs no second command.

Looking at a version must not cost the half second that importing Alembic takes: scripts are named
`NNNN_title.py` after their revision, so the list of known versions is the list of files.
"""

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
