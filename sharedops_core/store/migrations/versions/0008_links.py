"""Links between tickets, merged tickets, watchers and experts."""

import sqlalchemy as sa
from alembic import op

from sharedops_core.store import migrations
from sharedops_core.store.types import UtcDateTime

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    states = "state in ('received','accepted','working','waiting','resolved','confirmed','cancelled','merged')"
    migrations.recheck(op.get_bind(), 'ticket', 'ck_ticket_state', states)
    # SQLite adds a reference with its column only, or makes the table anew.
    op.execute("ALTER TABLE ticket ADD COLUMN merged_into_id INTEGER REFERENCES ticket (id)")
    is_merged = sa.text('merged_into_id IS NOT NULL')
    op.create_index('ix_ticket_merged', 'ticket', ['merged_into_id'], sqlite_where=is_merged,
                    postgresql_where=is_merged)
    op.create_table('ticket_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('from_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=False),
    sa.Column('is_live', sa.Boolean(), nullable=False),
    sa.CheckConstraint("kind in ('relates','duplicates','causes','blocks','parent','split','merge')",
                       name='ck_ticket_link_kind'),
    sa.CheckConstraint('from_id <> to_id', name='ck_ticket_link_ends'),
    sa.ForeignKeyConstraint(['from_id'], ['ticket.id'], ),
    sa.ForeignKeyConstraint(['to_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_ticket_link_from', 'ticket_link', ['from_id'], unique=False)
    op.create_index('ix_ticket_link_to', 'ticket_link', ['to_id'], unique=False)
    op.create_table('ticket_person',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("role in ('watcher','expert')", name='ck_ticket_person_role'),
    sa.CheckConstraint("state in ('watching','invited','joined','declined')", name='ck_ticket_person_state'),
    sa.CheckConstraint("(role = 'watcher') = (state = 'watching')", name='ck_ticket_person_what'),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('ticket_id', 'person_id', 'role')
    )
    op.create_index('ix_ticket_person_person', 'ticket_person', ['person_id', 'ticket_id'], unique=False)
