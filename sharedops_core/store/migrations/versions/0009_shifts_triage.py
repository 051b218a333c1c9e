"""Rules of triage, and sheets by which a shift is handed over."""

import sqlalchemy as sa
from alembic import op

from sharedops_core.store.types import UtcDateTime

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('triage_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('hit', sa.String(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=True),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.Column('team', sa.String(), nullable=True),
    sa.Column('watchers', sa.JSON(), nullable=False),
    sa.CheckConstraint("hit in ('first','all')", name='ck_triage_rule_hit'),
    sa.CheckConstraint('priority between 1 and 4', name='ck_triage_rule_priority'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.execute("ALTER TABLE team ADD COLUMN sign_within VARCHAR DEFAULT '30m' NOT NULL")
    op.create_table('shift_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('successor_id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('sections', sa.JSON(), nullable=False),
    sa.Column('assigns', sa.Boolean(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=False),
    sa.Column('sign_by', UtcDateTime(), nullable=True),
    sa.Column('told_at', UtcDateTime(), nullable=True),
    sa.Column('decision', sa.String(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('moved', sa.JSON(), nullable=False),
    sa.Column('stayed', sa.JSON(), nullable=False),
    sa.CheckConstraint("decision in ('sent','signed','returned','withdrawn')", name='ck_shift_sheet_decision'),
    sa.CheckConstraint("(decision = 'sent') = (answered_at is null)", name='ck_shift_sheet_answered'),
    sa.CheckConstraint('author_id <> successor_id', name='ck_shift_sheet_successor'),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['successor_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], ),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    for name, columns, where in (
        ('ix_shift_sheet_successor', ['successor_id'], "decision = 'sent'"),
        ('ix_shift_sheet_due', ['sign_by'], "decision = 'sent' AND told_at IS NULL"),
    ):
        op.create_index(name, 'shift_sheet', columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_index('ix_shift_sheet_author', 'shift_sheet', ['author_id', 'sent_at'], unique=False)
    _let_notices_be_about_sheets()


def _let_notices_be_about_sheets() -> None:
    # Nothing refers to this table, so SQLite can make it anew.
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.alter_column('ticket_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('sheet_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key('notice_sheet_id_fkey', 'shift_sheet', ['sheet_id'], ['id'])
        batch_op.create_check_constraint('ck_notice_about', sa.text('(ticket_id is null) <> (sheet_id is null)'))
        batch_op.create_index('ix_notice_person', ['person_id', 'id'], unique=False)
