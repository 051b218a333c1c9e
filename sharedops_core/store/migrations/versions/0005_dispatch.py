"""Rules for dispatch, and how well somebody has a skill."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE personskill ADD COLUMN level INTEGER DEFAULT 1 NOT NULL"
               " CONSTRAINT ck_personskill_level CHECK (level between 1 and 3)")
    op.create_table('dispatch_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('hit', sa.String(), nullable=False),
    sa.Column('must', sa.JSON(), nullable=False),
    sa.Column('should', sa.JSON(), nullable=False),
    sa.CheckConstraint("hit in ('first','all')", name='ck_dispatch_rule_hit'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
