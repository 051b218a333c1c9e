"""One ticket being written: every act goes through the table of moves, every word has its event."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sharedops_core.desk.journal import Story
from sharedops_core.intake.living.cast import Agent, Requester, Team
from sharedops_core.intake.living.plan import Plan
from sharedops_core.rules import lifecycle
from sharedops_core.rules.history import Entry
from sharedops_core.rules.opentime import to_instant
from sharedops_core.rules.tags import told

SLOTS = ("asked", "tried", "found", "promised", "wanted")


@dataclass
class Tale:
    """The history of a ticket so far, and how it stands."""

    plan: Plan
    team: Team
    now: int
    priority: int
    terms_id: int
    first_contact: Agent | None = None
    holder: Agent | None = None
    state: str = lifecycle.RECEIVED
    waiting_for: str | None = None
    level: int = 0
    offer: dict[str, Any] | None = None
    offered_to: tuple[Team, Agent | None] | None = None
    entries: list[Entry] = field(default_factory=list)
    details: dict[int, dict[str, object]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    handoffs: list[dict[str, Any]] = field(default_factory=list)
    survey: dict[str, Any] | None = None

    def open(self, opener: Agent | None) -> None:
        """Write the opening: by the requester, or by the agent who took the call and is answerable from then on."""
        self.first_contact = opener
        self._write("open", None, opener or self.plan.requester, None)

    def act(
        self,
        act: str,
        at: int,
        actor: Agent | Requester,
        *,
        reason: str | None = None,
        detail: dict[str, object] | None = None,
    ) -> None:
        """Write one act; who holds it and for what it waits has been set before."""
        before = self.state
        self.state = lifecycle.after(act, before)
        self.now = at
        if self.state != lifecycle.WAITING:
            self.waiting_for = None
        if self.first_contact is None and isinstance(actor, Agent):
            self.first_contact = actor
        self._write(act, before, actor, reason)
        if detail:
            self.details[len(self.entries)] = detail

    def tag(self, tags: Sequence[str]) -> None:
        """Let the first agent who touched the ticket have tagged it; nothing happens when nobody has."""
        line = next((line for line, entry in enumerate(self.entries, 1) if entry.is_person), None)
        if line is not None and tags:
            self.details[line] = self.details.get(line, {}) | told(tags, ())

    def say(self, direction: str, author: Agent | Requester, body: str) -> None:
        """Write the words that belong to the last act."""
        message = {"at": to_instant(self.now), "author_id": author.id, "direction": direction, "body": body}
        self.messages.append(message)

    def hand_off(self, at: int, to: tuple[Team, Agent | None], reason: str, slots: dict[str, str]) -> None:
        """Offer the ticket to a team; holder and clocks stay."""
        assert self.holder is not None  # noqa: S101  only held tickets are handed off
        team, agent = to
        detail: dict[str, object] = {"to_team": team.code, **({"to_agent": agent.login} if agent else {})}
        self.offer = {
            "from_team_id": self.team.id, "from_agent_id": self.holder.id, "to_team_id": team.id,
            "to_agent_id": agent.id if agent else None, "reason": reason, "offered_at": to_instant(at),
            "decision": "offered", "decided_at": None, "decided_by_id": None, "decision_reason": None, **slots,
        }  # fmt: skip
        self.handoffs.append(self.offer)
        self.offered_to = to
        self.act("hand_off", at, self.holder, reason=reason, detail=detail)

    def accept(self, at: int, agent: Agent) -> None:
        """Sign for the offer: team, line and holder change."""
        if self.offered_to is not None:
            self.team, self.holder = self.offered_to[0], agent
        self.decide("accepted", at, agent)
        self.act("accept", at, agent)

    def decide(self, decision: str, at: int, agent: Agent | Requester, reason: str | None = None) -> None:
        """End the open offer; nothing happens when there is none."""
        if self.offer is not None:
            self.offer |= {"decision": decision, "decided_at": to_instant(at), "decided_by_id": agent.id}
            self.offer["decision_reason"] = reason
        self.offer = self.offered_to = None

    def story(self, fixed: dict[str, Any]) -> Story:
        """Return the whole ticket as the journal lays it down."""
        _team, agent = self.offered_to or (None, None)
        ticket = fixed | {"offered_agent_id": agent.id if agent else None, "escalation_level": self.level}
        return Story(ticket, self.entries, self.details, self.messages, self.handoffs, self.survey)

    def _write(self, act: str, before: str | None, actor: Agent | Requester, reason: str | None) -> None:
        holder, first = self.holder, self.first_contact
        self.entries.append(
            Entry(
                at=to_instant(self.now), act=act, state=self.state, from_state=before, reason=reason,
                waiting_reason=self.waiting_for, actor_id=actor.id, is_person=isinstance(actor, Agent),
                team_id=self.team.id, line=self.team.line, assignee_id=holder.id if holder else None,
                first_contact_id=first.id if first else None, priority=self.priority, terms_id=self.terms_id,
                offered_team_id=self.offered_to[0].id if self.offered_to else None,
            )
        )  # fmt: skip
