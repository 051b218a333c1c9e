"""What-if (推演): the tickets of the past dealt out by other rules, each at the instant it was opened (product C4).

The chooser is that of dispatch. Loads are simulated: whoever gets a ticket has it as long as it really was in hand. A
ticket that nobody can have when it is opened is tried once more when its first answer is due.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import heapify, heappop, heappush

from sharedops_core.i18n import _
from sharedops_core.rules import conditions, dispatch, workload
from sharedops_core.rules.dispatch import Candidate, Rule, Skills

KNOWN_FOR = timedelta(days=90)
"""So long a resolved ticket makes somebody know its requester and its matter."""


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket as it was when it was opened, and what became of it; `missed` is what the comparable ones missed."""

    ticket_id: int
    team_id: int | None
    lane: str | None
    facts: conditions.Facts
    priority: int
    opened_at: datetime
    answer_by: datetime | None
    in_hand: timedelta
    requester_id: int | None
    item_id: int | None
    resolver_id: int | None
    resolver_team_id: int | None
    missed: float | None


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent, with the teams, skills, shift and absences they have now."""

    login: str
    name: str
    skills: Skills
    capacity: int
    teams: frozenset[int]
    lanes: frozenset[str]
    shift: workload.Shift | None
    is_working_day: Callable[[date], bool]
    away: tuple[tuple[datetime, datetime], ...] = ()

    def is_absent(self, at: datetime) -> bool:
        """Return whether they were away at an instant."""
        return any(begin <= at < end for begin, end in self.away)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A ticket that somebody resolved: what they know requester and matter by."""

    at: datetime
    requester_id: int | None
    item_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class Load:
    """What an agent would have had: tickets, and the heaviest load at one instant."""

    login: str
    name: str
    tickets: int
    peak: float


@dataclass(frozen=True, slots=True)
class Replay:
    """The tickets of a span under some rules; a figure whose denominator is zero is None."""

    tickets: int
    given: int
    nobody_at_once: int
    unanswered: int
    compared: int
    other_agent: int
    other_team: int
    expected_breaches: float | None
    loads: tuple[Load, ...]

    @property
    def handed_on_percent(self) -> int | None:
        """Return the share of compared tickets that somebody of another team resolved in the end."""
        return round(100 * self.other_team / self.compared) if self.compared else None


FIGURES = ("tickets", "given", "nobody_at_once", "unanswered", "other_agent", "other_team", "handed_on_percent",
           "expected_breaches")  # fmt: skip


def definitions() -> dict[str, str]:
    """Return what the figures say, in the user's language."""
    return {
        "tickets": _("tickets opened in the span that you oversee"),
        "given": _("of these, somebody could have when they were opened, or when their first answer was due"),
        "nobody_at_once": _("of these, nobody could have when they were opened"),
        "unanswered": _("of these, nobody could have even when their first answer was due"),
        "other_agent": _("of those given and resolved: chosen was somebody else than who resolved it in the end"),
        "other_team": _("of those: chosen was somebody who is not of the team that resolved it, so it would have been "
                        "handed off"),
        "handed_on_percent": _("those in per cent of the tickets given and resolved"),
        "expected_breaches": _("one for each ticket nobody could have by its first answer, and for the others the "
                               "share of comparable tickets of the span (same item and priority, resolved) that missed "
                               "their resolution target; without comparable ones, nothing"),
    }  # fmt: skip


def figure_name(name: str) -> str:
    """Return a figure in the user's language."""
    return {
        "tickets": _("tickets"), "given": _("given"), "nobody_at_once": _("nobody at once"),
        "unanswered": _("nobody by the first answer"), "other_agent": _("another agent resolved it"),
        "other_team": _("another team resolved it"), "handed_on_percent": _("handed off, %"),
        "expected_breaches": _("expected breaches"),
    }[name]  # fmt: skip


class _Memory:
    """Who has resolved how many tickets of a requester and of an item lately; it moves on with the tickets."""

    def __init__(self, past: Iterable[Resolved]) -> None:
        self._coming = deque(sorted(past, key=lambda one: one.at))
        self._known = deque[Resolved]()
        self._count: dict[tuple[str, object], Counter[int]] = defaultdict(Counter)

    def move_on(self, at: datetime) -> None:
        """Learn what was resolved before an instant, and forget what is too long ago."""
        while self._coming and self._coming[0].at <= at:
            self._known.append(one := self._coming.popleft())
            self._add(one, 1)
        while self._known and self._known[0].at <= at - KNOWN_FOR:
            self._add(self._known.popleft(), -1)

    def of(self, case: Case) -> Mapping[int, int]:
        """Return how many tickets of the same requester or item people resolved."""
        found = Counter(self._count["item", case.item_id]) if case.item_id else Counter[int]()
        if case.requester_id:
            found.update(self._count["requester", case.requester_id])
            if case.item_id:
                found.subtract(self._count["both", (case.requester_id, case.item_id)])
        return found

    def _add(self, one: Resolved, number: int) -> None:
        for key in (("item", one.item_id), ("requester", one.requester_id), ("both", (one.requester_id, one.item_id))):
            self._count[key][one.person_id] += number


