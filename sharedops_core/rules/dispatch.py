"""What a ticket needs by the rules of the desk, and who of the candidates is to have it (product C1, C2, C4).

Everything is said: which rule hit, why somebody cannot have the ticket, what the points of the others are made of. The
same values give the same choice, whatever order they come in.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sharedops_core.rules import conditions, workload

FIRST, ALL = HITS = ("first", "all")
"""A rule that hits is the last one that counts, or lets those behind it count, too."""

HIT, MISSED, UNREACHED, UNDECIDED = "hit", "missed", "unreached", "undecided"

LEVELS = (1, 2, 3)
"""Of a skill: knows the usual, knows the difficult, teaches it."""

Skills = Mapping[str, int]
"""skill → level"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the rules: when its condition holds, a ticket needs these skills."""

    code: str
    name_en: str
    name_zh: str
    condition: str
    hit: str = ALL
    must: Skills = field(default_factory=dict)
    should: Skills = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a rule: hit, missed, not reached, or not to be decided."""

    rule: Rule
    result: str


@dataclass(frozen=True, slots=True)
class Need:
    """What a ticket asks of whoever is to have it: skills, and room for its weight within their capacity."""

    must: Skills = field(default_factory=dict)
    should: Skills = field(default_factory=dict)
    weight: float = workload.USUAL_WEIGHT


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent as dispatch sees them: skills, presence, load against capacity, what they know of the requester.

    `affinity` counts earlier tickets of the same requester or the same service item that they resolved lately;
    `back_at` is when they are there again, as far as that is known.
    """

    login: str
    name: str
    skills: Skills = field(default_factory=dict)
    is_on_shift: bool = True
    is_absent: bool = False
    is_of_lane: bool = True
    back_at: datetime | None = None
    load: float = 0.0
    capacity: int = 10
    affinity: int = 0
    dispatched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why somebody cannot have a ticket: lane, absent, shift, skill or full, with its particulars."""

    kind: str
    skill: str = ""
    wanted: float = 0
    has: float = 0
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Points for one thing, out of so many."""

    name: str
    points: float
    most: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What dispatch thinks of a candidate: nothing in the way, or everything that is; the points and their parts."""

    candidate: Candidate
    hindrances: tuple[Hindrance, ...]
    parts: tuple[Part, ...]

    @property
    def is_eligible(self) -> bool:
        """Return whether the candidate can have the ticket."""
        return not self.hindrances

    @property
    def score(self) -> float:
        """Return the points together."""
        return round(sum(part.points for part in self.parts), 3)


MOST = {"skill": 40.0, "room": 30.0, "affinity": 20.0, "turn": 10.0}
"""Points at most: for the skills that should be there, for free capacity, for knowing requester or matter, for having
waited long for a ticket. What is needed is no matter of points."""

_WELL_KNOWN = 3
"""So many tickets make somebody know a requester or a matter as well as it gets."""

LONG_WAIT = timedelta(hours=8)
"""Whoever had no ticket for so long is next, as far as turns decide."""

_NEVER = datetime.min.replace(tzinfo=UTC)


def outcomes(rules: Iterable[Rule], facts: conditions.Facts) -> tuple[Outcome, ...]:
    """Return what becomes of each rule, in their order: from the first hit of a `first` on, none is reached."""
    found, is_over = list[Outcome](), False
    for rule in rules:
        held = None if is_over else conditions.holds(rule.condition, facts)
        result = UNREACHED if is_over else UNDECIDED if held is None else HIT if held else MISSED
        found.append(Outcome(rule, result))
        is_over = is_over or (result == HIT and rule.hit == FIRST)
    return tuple(found)


def need(found: Iterable[Outcome], priority: int) -> Need:
    """Return what the rules that hit ask together: of one skill the highest level; a must is no should any more."""
    hits = [one.rule for one in found if one.result == HIT]
    must = highest(rule.must for rule in hits)
    should = {skill: level for skill, level in highest(rule.should for rule in hits).items()
              if level > must.get(skill, 0)}  # fmt: skip
    return Need(must, should, workload.URGENT_WEIGHT if priority == 1 else workload.USUAL_WEIGHT)


def highest(asked: Iterable[Skills]) -> dict[str, int]:
    """Return the skills that are asked for, each at the highest level."""
    found: dict[str, int] = {}
    for skills in asked:
        for skill, level in skills.items():
            found[skill] = max(level, found.get(skill, 0))
    return dict(sorted(found.items()))


def lacking(must: Skills, skills: Skills) -> dict[str, int]:
    """Return what of the needed skills somebody does not have at that level."""
    return {skill: level for skill, level in must.items() if skills.get(skill, 0) < level}


def verdicts(asked: Need, candidates: Collection[Candidate], now: datetime) -> tuple[Verdict, ...]:
    """Return the verdict on every candidate: first who can have the ticket, those with the most points before the rest.

    Of equals comes first whose last dispatched ticket is longest ago.
    """
    found = [Verdict(one, tuple(_hindrances(asked, one)), _parts(asked, one, now)) for one in candidates]
    return tuple(sorted(found, key=_place))


def chosen(found: Sequence[Verdict]) -> Candidate | None:
    """Return who is to have the ticket: the first of the verdicts when nothing is in the way."""
    return found[0].candidate if found and found[0].is_eligible else None


def _place(one: Verdict) -> tuple[bool, float, datetime, str]:
    return not one.is_eligible, -one.score, one.candidate.dispatched_at or _NEVER, one.candidate.login


def _hindrances(asked: Need, one: Candidate) -> Iterator[Hindrance]:
    if not one.is_of_lane:
        yield Hindrance("lane")
    if one.is_absent:
        yield Hindrance("absent", until=one.back_at)
    elif not one.is_on_shift:
        yield Hindrance("shift", until=one.back_at)
    for skill, level in lacking(asked.must, one.skills).items():
        yield Hindrance("skill", skill=skill, wanted=level, has=one.skills.get(skill, 0))
    if one.load + asked.weight > one.capacity:
        yield Hindrance("full", wanted=one.capacity, has=one.load)


def _parts(asked: Need, one: Candidate, now: datetime) -> tuple[Part, ...]:
    shares = {
        "skill": _fit(asked.should, one.skills),
        "room": max(0.0, 1 - (one.load + asked.weight) / one.capacity) if one.capacity > 0 else 0.0,
        "affinity": min(one.affinity, _WELL_KNOWN) / _WELL_KNOWN,
        "turn": min(1.0, max(0.0, (now - one.dispatched_at) / LONG_WAIT)) if one.dispatched_at else 1.0,
    }
    return tuple(Part(name, round(most * shares[name], 1), most) for name, most in MOST.items())


def _fit(should: Skills, skills: Skills) -> float:
    """Return how much of the wished skills somebody has; all of it where nothing is wished."""
    shares = [min(skills.get(skill, 0), level) / level for skill, level in should.items()]
    return sum(shares) / len(shares) if shares else 1.0
