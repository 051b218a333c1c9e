"""What Alembic runs: the versions, on the connection that `upgrade` hands over."""

from alembic import context
from sqlmodel import SQLModel

import sharedops_core.store.tables  # noqa: F401  registers the tables for autogenerate

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
