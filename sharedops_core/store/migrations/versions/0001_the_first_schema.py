"""The first schema."""

import sqlalchemy as sa
from alembic import op

from sharedops_core.store.types import Bytes, UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_table('cataloguenode',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.CheckConstraint('level between 1 and 3', name='ck_cataloguenode_level'),
    sa.ForeignKeyConstraint(['parent_id'], ['cataloguenode.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    with op.batch_alter_table('cataloguenode', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cataloguenode_parent_id'), ['parent_id'], unique=False)

    op.create_table('company',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.Column('tz', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_table('prioritycell',
    sa.Column('impact', sa.String(), nullable=False),
    sa.Column('urgency', sa.String(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('impact', 'urgency')
    )
    op.create_table('reason',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.Column('pauses', sa.JSON(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind in ('waiting','hand_off','give_back','cancel','escalation')", name='ck_reason_kind'),
    sa.PrimaryKeyConstraint('kind', 'code')
    )
    op.create_table('setting',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_table('shift',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.Column('starts', sa.String(), nullable=False),
    sa.Column('ends', sa.String(), nullable=False),
    sa.Column('tz', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_table('skill',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_table('calendarversion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('calendar_id', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendar.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('calendar_id', 'valid_from', name='uq_calendarversion_from')
    )
    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('login', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_latin', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=True),
    sa.Column('department_en', sa.String(), nullable=False),
    sa.Column('department_zh', sa.String(), nullable=False),
    sa.Column('title_en', sa.String(), nullable=False),
    sa.Column('title_zh', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('is_vip', sa.Boolean(), nullable=False),
    sa.Column('shift_id', sa.Integer(), nullable=True),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.CheckConstraint("language in ('en','zh')", name='ck_person_language'),
    sa.CheckConstraint("role in ('requester','agent','lead','supervisor','admin','auditor','service')", name='ck_person_role'),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], ),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('login'),
    sa.UniqueConstraint('account')
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index('ix_person_name', ['name'], unique=False)

    op.create_table('adminevent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('act', sa.String(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('salt', Bytes(), nullable=True),
    sa.Column('detail_hash', Bytes(), nullable=True),
    sa.Column('hash_before', Bytes(), nullable=False),
    sa.Column('hash', Bytes(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    tips = op.create_table('chaintip',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('last_id', sa.Integer(), nullable=False),
    sa.Column('hash', Bytes(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.bulk_insert(tips, [{'name': name, 'last_id': 0, 'hash': bytes(32)} for name in ('journal', 'admin')])
    op.create_table('policy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.Column('description_en', sa.String(), nullable=False),
    sa.Column('description_zh', sa.String(), nullable=False),
    sa.Column('calendar_id', sa.Integer(), nullable=False),
    sa.Column('escalation', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendar.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_table('article',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('families', sa.JSON(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('reviewed_on', sa.Date(), nullable=False),
    sa.Column('title_en', sa.String(), nullable=False),
    sa.Column('title_zh', sa.String(), nullable=False),
    sa.Column('body_en', sa.String(), nullable=False),
    sa.Column('body_zh', sa.String(), nullable=False),
    sa.CheckConstraint("audience in ('everyone','agents')", name='ck_article_audience'),
    sa.CheckConstraint("kind in ('how_to','known_error','policy','workaround')", name='ck_article_kind'),
    sa.CheckConstraint("state in ('draft','validated','published','retired')", name='ck_article_state'),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    op.create_table('personskill',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('skill_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['skill_id'], ['skill.id'], ),
    sa.PrimaryKeyConstraint('person_id', 'skill_id')
    )
    op.create_table('policytarget',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('respond_within', sa.String(), nullable=False),
    sa.Column('resolve_within', sa.String(), nullable=False),
    sa.Column('update_within', sa.String(), nullable=True),
    sa.Column('accept_within', sa.String(), nullable=True),
    sa.Column('line1_within', sa.String(), nullable=True),
    sa.Column('line2_within', sa.String(), nullable=True),
    sa.Column('line3_within', sa.String(), nullable=True),
    sa.Column('supplier_within', sa.String(), nullable=True),
    sa.CheckConstraint('priority between 1 and 4', name='ck_policytarget_priority'),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], ),
    sa.PrimaryKeyConstraint('policy_id', 'priority')
    )
    op.create_table('policyversion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('policyversion', schema=None) as batch_op:
        batch_op.create_index('ix_policyversion_policy', ['policy_id', 'id'], unique=False)

    op.create_table('team',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('lane', sa.String(), nullable=True),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.Column('mission_en', sa.String(), nullable=False),
    sa.Column('mission_zh', sa.String(), nullable=False),
    sa.Column('calendar_id', sa.Integer(), nullable=True),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("lane in ('hr','legal','audit')", name='ck_team_lane'),
    sa.CheckConstraint('line between 1 and 3', name='ck_team_line'),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendar.id'], ),
    sa.ForeignKeyConstraint(['lead_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_table('membership',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('is_home', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], ),
    sa.PrimaryKeyConstraint('person_id', 'team_id')
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index('ix_membership_team', ['team_id'], unique=False)

    op.create_table('savedview',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('query', sa.String(), nullable=False),
    sa.Column('sort', sa.String(), nullable=False),
    sa.Column('is_descending', sa.Boolean(), nullable=False),
    sa.Column('saved_at', UtcDateTime(), nullable=False),
    sa.Column('saved_by_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(owner_id is null) = (team_id is not null)', name='ck_savedview_whose'),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['saved_by_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('owner_id', 'team_id', 'name', name='uq_savedview_name')
    )
    op.create_table('serviceitem',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.Column('plain_en', sa.String(), nullable=False),
    sa.Column('plain_zh', sa.String(), nullable=False),
    sa.Column('phrases_en', sa.JSON(), nullable=False),
    sa.Column('phrases_zh', sa.JSON(), nullable=False),
    sa.Column('scope_en', sa.String(), nullable=False),
    sa.Column('scope_zh', sa.String(), nullable=False),
    sa.Column('excludes_en', sa.String(), nullable=False),
    sa.Column('excludes_zh', sa.String(), nullable=False),
    sa.Column('audience', sa.JSON(), nullable=False),
    sa.Column('scenario_en', sa.String(), nullable=False),
    sa.Column('scenario_zh', sa.String(), nullable=False),
    sa.Column('steps_en', sa.JSON(), nullable=False),
    sa.Column('steps_zh', sa.JSON(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('lane', sa.String(), nullable=True),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('line1_id', sa.Integer(), nullable=False),
    sa.Column('line2_id', sa.Integer(), nullable=True),
    sa.Column('line3_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint("kind in ('incident','request')", name='ck_serviceitem_kind'),
    sa.CheckConstraint("lane in ('hr','legal','audit')", name='ck_serviceitem_lane'),
    sa.CheckConstraint("state in ('draft','live','retired')", name='ck_serviceitem_state'),
    sa.CheckConstraint('priority between 1 and 4', name='ck_serviceitem_priority'),
    sa.ForeignKeyConstraint(['class_id'], ['cataloguenode.id'], ),
    sa.ForeignKeyConstraint(['line1_id'], ['team.id'], ),
    sa.ForeignKeyConstraint(['line2_id'], ['team.id'], ),
    sa.ForeignKeyConstraint(['line3_id'], ['team.id'], ),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code', 'version', name='uq_serviceitem_code_version')
    )
    with op.batch_alter_table('serviceitem', schema=None) as batch_op:
        batch_op.create_index('ix_serviceitem_class', ['class_id', 'state'], unique=False)

    op.create_table('ticket',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('lane', sa.String(), nullable=True),
    sa.Column('requester_id', sa.Integer(), nullable=True),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('waiting_reason', sa.String(), nullable=True),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('first_contact_id', sa.Integer(), nullable=True),
    sa.Column('offered_team_id', sa.Integer(), nullable=True),
    sa.Column('offered_agent_id', sa.Integer(), nullable=True),
    sa.Column('escalation_level', sa.Integer(), nullable=False),
    sa.Column('accepted_at', UtcDateTime(), nullable=True),
    sa.Column('responded_at', UtcDateTime(), nullable=True),
    sa.Column('resolved_at', UtcDateTime(), nullable=True),
    sa.Column('confirmed_at', UtcDateTime(), nullable=True),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('reopen_count', sa.Integer(), nullable=False),
    sa.Column('handoff_count', sa.Integer(), nullable=False),
    sa.Column('is_paused', sa.Boolean(), nullable=False),
    sa.Column('queue_at', UtcDateTime(), nullable=True),
    sa.Column('next_clock', sa.String(), nullable=True),
    sa.Column('left_seconds', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(queue_at is not null) = (state in ('received','accepted','working','waiting'))", name='ck_ticket_queue'),
    sa.CheckConstraint("(state = 'waiting') = (waiting_reason is not null)", name='ck_ticket_waiting'),
    sa.CheckConstraint("kind in ('incident','request','problem','change','demand')", name='ck_ticket_kind'),
    sa.CheckConstraint("lane in ('hr','legal','audit')", name='ck_ticket_lane'),
    sa.CheckConstraint("state in ('received','accepted','working','waiting','resolved','confirmed','cancelled')", name='ck_ticket_state'),
    sa.CheckConstraint('line between 1 and 3', name='ck_ticket_line'),
    sa.CheckConstraint('priority between 1 and 4', name='ck_ticket_priority'),
    sa.ForeignKeyConstraint(['assignee_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['first_contact_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['item_id'], ['serviceitem.id'], ),
    sa.ForeignKeyConstraint(['offered_agent_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['offered_team_id'], ['team.id'], ),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], ),
    sa.ForeignKeyConstraint(['requester_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_assignee', ['assignee_id', 'is_paused', 'queue_at', 'id'], unique=False, sqlite_where=sa.text('queue_at IS NOT NULL'), postgresql_where=sa.text('queue_at IS NOT NULL'))
        batch_op.create_index('ix_ticket_by_age', ['opened_at', 'id'], unique=False, sqlite_where=sa.text('queue_at IS NOT NULL'), postgresql_where=sa.text('queue_at IS NOT NULL'))
        batch_op.create_index('ix_ticket_by_change', ['changed_at', 'id'], unique=False, sqlite_where=sa.text('queue_at IS NOT NULL'), postgresql_where=sa.text('queue_at IS NOT NULL'))
        batch_op.create_index('ix_ticket_by_item', ['item_id', 'is_paused', 'queue_at', 'id'], unique=False, sqlite_where=sa.text('queue_at IS NOT NULL'), postgresql_where=sa.text('queue_at IS NOT NULL'))
        batch_op.create_index('ix_ticket_by_number', ['number'], unique=False, sqlite_where=sa.text('queue_at IS NOT NULL'), postgresql_where=sa.text('queue_at IS NOT NULL'))
        batch_op.create_index('ix_ticket_by_priority', ['priority', 'is_paused', 'queue_at', 'id'], unique=False, sqlite_where=sa.text('queue_at IS NOT NULL'), postgresql_where=sa.text('queue_at IS NOT NULL'))
        batch_op.create_index('ix_ticket_by_subject', ['subject', 'id'], unique=False, sqlite_where=sa.text('queue_at IS NOT NULL'), postgresql_where=sa.text('queue_at IS NOT NULL'))
        batch_op.create_index('ix_ticket_first_contact', ['first_contact_id', 'is_paused', 'queue_at', 'id'], unique=False, sqlite_where=sa.text('queue_at IS NOT NULL'), postgresql_where=sa.text('queue_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_ticket_item_id'), ['item_id'], unique=False)
        batch_op.create_index('ix_ticket_lane', ['state'], unique=False, sqlite_where=sa.text('lane IS NOT NULL'), postgresql_where=sa.text('lane IS NOT NULL'))
        batch_op.create_index('ix_ticket_line', ['line', 'is_paused', 'queue_at', 'id'], unique=False, sqlite_where=sa.text('queue_at IS NOT NULL'), postgresql_where=sa.text('queue_at IS NOT NULL'))
        batch_op.create_index('ix_ticket_offered', ['is_paused', 'queue_at', 'id'], unique=False, sqlite_where=sa.text('offered_team_id IS NOT NULL'), postgresql_where=sa.text('offered_team_id IS NOT NULL'))
        batch_op.create_index('ix_ticket_open', ['is_paused', 'queue_at', 'id'], unique=False, sqlite_where=sa.text('queue_at IS NOT NULL'), postgresql_where=sa.text('queue_at IS NOT NULL'))
        batch_op.create_index('ix_ticket_opened', ['opened_at', 'id'], unique=False)
        batch_op.create_index('ix_ticket_requester', ['requester_id', 'opened_at'], unique=False)
        batch_op.create_index('ix_ticket_resolved', ['resolved_at'], unique=False)
        batch_op.create_index('ix_ticket_state', ['state', 'is_paused', 'queue_at', 'id'], unique=False, sqlite_where=sa.text('queue_at IS NOT NULL'), postgresql_where=sa.text('queue_at IS NOT NULL'))
        batch_op.create_index('ix_ticket_team', ['team_id', 'is_paused', 'queue_at', 'id'], unique=False, sqlite_where=sa.text('queue_at IS NOT NULL'), postgresql_where=sa.text('queue_at IS NOT NULL'))
        batch_op.create_index('ix_ticket_to_confirm', ['resolved_at', 'id'], unique=False, sqlite_where=sa.text("state = 'resolved'"), postgresql_where=sa.text("state = 'resolved'"))

    op.create_table('clock',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('nth', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('left_seconds', sa.Integer(), nullable=True),
    sa.Column('stopped_at', UtcDateTime(), nullable=True),
    sa.Column('breached_at', UtcDateTime(), nullable=True),
    sa.Column('is_breached_on_retarget', sa.Boolean(), nullable=False),
    sa.Column('terms_id', sa.Integer(), nullable=False),
    sa.Column('alarm_at', UtcDateTime(), nullable=True),
    sa.Column('is_provisional', sa.Boolean(), nullable=False),
    sa.CheckConstraint("kind in ('response','resolution','update','promise','acceptance','line','supplier')", name='ck_clock_kind'),
    sa.ForeignKeyConstraint(['terms_id'], ['policyversion.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('ticket_id', 'kind', 'nth')
    )
    with op.batch_alter_table('clock', schema=None) as batch_op:
        batch_op.create_index('ix_clock_alarm', ['alarm_at'], unique=False, sqlite_where=sa.text('alarm_at IS NOT NULL'), postgresql_where=sa.text('alarm_at IS NOT NULL'))
        batch_op.create_index('ix_clock_breached', ['kind', 'breached_at'], unique=False)

    op.create_table('draft',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('seen_seq', sa.Integer(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("kind in ('reply','note')", name='ck_draft_kind'),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('ticket_id', 'author_id', 'kind')
    )
    op.create_table('presence',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('is_writing', sa.Boolean(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('ticket_id', 'person_id')
    )
    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('act', sa.String(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('is_person', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('from_state', sa.String(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('waiting_reason', sa.String(), nullable=True),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('first_contact_id', sa.Integer(), nullable=True),
    sa.Column('terms_id', sa.Integer(), nullable=False),
    sa.Column('offered_team_id', sa.Integer(), nullable=True),
    sa.Column('promised_for', UtcDateTime(), nullable=True),
    sa.Column('alarm', sa.String(), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=True),
    sa.Column('salt', Bytes(), nullable=True),
    sa.Column('detail_hash', Bytes(), nullable=True),
    sa.Column('hash_before', Bytes(), nullable=False),
    sa.Column('hash', Bytes(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['assignee_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['first_contact_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['offered_team_id'], ['team.id'], ),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], ),
    sa.ForeignKeyConstraint(['terms_id'], ['policyversion.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('ticket_id', 'seq', name='uq_event_seq')
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index('ix_event_at', ['at'], unique=False)

    op.create_table('handoff',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('from_team_id', sa.Integer(), nullable=True),
    sa.Column('from_agent_id', sa.Integer(), nullable=True),
    sa.Column('to_team_id', sa.Integer(), nullable=False),
    sa.Column('to_agent_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('asked', sa.String(), nullable=False),
    sa.Column('tried', sa.String(), nullable=False),
    sa.Column('found', sa.String(), nullable=False),
    sa.Column('promised', sa.String(), nullable=False),
    sa.Column('wanted', sa.String(), nullable=False),
    sa.Column('offered_at', UtcDateTime(), nullable=False),
    sa.Column('decision', sa.String(), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decision_reason', sa.String(), nullable=True),
    sa.CheckConstraint("(decision = 'offered') = (decided_at is null)", name='ck_handoff_decided'),
    sa.CheckConstraint("decision in ('offered','accepted','given_back','withdrawn')", name='ck_handoff_decision'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['from_agent_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['from_team_id'], ['team.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.ForeignKeyConstraint(['to_agent_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['to_team_id'], ['team.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.create_index('ix_handoff_ticket', ['ticket_id', 'id'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('direction', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('salt', Bytes(), nullable=True),
    sa.Column('body_hash', Bytes(), nullable=False),
    sa.CheckConstraint("direction in ('in','out','internal')", name='ck_message_direction'),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix_message_event', ['event_id'], unique=False)
        batch_op.create_index('ix_message_ticket', ['ticket_id', 'at', 'id'], unique=False)

    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index('ix_notice_unread', ['person_id', 'id'], unique=False, sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))

    op.create_table('sourcerecord',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('reassignments', sa.Integer(), nullable=True),
    sa.Column('reopens', sa.Integer(), nullable=True),
    sa.Column('is_missed', sa.Boolean(), nullable=True),
    sa.Column('closed_code', sa.String(), nullable=False),
    sa.Column('resolved_at', UtcDateTime(), nullable=True),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('ticket_id'),
    sa.UniqueConstraint('source', 'key', name='uq_sourcerecord_key')
    )
    op.create_table('survey',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('csat', sa.Integer(), nullable=False),
    sa.Column('ease', sa.Integer(), nullable=True),
    sa.Column('comment', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('csat between 1 and 5', name='ck_survey_csat'),
    sa.CheckConstraint('ease is null or ease between 1 and 5', name='ck_survey_ease'),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('ticket_id')
    )
    op.create_table('receipt',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    if op.get_bind().dialect.name == "postgresql":
        _finish_postgresql()
    else:
        for table in ("article_fts", "item_fts"):
            op.execute(f"CREATE VIRTUAL TABLE {table} USING fts5(title, body, tokenize='porter unicode61')")
            op.execute(f"CREATE VIRTUAL TABLE {table}_words USING fts5vocab({table}, row)")


def _finish_postgresql() -> None:
    """What SQLite has by itself, or needs not: search tables, and word of every new event."""
    op.execute("CREATE TEXT SEARCH DICTIONARY sharedops_stem (TEMPLATE = snowball, Language = english)")
    op.execute("CREATE TEXT SEARCH CONFIGURATION sharedops (COPY = simple)")
    op.execute("ALTER TEXT SEARCH CONFIGURATION sharedops ALTER MAPPING FOR asciiword, word, numword"
               " WITH sharedops_stem")
    for table in ("article_fts", "item_fts"):
        op.execute(f"""
            CREATE TABLE {table} (rowid integer PRIMARY KEY, title text NOT NULL, body text NOT NULL,
            words tsvector GENERATED ALWAYS AS (setweight(to_tsvector('sharedops', title), 'A')
            || setweight(to_tsvector('sharedops', body), 'D')) STORED)""")
        op.execute(f"CREATE INDEX ix_{table} ON {table} USING gin (words)")
        op.execute(f'CREATE TABLE {table}_words (term text COLLATE "C" PRIMARY KEY, doc integer NOT NULL)')
    op.execute("""
        CREATE FUNCTION sharedops_told() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_notify('sharedops', ''); RETURN NULL; END $$""")
    op.execute("CREATE TRIGGER event_told AFTER INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION sharedops_told()")
    # Somebody who stays says so every few seconds: only coming, going and beginning to write is news.
    for name, what in (("came", "INSERT OR DELETE"), ("wrote", "UPDATE OF is_writing")):
        op.execute(f"CREATE TRIGGER presence_{name} AFTER {what} ON presence FOR EACH ROW"
                   " EXECUTE FUNCTION sharedops_told()")