class _Desk:
    """The agents with what they have in hand at an instant of the replay."""

    def __init__(self, agents: Mapping[int, Agent]) -> None:
        self.agents = agents
        self.loads: dict[int, float] = defaultdict(float)
        self.peaks: dict[int, float] = defaultdict(float)
        self.counts = Counter[int]()
        self._given: dict[int, datetime] = {}
        self._ending: list[tuple[datetime, int, float]] = []
        self._ids = {one.login: person_id for person_id, one in agents.items()}
        self._teams: dict[int | None, list[int]] = defaultdict(list)
        for person_id, one in agents.items():
            for team_id in one.teams:
                self._teams[team_id].append(person_id)

    def choose(self, case: Case, need: dispatch.Need, known: Mapping[int, int], at: datetime) -> int | None:
        """Return whom the rules choose for a ticket at an instant."""
        while self._ending and self._ending[0][0] <= at:
            _end, person_id, weight = heappop(self._ending)
            self.loads[person_id] -= weight
        candidates = [self._candidate(one, case, known.get(one, 0), at) for one in self._teams[case.team_id]]
        found = dispatch.chosen(dispatch.verdicts(need, candidates, at))
        return self._ids[found.login] if found else None

    def give(self, person_id: int, weight: float, at: datetime, until: datetime) -> None:
        """Let somebody have a ticket until it really ended."""
        self.counts[person_id] += 1
        self.loads[person_id] += weight
        self.peaks[person_id] = max(self.peaks[person_id], self.loads[person_id])
        self._given[person_id] = at
        heappush(self._ending, (until, person_id, weight))

    def _candidate(self, person_id: int, case: Case, known: int, at: datetime) -> Candidate:
        one = self.agents[person_id]
        return Candidate(
            one.login, one.name, one.skills, is_absent=one.is_absent(at),
            is_on_shift=one.shift is None or workload.is_on(one.shift, at, one.is_working_day),
            is_of_lane=case.lane is None or case.lane in one.lanes, load=self.loads[person_id], capacity=one.capacity,
            affinity=known, dispatched_at=self._given.get(person_id),
        )  # fmt: skip


def replay(
    rules: Sequence[Rule], cases: Collection[Case], agents: Mapping[int, Agent], past: Iterable[Resolved]
) -> Replay:
    """Deal the tickets out by these rules, and return what would have become of them."""
    desk, memory = _Desk(agents), _Memory(past)
    chosen: dict[int, int | None] = {}
    late = set[int]()
    numbered = dict(enumerate(cases))
    waiting = [(one.opened_at, number) for number, one in numbered.items()]
    heapify(waiting)
    while waiting:
        at, number = heappop(waiting)
        case = numbered[number]
        memory.move_on(at)
        need = dispatch.need(dispatch.outcomes(rules, case.facts), case.priority)
        person_id = desk.choose(case, need, memory.of(case), at)
        chosen[number] = person_id
        if person_id is not None:
            desk.give(person_id, need.weight, at, at + case.in_hand)
        elif number not in late:
            late.add(number)
            if case.answer_by is not None and case.answer_by > at:
                heappush(waiting, (case.answer_by, number))
    return _told(desk, [(numbered[number], one) for number, one in chosen.items()], len(late))


def _told(desk: _Desk, chosen: Sequence[tuple[Case, int | None]], late: int) -> Replay:
    given = [(case, one) for case, one in chosen if one is not None]
    compared = [(case, one) for case, one in given if case.resolver_id is not None]
    shares = [case.missed for case, _one in given if case.missed is not None]
    unanswered = len(chosen) - len(given)
    return Replay(
        tickets=len(chosen), given=len(given), nobody_at_once=late, unanswered=unanswered, compared=len(compared),
        other_agent=sum(one != case.resolver_id for case, one in compared),
        other_team=sum(case.resolver_team_id not in desk.agents[one].teams for case, one in compared),
        expected_breaches=round(sum(shares) + unanswered, 1) if shares or unanswered else None,
        loads=tuple(sorted((Load(agent.login, agent.name, desk.counts[person_id], desk.peaks[person_id])
                            for person_id, agent in desk.agents.items() if desk.counts[person_id]),
                           key=lambda one: (-one.tickets, one.login))),
    )  # fmt: skip
