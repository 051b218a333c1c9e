"""Triage (分级): what rules make of a ticket when it is opened: a higher priority, tags, a team, watchers (C1).

A rule raises, it never lowers: what a requester or an agent said to be urgent stays urgent. Which rules hit, and what
they changed, stands in the opening line of the journal, so that it can be explained later, whatever the rules are then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sharedops_core.rules import conditions, tags
from sharedops_core.rules.dispatch import ALL, FIRST

RULES = "triage"
"""What the opening line calls the rules that hit."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When its condition holds, a new ticket has at least this priority, these tags, without an item this team, and
    these people hear what becomes of it."""

    code: str
    condition: str
    hit: str = ALL
    priority: int | None = None
    tags: tuple[str, ...] = ()
    team: str | None = None
    watchers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules that hit make of a ticket together: the highest priority, all tags and watchers, one team."""

    rules: tuple[str, ...] = ()
    priority: int | None = None
    tags: tuple[str, ...] = ()
    team: str | None = None
    watchers: tuple[str, ...] = ()


def verdict(rules: Iterable[Rule], facts: conditions.Facts) -> Verdict:
    """Return what rules make of a ticket, in their order; behind a `first` that hits, none is asked."""
    hits = list[Rule]()
    for rule in rules:
        if conditions.holds(rule.condition, facts):
            hits.append(rule)
            if rule.hit == FIRST:
                break
    named = sorted({tag for rule in hits for tag in rule.tags})[: tags.MOST]
    return Verdict(
        tuple(rule.code for rule in hits), min((rule.priority for rule in hits if rule.priority), default=None),
        tuple(named), next((rule.team for rule in hits if rule.team), None),
        tuple(sorted({login for rule in hits for login in rule.watchers})),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What the opening line of a ticket says of its triage: the rules by their codes, the priority before and after,
    the tags, the team and the watchers they gave."""

    rules: tuple[str, ...] = ()
    priority: tuple[int, int] | None = None
    tags: tuple[str, ...] = ()
    team: str | None = None
    watchers: tuple[str, ...] = ()


def told(detail: Mapping[str, object] | None) -> Told:
    """Return what a line of the journal says of triage; nothing for a line without it."""
    said = detail or {}
    rules, priority = said.get(RULES), said.get("priority")
    if not isinstance(rules, list):
        return Told()
    raised = (int(priority[0]), int(priority[1])) if isinstance(priority, list) else None
    team = str(said["to_team"]) if "to_team" in said else None
    watchers = said.get("watchers")
    watching = tuple(map(str, watchers)) if isinstance(watchers, list) else ()
    return Told(tuple(map(str, rules)), raised, tags.said(detail)[0], team, watching)
