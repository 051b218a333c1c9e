"""Tickets that nobody holds are offered to one agent after the other: to whom now, until when, and by which plan."""

import sqlalchemy as sa
from alembic import op

from sharedops_core.store.types import UtcDateTime

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

_OFFERED = "offered_team_id IS NOT NULL OR duty_offered_id IS NOT NULL OR pushed_id IS NOT NULL"


def upgrade() -> None:
    for table in ('event', 'ticket'):
        # SQLite adds a reference with its column only, or makes the table anew.
        op.execute(f"ALTER TABLE {table} ADD COLUMN pushed_id INTEGER REFERENCES person (id)")
        op.add_column(table, sa.Column('pushed_until', UtcDateTime(), nullable=True))
    op.drop_index('ix_ticket_offered', 'ticket')
    for name, columns, where in (
        ('ix_ticket_offered', ['is_paused', 'queue_at', 'id'], _OFFERED),
        ('ix_ticket_pushed', ['pushed_id'], 'pushed_id IS NOT NULL'),
        ('ix_ticket_push', ['pushed_until'], 'pushed_until IS NOT NULL'),
    ):
        op.create_index(name, 'ticket', columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_table('push_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('accept_within', sa.String(), nullable=False),
    sa.Column('widen', sa.JSON(), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('next_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('team_id')
    )
