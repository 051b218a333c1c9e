"""A service centre simulated (仿真): the same arrivals under push, pull and round-robin, minute by minute (product C4).

Push gives by the chooser of `rules.dispatch`, pull takes in the order of `ctrl+n`; round-robin knows neither load nor
turn but the next name. Whoever is at work finishes what they have begun. The same seed gives the same result.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from sharedops_core.i18n import _
from sharedops_core.rules import dispatch, workload
from sharedops_core.rules.dispatch import Candidate, Need, Skills

PUSH, PULL, ROUND_ROBIN = POLICIES = ("push", "pull", "round_robin")
TARGETS = {1: 15.0, 2: 30.0, 3: 120.0, 4: 240.0}
"""Priority → minutes in which a ticket is to be begun."""

OPENS, CLOSES = 8, 20
"""Hours of the day in which requests come."""

_SHIFTS = ((8, 16), (12, 20))
_SKILLS = ("accounts", "endpoint", "network", "sap")
_CAPACITY = 4
_SAVED = 0.2
"""The part of the work that whoever has the wished skill does not need."""

_DAY, _BEGIN = 24 * 60.0, datetime(2026, 1, 5, tzinfo=UTC)
_MEAN_WORK, _SPREAD = 20.0, 0.6


@dataclass(frozen=True, slots=True)
class Request:
    """A request: when it comes and how long the work on it is, in minutes from the beginning; what it asks."""

    number: int
    at: float
    work: float
    priority: int = 3
    must: Skills = field(default_factory=dict)
    should: Skills = field(default_factory=dict)

    @property
    def due(self) -> float:
        """Return by when it is to be begun."""
        return self.at + TARGETS[self.priority]


@dataclass(frozen=True, slots=True)
class Worker:
    """An agent: skills, the hours of each day they are there, and how many tickets they may have in hand."""

    name: str
    skills: Skills
    hours: tuple[int, int] = (0, 24)
    capacity: int = _CAPACITY


@dataclass(frozen=True, slots=True)
class Centre:
    """Who works, what comes, and for how many days it is watched."""

    workers: tuple[Worker, ...]
    requests: tuple[Request, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Result:
    """How a centre did under a policy; what has no denominator is None.

    `gini` is the Gini coefficient of the hours worked: 0 when all worked alike, near 1 when one did everything.
    """

    policy: str
    arrived: int
    finished: int
    left_over: int
    attained_percent: float | None
    median_wait: timedelta | None
    ninth_wait: timedelta | None
    gini: float | None
    begun_at: tuple[tuple[int, float], ...]


def centre(seed: int, workers: int, days: int, per_hour: float) -> Centre:
    """Return a centre by a seed: each skill has somebody who teaches it, arrivals come by chance while it is open."""
    chance = Random(seed)  # noqa: S311
    people = [_worker(number, workers, chance) for number in range(workers)]
    requests = list[Request]()
    for day in range(days):
        at = OPENS * 60.0
        while per_hour > 0 and (at := at + chance.expovariate(per_hour / 60)) < CLOSES * 60:
            requests.append(_request(len(requests) + 1, day * _DAY + at, chance))
    return Centre(tuple(people), tuple(requests), days)


def _worker(number: int, workers: int, chance: Random) -> Worker:
    taught = {skill: 3 for place, skill in enumerate(_SKILLS) if place % workers == number}
    known = {chance.choice(_SKILLS): chance.randint(1, 2)}
    hours = (OPENS, CLOSES) if workers == 1 else _SHIFTS[number % len(_SHIFTS)]
    return Worker(f"agent-{number + 1:02}", known | taught, hours)


def _request(number: int, at: float, chance: Random) -> Request:
    priority = chance.choices((1, 2, 3, 4), (5, 15, 60, 20))[0]
    work = chance.lognormvariate(0, _SPREAD) * _MEAN_WORK
    skill, kind = chance.choice(_SKILLS), chance.random()
    must = {skill: 2} if kind < 0.1 else {skill: 1} if kind < 0.3 else {}
    return Request(number, at, work, priority, must, {skill: 2} if kind < 0.7 else {})


def simulate(one: Centre) -> tuple[Result, ...]:
    """Return how a centre does under each policy."""
    return tuple(_Run(one, policy).result() for policy in POLICIES)


class _Run:
    """One centre under one policy; every agent is a process of simpy, and so are the arrivals."""

    def __init__(self, one: Centre, policy: str) -> None:
        from simpy import Environment

        self.centre, self.policy = one, policy
        self.env: Environment = Environment()
        self.news = self.env.event()
        self.pool: list[Request] = []
        self.hands: dict[str, list[Request]] = {worker.name: [] for worker in one.workers}
        self.busy: dict[str, Request] = {}
        self.given: dict[str, datetime] = {}
        self.begun: dict[int, float] = {}
        self.finished = 0
        self.worked = dict.fromkeys(self.hands, 0.0)
        self.turn = cycle(one.workers)
        self.env.process(self._arrivals())
        for worker in one.workers:
            self.env.process(self._work(worker))

    def result(self) -> Result:
        """Run it to the end, and return how it went."""
        self.env.run(until=self.centre.days * _DAY)
        requests = self.centre.requests
        waits = sorted(self.begun[each.number] - each.at for each in requests if each.number in self.begun)
        in_time = sum(each.number in self.begun and self.begun[each.number] <= each.due for each in requests)
        return Result(
            self.policy, len(requests), self.finished, self._left_over(),
            round(100 * in_time / len(requests), 1) if requests else None, _part(waits, 0.5), _part(waits, 0.9),
            gini(self.worked.values()), tuple(sorted(self.begun.items())),
        )  # fmt: skip

    def _left_over(self) -> int:
        return len(self.pool) + sum(map(len, self.hands.values())) + len(self.busy)

    def _arrivals(self) -> Generator[Any, Any, None]:
        for request in self.centre.requests:
            yield self.env.timeout(request.at - self.env.now)
            self.pool.append(request)
            self._tell()

    def _work(self, worker: Worker) -> Generator[Any, Any, None]:
        """Let somebody work while they are there: begin what is due first, finish it, and look again."""
        while True:
            if (away := self._away(worker)) > 0:
                yield self.env.timeout(away)
                self._tell()
            self._deal()
            request = self._next(worker)
            if request is None:
                yield self.news | self.env.timeout(self._until_end(worker))
                self._give_back(worker)
                continue
            self.busy[worker.name], self.begun[request.number] = request, self.env.now
            is_easier = bool(request.should) and not dispatch.lacking(request.should, worker.skills)
            work = request.work * (1 - _SAVED if is_easier else 1)
            yield self.env.timeout(work)
            del self.busy[worker.name]
            self.worked[worker.name] += work
            self.finished += 1
            self._give_back(worker)
            self._tell()

    def _tell(self) -> None:
        """Deal out what there is, and wake whoever waits for it."""
        self._deal()
        self.news.succeed()
        self.news = self.env.event()

    def _next(self, worker: Worker) -> Request | None:
        mine = self.pool if self.policy == PULL else self.hands[worker.name]
        able = [one for one in mine if not dispatch.lacking(one.must, worker.skills)]
        found = min(able, key=_risk, default=None)
        if found is not None:
            mine.remove(found)
        return found

    def _deal(self) -> None:
        """Give what nobody has, most at risk first, to whom the policy chooses; under pull everybody helps himself."""
        choose: Callable[[Request], str | None] | None = {PUSH: self._pushed, ROUND_ROBIN: self._in_turn}.get(
            self.policy
        )
        for request in sorted(self.pool, key=_risk) if choose else ():
            if choose and (name := choose(request)) is not None:
                self.pool.remove(request)
                self.hands[name].append(request)
                self.given[name] = self._now()

    def _pushed(self, request: Request) -> str | None:
        there = [self._candidate(one) for one in self.centre.workers if self._away(one) == 0]
        candidates = [one for one in there if one.load < one.capacity]
        found = dispatch.chosen(dispatch.verdicts(_need(request), candidates, self._now()))
        return found.login if found else None

    def _in_turn(self, request: Request) -> str | None:
        for one in islice(self.turn, len(self.centre.workers)):
            if self._away(one) == 0 and not dispatch.lacking(request.must, one.skills):
                return one.name
        return None

    def _candidate(self, one: Worker) -> Candidate:
        hand = [*self.hands[one.name], *([self.busy[one.name]] if one.name in self.busy else [])]
        load = sum(_need(each).weight for each in hand)
        return Candidate(one.name, one.name, one.skills, load=load, capacity=one.capacity,
                         dispatched_at=self.given.get(one.name))  # fmt: skip

    def _give_back(self, worker: Worker) -> None:
        """What is pushed to somebody who has gone is anybody's again; what came in turn stays theirs."""
        if self.policy == PUSH and self._away(worker) > 0:
            self.pool += self.hands[worker.name]
            self.hands[worker.name] = []

    def _away(self, worker: Worker) -> float:
        """Return in how many minutes somebody comes; zero while they are there."""
        begin, end = (hour * 60.0 for hour in worker.hours)
        at = self.env.now % _DAY
        return 0.0 if begin <= at < end else (begin - at) % _DAY

    def _until_end(self, worker: Worker) -> float:
        return worker.hours[1] * 60.0 - self.env.now % _DAY

    def _now(self) -> datetime:
        return _BEGIN + timedelta(minutes=self.env.now)


