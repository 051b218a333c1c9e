"""What Alembic runs: the versions, on the connection that `upgrade` hands over."""

from alembic import context
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

import sharedops_core.store.tables  # noqa: F401  registers the tables for autogenerate

connection: Connection = context.config.attributes["connection"]


def _order_by_code_point() -> None:
    """Let every text of PostgreSQL sort as SQLite sorts it, whatever the language of the server; a version that adds
    texts need not think of it."""
    found = text(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        " AND data_type = 'character varying' AND table_name <> 'alembic_version'"
        " AND collation_name IS DISTINCT FROM 'C'"
    )
    for table, column in connection.execute(found).all():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE varchar COLLATE "C"')


context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
    if connection.dialect.name == "postgresql":
        _order_by_code_point()
