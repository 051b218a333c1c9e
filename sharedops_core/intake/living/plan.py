"""What comes in and how far it has come: a plan per ticket, with instants chosen so that due times land around now."""

import random
import tomllib
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from sharedops_core import config
from sharedops_core.intake.living.cast import Agent, Cast, Item, Requester, Team
from sharedops_core.intake.living.words import Deck
from sharedops_core.rules import commitments
from sharedops_core.rules.clocks import due_for, parse_target
from sharedops_core.rules.opentime import DAY, OpenTime, to_instant, to_seconds

HERO = "li.na"
"""The agent whose desk is always worth opening: the demo opens the console as her."""

HERO_FROM = 100
"""From so many tickets on her desk is full; a smaller one could not spare them."""

_SPAN = 30 * DAY
_SETTLED = ("confirmed", "cancelled", "resolved")
_NEEDED_LINE = {"line_2": 2, "line_3": 3, "given_back": 2, "bounced": 2, "offered": 2}
_HERO_PLANS = (
    ("working", "own", "overdue"), ("working", "own", "minutes"), ("working", "own", "hours"),
    ("accepted", "own", "hours"), ("accepted", "own", "later"), ("waiting", "own", "later"),
    ("waiting", "own", "later"), ("reopened", "own", "later"), ("working", "own", "later"),
    ("line_2", "elsewhere", "hours"), ("line_2", "elsewhere", "minutes"), ("line_2", "elsewhere", "later"),
    ("line_2", "elsewhere", "later"), ("line_3", "elsewhere", "later"), ("line_3", "elsewhere", "hours"),
    ("bounced", "own", "later"), ("offered", "to_team", "hours"), ("offered", "to_me", "later"),
    ("offered", "back", "hours"),
)  # fmt: skip
_HERO_WAITS = ("requester", "supplier", "appointment")
_LEFT = ["overdue"] * 6 + ["minutes"] * 2 + ["hours"] * 12 + ["later"] * 30
_TAKES = {"accepted": 240, "working": 1500, "waiting": 1800, "offered": 4500, "line_2": 4800, "given_back": 5400,
          "line_3": 10_800, "bounced": 10_800, "reopened": 9000}  # fmt: skip
"""Open seconds that a fate needs at least to come about."""


@dataclass(slots=True)
class Plan:
    """One ticket to come: what, for whom, how far, and between which instants (UTC seconds)."""

    fate: str
    item: Item
    requester: Requester
    team: Team
    policy_id: int
    priority: int
    opened: int
    until: int
    left: str
    part: str = ""
    reason: str = ""