def _need(request: Request) -> Need:
    weight = workload.URGENT_WEIGHT if request.priority == 1 else workload.USUAL_WEIGHT
    return Need(request.must, request.should, weight)


def _risk(request: Request) -> tuple[float, int]:
    """Return the place in the order of the next ticket: what is due first, then what came first."""
    return request.due, request.number


def _part(waits: Sequence[float], part: float) -> timedelta | None:
    """Return the wait that this part of the tickets did not exceed (nearest rank), in whole seconds."""
    if not waits:
        return None
    place = max(0, -(-len(waits) * round(part * 100) // 100) - 1)
    return timedelta(seconds=round(waits[place] * 60))


def gini(amounts: Iterable[float]) -> float | None:
    """Return the Gini coefficient of amounts; None when there is nothing to share."""
    ordered = sorted(amounts)
    total, count = sum(ordered), len(ordered)
    if total == 0:
        return None
    ranked = sum(place * amount for place, amount in enumerate(ordered, 1))
    return round(2 * ranked / (count * total) - (count + 1) / count, 3)


def policy_name(policy: str) -> str:
    """Return a policy in the user's language."""
    return {PUSH: _("push (by the rules)"), PULL: _("pull (most at risk first)"),
            ROUND_ROBIN: _("round-robin")}[policy]  # fmt: skip


def definitions() -> dict[str, str]:
    """Return what the figures say, in the user's language."""
    return {
        _("in time"): _("begun within the target of their priority (15 min, 30 min, 2 h, 4 h), in per cent of all "
                        "that came"),
        _("waiting time"): _("from coming to being begun; half of the tickets, nine in ten waited no longer"),
        _("Gini"): _("of the hours worked by each agent: 0 when all worked alike, near 1 when one did everything"),
        _("left over"): _("what is not finished when the last day ends"),
    }  # fmt: skip
