"""Rows and cards as views would read them, made by hand for the pure tests."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sharedops_core.rules.handoff import Answer, Question
from sharedops_core.rules.lifecycle import Holder
from sharedops_core.views.clocks import HeldRow
from sharedops_core.views.handoffs import HandoffRow
from sharedops_core.views.queue import QueueRow
from sharedops_core.views.related import CompanionRow, RelatedRow
from sharedops_core.views.ticket import (
    ClockRow,
    EventRow,
    MessageRow,
    PersonCard,
    TeamCard,
    TicketCard,
)
from tests.conftest import T0

NOW = T0 + timedelta(hours=2)


def queue_row(**facts: Any) -> QueueRow:
    """Return a ticket on line 1, due in 12 minutes, with other facts as wanted."""
    row = QueueRow(
        ticket_id=1, number="INC-10001", subject="VPN drops", state="accepted", waiting_reason=None, priority=3,
        lane=None, line=1, channel="phone", next_clock="resolution", due_at=NOW + timedelta(minutes=12), left=None,
        is_paused=False,
        team_code="desk", team_en="Desk", team_zh="服务台", assignee_id=1, assignee="李娜", assignee_login="li.na",
        first_contact_id=1, requester="Ana Ruiz", is_vip=False, offered_team_id=None, offered_agent_id=None,
        pushed_id=None,
        opened_at=T0, changed_at=T0, resolved_at=None, version=1,
    )  # fmt: skip
    return replace(row, **facts)


def card(text: str = "words", **facts: Any) -> TicketCard:
    """Return a ticket with `text` in every place where somebody from outside may have written it."""
    desk, network = TeamCard(1, "desk", 1, text, text), TeamCard(2, "network", 2, text, text)
    who = PersonCard(1, text, text, text, "agent", text, text, text, text, text, text, text, text, "en", True)
    messages = [MessageRow(T0 + timedelta(minutes=n), text, text, d, text) for n, d in enumerate(("in", "out"))]
    note = MessageRow(T0 + timedelta(minutes=9), text, text, "internal", text, 3, text)
    event = EventRow(
        1, T0, "hand_off", 1, text, text, "accepted", "working", 1, desk, text, {"told": text, "to_team": text}
    )
    offered = HandoffRow(
        desk,
        network,
        text,
        text,
        text,
        *[text] * 5,
        (Answer(Question(text, text, text), text),),
        T0 + timedelta(minutes=5),
        "given_back",
        T0,
        text,
        text,
    )
    clock = ClockRow("resolution", 1, "4h", T0, NOW + timedelta(minutes=5), None, None, None, is_provisional=False)
    hand = HeldRow(T0, NOW, "desk", 1, text, text, text, NOW - T0, NOW - T0)
    made = TicketCard(
        tags=(),
        ticket_id=1, number="INC-10001", kind="incident", subject=text, channel="phone", state="waiting",
        waiting_reason=text, priority=1, lane=None, line=1, version=1, opened_at=T0, changed_at=T0, accepted_at=T0,
        responded_at=None, resolved_at=None, confirmed_at=None, reopen_count=0, handoff_count=1, escalation_level=0,
        item_code="IT-1", item_en=text, item_zh=text, family_code=None, line2_code=None, line3_code=None,
        policy_en=text, policy_zh=text, team=desk, requester=who, assignee=who, first_contact=who, offered_team=network,
        offered_agent=None, clocks=(clock,), thread=(*messages, note), events=(event,), handoffs=(offered,),
        held=(hand,), csat=4, survey_comment=text, source=None, source_facts={}, drafts=(),
        holder=Holder("working", is_assigned=True, is_mine=True), denied={}, called={text: (text, text)},
        related=(RelatedRow("blocks", 2, text, text, "working"), RelatedRow("took_in", 3, text, text, "merged")),
        people=(CompanionRow("expert", "invited", text, text, text, T0),),
    )  # fmt: skip
    return replace(made, **facts)