class Planner:
    """Draws plans; every draw comes from one seeded source."""

    def __init__(self, cast: Cast, rng: random.Random, at: int) -> None:
        self.cast, self.rng, self.at = cast, rng, at
        file = config.shipped("seed_data") / "living" / "desk.toml"
        self.shares: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        self._lefts = Deck(_LEFT, rng)
        self._waits = Deck(cast.reasons.get("waiting") or ["other"], rng)
        self._cancels = Deck(cast.reasons.get("cancel") or ["other"], rng)
        self._weights = [self._weight(item) for item in cast.items]
        self._edges = list(accumulate(self._weights))
        self._hers: set[int] = set()
        self._arrivals: dict[str, tuple[list[int], list[float]]] = {}
        self.hero = cast.agent(HERO)

    def plans(self, tickets: int) -> list[Plan]:
        """Return the plans of so many tickets in the order in which they were opened."""
        parts = [("", fate, "") for fate in self._fates(tickets)]
        if tickets >= HERO_FROM and self.hero is not None:
            parts = self._with_hero(parts)
        plans = [self._plan(part, fate, left) for part, fate, left in parts]
        return sorted(plans, key=lambda plan: plan.opened)

    def _fates(self, tickets: int) -> list[str]:
        """Return fates in their shares, exact to one ticket each (systematic sampling)."""
        names = list(self.shares["fates"])
        edges = list(accumulate(self.shares["fates"].values()))
        step = edges[-1] / tickets
        offset = self.rng.random()
        fates = [names[min(bisect(edges, (n + offset) * step), len(names) - 1)] for n in range(tickets)]
        self.rng.shuffle(fates)
        return fates

    @staticmethod
    def _with_hero(parts: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        """Give the hero's plans the places of others of the same fate, so that the shares stay."""
        taken = []
        for fate, part, left in _HERO_PLANS:
            place = next((n for n, one in enumerate(parts) if one[1] == fate), None)
            parts.pop(place if place is not None else 0)
            taken.append((part, fate, left))
        return taken + parts

    def _weight(self, item: Item) -> float:
        """Return how often an item is asked for: few are asked for daily, most now and then."""
        same = sum(other.category == item.category for other in self.cast.items)
        popularity = min(self.rng.paretovariate(1.4), 6.0)
        return float(self.shares["mix"].get(item.category, 5)) * popularity / same

    def _plan(self, part: str, fate: str, left: str) -> Plan:
        reason = self._reason(part, fate)
        item = self._item(part, fate, reason, is_near=bool(part) and left != "later")
        requester = self._requester(item)
        team, policy_id = self._placed(part, item, requester)
        plan = Plan(fate, item, requester, team, policy_id, self._priority(item, requester), 0, 0,
                    left or str(self._lefts.draw()), part, reason)  # fmt: skip
        if fate in _SETTLED:
            self._settle(plan)
        else:
            self._keep_open(plan)
        return plan

    def _reason(self, part: str, fate: str) -> str:
        """Return for what a ticket waits or why it is cancelled; the hero's waits stop the clock."""
        if fate != "waiting":
            return str(self._cancels.draw()) if fate == "cancelled" else ""
        reasons = (str(self._waits.draw()) for _attempt in range(50))
        return next((one for one in reasons if not part or one in _HERO_WAITS), "requester")

    def _item(self, part: str, fate: str, reason: str, *, is_near: bool) -> Item:
        """Return an item that the fate is possible for: with a team on that line, and time enough to get there.

        `is_near`: its due time is to come near now, so its promise must be shorter than the desk's past.
        """
        line = _NEEDED_LINE.get(fate, 1)
        where = self.shares["waits"].get(reason)
        for _attempt in range(80):
            item = self.rng.choices(self.cast.items, cum_weights=self._edges)[0]
            is_possible = item.teams[line - 1] is not None and self._promise(item, -1) > 1.3 * _TAKES.get(fate, 0)
            is_possible = is_possible and not (is_near and self._promise(item, 1) > 3 * DAY)
            if is_possible and self._suits(part, item) and (where is None or item.category in where):
                self._hers |= {item.id} if part else set()
                return item
        home = self.hero[1] if part and self.hero else None
        fitting = [one for one in self.cast.items if one.teams[line - 1] and (home is None or one.teams[0] is home)]
        return self.rng.choice(fitting or self.cast.items)

    def _promise(self, item: Item, shift: int) -> float:
        """Return the target of an item whose priority were shifted by so many steps, in open seconds."""
        targets = self.cast.policies[item.policy_id].targets[commitments.RESOLUTION]
        span = parse_target(targets[min(4, max(1, item.priority + shift))]).span
        return span.total_seconds() if span else float(DAY)

    def _suits(self, part: str, item: Item) -> bool:
        if not part or self.hero is None:
            return True
        is_hers = item.teams[0] is self.hero[1]
        return (
            item.lane is None
            and item.id not in self._hers
            and (not is_hers if part in ("to_team", "to_me") else is_hers)
        )

    def _requester(self, item: Item) -> Requester:
        if self.cast.vips and self.rng.random() < 0.05:
            return self.rng.choice(self.cast.vips)
        usual = self.shares["asked_by"].get(item.category, ())
        found = self.rng.choice(self.cast.requesters)
        for _attempt in range(12):
            if not usual or found.company in usual or self.rng.random() < 0.05:
                break
            found = self.rng.choice(self.cast.requesters)
        return found

    def _placed(self, part: str, item: Item, requester: Requester) -> tuple[Team, int]:
        """Return the first team and the policy: of the item, or of the desk that speaks for the requester's place."""
        local = self.cast.local.get(str(requester.zone))
        if local is not None and not part and self.rng.random() < 0.75 and item.lane is None:
            return local
        return item.teams[0] or next(iter(self.cast.teams.values())), item.policy_id

    def _priority(self, item: Item, requester: Requester) -> int:
        if requester.is_vip and item.priority > 1:
            return item.priority - 1
        return min(4, max(1, item.priority + self.rng.choices((-1, 0, 1), (12, 78, 10))[0]))

    # Instants ---------------------------------------------------------------------------------------------------

    def hours(self, policy_id: int) -> OpenTime:
        """Return the open time of a policy's calendar."""
        return self.cast.policies[policy_id].calendar.open_time

    def length(self, plan: Plan, kind: str) -> int:
        """Return a target in open seconds; one in workdays as it would be from now."""
        policy = self.cast.policies[plan.policy_id]
        target = parse_target(policy.targets[kind][plan.priority])
        if target.span is not None:
            return int(target.span.total_seconds())
        due = due_for(policy.calendar, to_instant(self.at), target)
        return self.hours(plan.policy_id).between(self.at, to_seconds(due)) if due else DAY

    def _settle(self, plan: Plan) -> None:
        """Choose opening and end of a settled ticket; most are in time, about one in ten is late."""
        hours, target = self.hours(plan.policy_id), self.length(plan, commitments.RESOLUTION)
        wanted = int(target * self._share_used())
        if plan.fate == "resolved":
            plan.until = self.at - self.rng.randint(600, int(2.4 * DAY))
            plan.opened = self.back(hours, plan.until, min(wanted, self._open_since(hours, plan.until) * 9 // 10))
            return
        for attempt in range(20):
            plan.opened = self._arrival(plan.requester, is_recent=attempt < 3 and self.rng.random() < 0.1)
            free = hours.between(plan.opened, self.at - 5400)
            if free > wanted or (attempt > 10 and free > 900):
                break
        plan.until = hours.reach(plan.opened, max(300, min(wanted, free * 8 // 10)))
        plan.until = min(plan.until, max(plan.opened + 60, self.at - 900))

    def _share_used(self) -> float:
        draw = self.rng.random()
        if draw < 0.42:
            return self.rng.uniform(0.02, 0.3)
        return self.rng.uniform(0.2, 0.92) if draw < 0.9 else self.rng.uniform(1.02, 1.5)

    def _keep_open(self, plan: Plan) -> None:
        """Choose when an open ticket was opened from how much time shall be left of the clock that runs."""
        hours = self.hours(plan.policy_id)
        kind = commitments.RESPONSE if plan.fate in ("received", "dispatched") else commitments.RESOLUTION
        target = self.length(plan, kind)
        used = target - self._seconds_left(plan, target)
        if plan.fate == "waiting" and plan.reason in self.cast.pausing:
            used = int(target * self.rng.uniform(0.3, 2.2))
        past = self._open_since(hours, self.at)
        most = int(past * self.rng.uniform(0.5, 1.0)) if plan.left == "later" else past
        plan.opened = self.back(hours, self.at, min(max(used, _TAKES.get(plan.fate, 60)), most))
        plan.until = self.at - self.rng.randint(30, 300)
        open_seconds = hours.between(plan.opened, self.at)
        if plan.fate not in ("received", "dispatched") and open_seconds > 600:
            share = self.rng.uniform(0.3, 0.6) if plan.fate == "reopened" else self.rng.uniform(0.5, 0.98)
            if plan.fate == "waiting" and plan.reason in self.cast.pausing:
                share *= min(1.0, 0.9 * target / open_seconds)
            if plan.fate != "offered":  # an offer that has waited for long would have expired
                plan.until = min(plan.until, hours.reach(plan.opened, int(open_seconds * share)))

    def _seconds_left(self, plan: Plan, target: int) -> int:
        rng = self.rng
        if plan.left == "overdue":
            return -int(min(180 + rng.expovariate(1 / 9000), 60_000))
        if plan.left == "minutes":
            return rng.randint(100, min(1750, max(101, target * 9 // 10)))
        if plan.left == "hours":
            return min(rng.randint(1800, 6 * 3600), int(target * rng.uniform(0.3, 0.95)))
        least = min(6 * 3600, target // 3)
        return least + int((target - least) * rng.random() ** 0.45)

    def _open_since(self, hours: OpenTime, end: int) -> int:
        return hours.between(self.at - _SPAN, end)

    def back(self, hours: OpenTime, end: int, used: int) -> int:
        """Return an instant with `used` open seconds between it and `end`, never in a later closed hour."""
        begin = self.at - 2 * _SPAN
        return hours.reach(begin, max(1, hours.between(begin, end) - used))

    def _arrival(self, requester: Requester, *, is_recent: bool) -> int:
        """Return an instant of the last days, dense in working hours; recent ones are of the last two days."""
        starts, edges = self._buckets(requester.zone)
        low = edges[bisect(starts, self.at - 2 * DAY) - 1] if is_recent else 0.0
        place = bisect(edges, self.rng.uniform(low, edges[-1]))
        return min(starts[min(place, len(starts) - 1)] + self.rng.randrange(3600), self.at - 60)

    def _buckets(self, zone: ZoneInfo) -> tuple[list[int], list[float]]:
        if zone.key not in self._arrivals:
            hours = self._reference(zone.key)
            starts = [self.at - _SPAN + n * 3600 for n in range(_SPAN // 3600)]
            weights: Sequence[float] = self.shares["hours"]["weights"]
            local = (to_instant(start).astimezone(zone).hour for start in starts)
            is_open = (hours.between(start - start % DAY, start - start % DAY + DAY) > 0 for start in starts)
            likely = [weights[hour] * (1.0 if open_ else 0.12) for hour, open_ in zip(local, is_open, strict=True)]
            self._arrivals[zone.key] = starts, list(accumulate(likely))
        return self._arrivals[zone.key]

    def _reference(self, tz: str) -> OpenTime:
        """Return the hours of the most used calendar of a zone."""
        counts: Mapping[int, float] = self._used_policies()
        policies = self.cast.policies
        same = [key for key in policies if policies[key].calendar.tz == tz] or list(policies)
        return self.hours(max(same, key=lambda key: counts.get(key, 0.0)))

    def _used_policies(self) -> dict[int, float]:
        counts: dict[int, float] = {}
        for item, weight in zip(self.cast.items, self._weights, strict=True):
            counts[item.policy_id] = counts.get(item.policy_id, 0.0) + weight
        return counts


def on_shift(team: Team, second: int) -> Iterator[Agent]:
    """Yield the members of a team who work at an instant."""
    return (member for member in team.members if member.hours.reach(second, 0) == second)


def pick(team: Team, second: int, rng: random.Random) -> Agent:
    """Return who of a team takes something on: somebody on shift, else who comes in first."""
    working = list(on_shift(team, second))
    if working:
        return rng.choices(working, [member.capacity for member in working])[0]
    return min(team.members, key=lambda member: (member.hours.reach(second, 0), member.login))
