"""What a team asks of whoever hands off to it, what was answered, and offers that nobody answers in time."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Written so, a column needs no new table on SQLite, where others refer to this one.
    op.execute("ALTER TABLE team ADD COLUMN checklist JSON DEFAULT '[]' NOT NULL")
    op.execute("ALTER TABLE handoff ADD COLUMN answers JSON DEFAULT '[]' NOT NULL")
    _let_offers_expire()


def _let_offers_expire() -> None:
    # Nothing refers to this table, so SQLite can make it anew; a check of the same name takes the place of the old one.
    decisions = "decision in ('offered','accepted','given_back','withdrawn','expired')"
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        if op.get_bind().dialect.name == "postgresql":
            batch_op.drop_constraint('ck_handoff_decision', type_='check')
        batch_op.create_check_constraint('ck_handoff_decision', sa.text(decisions))
