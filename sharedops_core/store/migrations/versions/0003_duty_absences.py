"""First-contact duty as a record, and who stands in for whom."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import Session

from sharedops_core.rules import duty, history
from sharedops_core.store import policies
from sharedops_core.store.types import UtcDateTime

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_LINE = ('at', 'act', 'state', 'from_state', 'reason', 'waiting_reason', 'actor_id', 'is_person', 'team_id', 'line',
         'assignee_id', 'first_contact_id', 'priority', 'terms_id', 'offered_team_id', 'promised_for', 'alarm')
_EVENT = sa.table('event', sa.column('ticket_id'), sa.column('seq'),
                  *(sa.column(name, UtcDateTime() if name in ('at', 'promised_for') else
                              sa.Boolean() if name == 'is_person' else None) for name in _LINE))
_TICKET = sa.table('ticket', sa.column('id'), sa.column('state'), sa.column('queue_at', UtcDateTime()),
                   sa.column('duty_at', UtcDateTime()))


def upgrade() -> None:
    for table in ('event', 'ticket'):
        # SQLite adds a reference with its column only, or makes the table anew.
        op.execute(f"ALTER TABLE {table} ADD COLUMN duty_offered_id INTEGER REFERENCES person (id)")
    op.add_column('ticket', sa.Column('duty_at', UtcDateTime(), nullable=True))
    for name, columns, where in (
        ('ix_ticket_duty_offered', ['duty_offered_id', 'is_paused', 'queue_at', 'id'], 'duty_offered_id IS NOT NULL'),
        ('ix_ticket_duty', ['duty_at'], 'duty_at IS NOT NULL'),
    ):
        op.create_index(name, 'ticket', columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_table('absence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('from_at', UtcDateTime(), nullable=False),
    sa.Column('until_at', UtcDateTime(), nullable=False),
    sa.Column('deputy_id', sa.Integer(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('until_at >= from_at', name='ck_absence_until'),
    sa.CheckConstraint('deputy_id <> person_id', name='ck_absence_deputy'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['deputy_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_absence_person', 'absence', ['person_id', 'until_at'], unique=False)
    _mind_duties()


def _mind_duties() -> None:
    """When the sweep has to look is a summary of the journal: what is not closed gets it as a replay would give it."""
    session = Session(op.get_bind())
    policy_of = policies.versions(session)
    meant = sa.select(_TICKET.c.id).where(_TICKET.c.queue_at.is_not(None) | (_TICKET.c.state == 'resolved'))
    lines = sa.select(_EVENT.c.ticket_id, *(_EVENT.c[name] for name in _LINE)).where(_EVENT.c.ticket_id.in_(meant))
    summaries: dict[int, history.Summary] = {}
    for ticket_id, *line in op.get_bind().execute(lines.order_by(_EVENT.c.ticket_id, _EVENT.c.seq)).all():
        entry = history.Entry(*line)
        before = summaries.get(ticket_id)
        summaries[ticket_id] = history.fold(before, entry) if before else history.begin(entry)
    for ticket_id, summary in summaries.items():
        if step := duty.next_step(summary, policy_of):
            op.execute(_TICKET.update().where(_TICKET.c.id == ticket_id).values(duty_at=step.at))
