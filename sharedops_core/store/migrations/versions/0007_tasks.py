"""Tasks for other teams in parallel with a ticket, and follow-ups."""

import sqlalchemy as sa
from alembic import op

from sharedops_core.store.types import UtcDateTime

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('task',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('nth', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('within', sa.String(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('is_gate', sa.Boolean(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_line', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('taken_at', UtcDateTime(), nullable=True),
    sa.Column('taken_by_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.Column('ended_line', sa.Integer(), nullable=True),
    sa.Column('overdue_at', UtcDateTime(), nullable=True),
    sa.Column('alarm_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("kind in ('work','follow_up')", name='ck_task_kind'),
    sa.CheckConstraint("state in ('open','taken','done','declined','withdrawn')", name='ck_task_state'),
    sa.CheckConstraint("(state in ('open','taken')) = (ended_at is null)", name='ck_task_ended'),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], ),
    *(sa.ForeignKeyConstraint([f'{who}_id'], ['person.id'], ) for who in ('agent', 'asked_by', 'taken_by', 'ended_by')),
    sa.PrimaryKeyConstraint('ticket_id', 'nth')
    )
    for name, columns, where in (
        ('ix_task_team', ['team_id', 'ticket_id'], 'ended_at IS NULL'),
        ('ix_task_agent', ['agent_id', 'ticket_id'], 'ended_at IS NULL'),
        ('ix_task_taken_by', ['taken_by_id', 'ticket_id'], 'ended_at IS NULL'),
        ('ix_task_alarm', ['alarm_at'], 'alarm_at IS NOT NULL'),
    ):
        op.create_index(name, 'task', columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
