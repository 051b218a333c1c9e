"""The way of a ticket through the teams, and when it is being kicked about (踢皮球, product D4).

A ticket that came back to the team before the last, or was passed on three times without anybody working on it, moves
on no more until the leads of these teams have decided where it stays.
"""

from dataclasses import dataclass, replace

RETURNED, PASSED_ON = "returned", "passed_on"

PASSES = 3
"""So many moves in a row without work on the ticket are one too many."""

_WORK = frozenset({"reply", "note", "wait", "resume", "resolve", "promise", "keep", "record"})
"""What is work on a ticket; taking, assigning, re-classing and escalating it are not. What another desk did and our
table has no name for (`record`) is taken for work."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A ticket with a team, and whether it was worked on there."""

    team_id: int
    is_worked: bool = False


Route = tuple[Stay, ...]
"""Where a ticket has been since it was opened, or since leads decided about it; the last stay is the present one."""


def follow(route: Route, act: str, team_id: int | None) -> Route:
    """Return the route after an act that left the ticket with a team; a decision of leads begins a new one.

    Once it is for the leads to decide, no word that is quickly written takes that from them.
    """
    if team_id is None:
        return route
    if act == "decide" or not route:
        return (Stay(team_id),)
    if route[-1].team_id != team_id:
        return (*route, Stay(team_id))
    if act in _WORK and not route[-1].is_worked and not _is_passed_on(route):
        return (*route[:-1], replace(route[-1], is_worked=True))
    return route


def bounce(route: Route) -> str | None:
    """Return why the next move is for the leads to decide, RETURNED or PASSED_ON, None while it is not."""
    if is_return(route, len(route) - 1):
        return RETURNED
    return PASSED_ON if _is_passed_on(route) else None


def _is_passed_on(route: Route) -> bool:
    return len(route) > PASSES and not any(stay.is_worked for stay in route[-PASSES:])


def teams_of(route: Route) -> tuple[int, ...]:
    """Return the teams between which a ticket bounced, the present one first, each once."""
    count = PASSES if bounce(route) == RETURNED else PASSES + 1
    return tuple(dict.fromkeys(stay.team_id for stay in reversed(route[-count:])))


def is_return(route: Route, place: int) -> bool:
    """Return whether the stay at a place is with the team before the last: A → B → A."""
    return place >= 2 and route[place].team_id == route[place - 2].team_id
