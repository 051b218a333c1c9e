"""Tags, texts to many tickets, tickets that go to and fro, and a view's name once per owner and once per team."""

import sqlalchemy as sa
from alembic import op

from sharedops_core.rules import route
from sharedops_core.store.types import UtcDateTime

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

_REASONS = (
    ('catalogue', 'The service catalogue says whose it is', '按服务目录归口'),
    ('cause', 'The cause lies with this team', '根因在该组'),
    ('skill', 'Only this team can solve it', '只有该组具备能力'),
    ('lead_together', 'Both have a part; this team leads', '双方都有份，由该组牵头'),
    ('other', 'Other, see the note', '其他，见说明'),
)


def upgrade() -> None:
    # A check that is written with its column needs no new table on SQLite, where others refer to this one.
    op.execute("ALTER TABLE ticket ADD COLUMN bounce VARCHAR"
               " CONSTRAINT ck_ticket_bounce CHECK (bounce in ('returned','passed_on'))")
    _mark_bounces()
    _let_leads_decide()
    _name_views_once()
    op.create_table('circular',
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('known', sa.JSON(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("kind in ('reply','note')", name='ck_circular_kind'),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('author_id', 'key')
    )
    op.create_table('ticket_tag',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('tag', sa.String(), nullable=False),
    sa.CheckConstraint('length(tag) between 1 and 40', name='ck_ticket_tag_length'),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('ticket_id', 'tag')
    )
    op.create_index('ix_ticket_tag_tag', 'ticket_tag', ['tag', 'ticket_id'], unique=False)


def _mark_bounces() -> None:
    """The column is a summary of the journal: what goes to and fro already is marked as a replay of it would."""
    lines = op.get_bind().execute(sa.text(
        "SELECT ticket_id, act, team_id FROM event WHERE ticket_id IN (SELECT id FROM ticket WHERE queue_at IS NOT NULL)"
        " ORDER BY ticket_id, seq"
    ))
    routes: dict[int, route.Route] = {}
    for ticket_id, act, team_id in lines:
        routes[ticket_id] = route.follow(routes.get(ticket_id, ()), act, team_id)
    for ticket_id, way in routes.items():
        if bounce := route.bounce(way):
            op.execute(sa.text("UPDATE ticket SET bounce = :bounce WHERE id = :id").bindparams(bounce=bounce, id=ticket_id))


def _let_leads_decide() -> None:
    """A decision has reasons; a desk that has reasons at all gets those a centre usually has."""
    kinds = "kind in ('waiting','hand_off','give_back','cancel','escalation','decision')"
    with op.batch_alter_table('reason', schema=None) as batch_op:
        if op.get_bind().dialect.name == "postgresql":
            batch_op.drop_constraint('ck_reason_kind', type_='check')
        batch_op.create_check_constraint('ck_reason_kind', sa.text(kinds))
    if op.get_bind().execute(sa.text("SELECT count(*) FROM reason")).scalar():
        reason = sa.table('reason', *(sa.column(name) for name in ('kind', 'code', 'name_en', 'name_zh', 'place')),
                          sa.column('pauses', sa.JSON()))
        op.bulk_insert(reason, [
            {'kind': 'decision', 'code': code, 'name_en': english, 'name_zh': chinese, 'pauses': [], 'place': place}
            for place, (code, english, chinese) in enumerate(_REASONS)
        ])


def _name_views_once() -> None:
    """Views of one name that the old constraint let pass get the number of their row behind it.

    The old constraint held nothing, because one of its columns is always null.
    """
    # What is not known of a table that is made anew on SQLite: its checks.
    whose = sa.CheckConstraint('(owner_id is null) = (team_id is not null)', name='ck_savedview_whose')
    names: set[tuple[object, ...]] = set()
    rows = op.get_bind().execute(sa.text("SELECT id, owner_id, team_id, name FROM savedview ORDER BY id")).all()
    taken = {(owner, team, name) for _id, owner, team, name in rows}
    for view_id, owner, team, name in rows:
        free = name
        while (owner, team, free) in names or (free != name and (owner, team, free) in taken):
            free += f" {view_id}"
        names.add((owner, team, free))
        if free != name:
            renamed = sa.text("UPDATE savedview SET name = :name WHERE id = :id")
            op.execute(renamed.bindparams(name=free, id=view_id))
    is_file = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table('savedview', schema=None, table_args=(whose,) if is_file else ()) as batch_op:
        batch_op.drop_constraint('uq_savedview_name', type_='unique')
        batch_op.create_unique_constraint('uq_savedview_owner', ['owner_id', 'name'])
        batch_op.create_unique_constraint('uq_savedview_team', ['team_id', 'name'])
