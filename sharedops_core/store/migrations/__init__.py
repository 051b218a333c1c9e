"""Schema versions: Alembic scripts in `versions`, run from code so that a user needs no second command.

Looking at a version must not cost the half second that importing Alembic takes: scripts are named
`NNNN_title.py` after their revision, so the list of known versions is the list of files.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from sharedops_core.store import turns


def known() -> list[str]:
    """Return the schema versions this program knows, oldest first."""
    return sorted(path.stem.split("_")[0] for path in Path(__file__).with_name("versions").glob("[0-9]*.py"))


def newest() -> str:
    """Return the schema version this program works with."""
    return known()[-1]


def current(connection: Connection) -> str | None:
    """Return the schema version of a database, None when it is not ours or empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest version in one transaction, one program at a time."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.begin() as connection:
        turns.wait_for_turn(connection, "schema")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
