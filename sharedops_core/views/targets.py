"""The tickets an act is meant for: which version of each was seen, and why the act cannot be done to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.rules import lifecycle, permissions
from sharedops_core.rules import tasks as tasking
from sharedops_core.rules.lifecycle import Holder
from sharedops_core.store import absences, access, tasks
from sharedops_core.store.access import Reader
from sharedops_core.store.tables import Person, Survey, Ticket
from sharedops_core.views import related


@dataclass(frozen=True, slots=True)
class Target:
    """A ticket before an act on it: `hindrance` says why it is not for the reader or not possible now."""

    ticket_id: int
    number: str
    version: int
    hindrance: str | None


def targets(
    session: Session, ticket_ids: Sequence[int], act: str, now: datetime | None = None, *, reader: Reader | None = None
) -> Sequence[Target]:
    """Return the tickets that the reader may see, by id, as an act of theirs meets them; five readings for any number.

    `act` is a move of the life cycle, and by the same name a right of the matrix; `now` says for whom the reader stands
    in, which matters to duties only.
    """
    if reader is None:
        return []
    is_meant = col(Ticket.id).in_(ticket_ids)
    rated = set(session.exec(select(Survey.ticket_id).where(col(Survey.ticket_id).in_(ticket_ids))))
    invited = related.invitations(session, ticket_ids, reader)
    found = session.exec(select(Ticket).where(is_meant, access.visible(reader)).order_by(col(Ticket.id))).all()
    asked = tasks.of(session, [one.id for one in found])
    ids = {one.assignee_id for one in found} | {reader.person_id}
    in_place = absences.stood_in_for(session, reader.person_id, now) if now else frozenset()
    names = dict(session.exec(select(Person.id, Person.name).where(col(Person.id).in_(ids - {None}))).all())

    def hindrance(ticket: Ticket) -> str | None:
        standing = access.standing(reader, ticket)
        said = {"who": names.get(reader.person_id, "?"), "holder": names.get(ticket.assignee_id or 0, "")}
        refusal = permissions.refusal(act, standing, number=ticket.number, **said)
        stands = holder(
            ticket, reader, in_place, is_rated=ticket.id in rated, asked_to_help=invited.get(ticket.id, ""),
            asked=asked.get(ticket.id, ()),
        )  # fmt: skip
        return refusal or lifecycle.hindrance(act, stands)

    return [Target(one.id, one.number, one.version, hindrance(one)) for one in found]


def holder(
    ticket: Ticket, reader: Reader, in_place: Collection[int] = (), *, is_rated: bool, asked_to_help: str = "",
    asked: tasking.Tasks = (),
) -> Holder:  # fmt: skip
    """Return how a ticket stands for its reader, as the moves of the life cycle ask it; `asked` are its tasks,
    `asked_to_help` is "invited" or "joined" when the reader is its expert.

    `in_place` are the absent for whom the reader stands in: a duty that is offered to them is the reader's to answer.
    """
    standing = [one for one in asked if one.is_standing]
    mine = [one for one in standing if tasking.is_for(one, reader.person_id, reader.team_ids)]
    return Holder(
        state=ticket.state,
        is_assigned=ticket.assignee_id is not None,
        is_mine=ticket.assignee_id is not None and ticket.assignee_id == reader.person_id,
        is_offered=ticket.offered_team_id is not None,
        is_offered_to_me=ticket.offered_team_id in reader.team_ids
        and ticket.offered_agent_id in (None, reader.person_id),
        is_rated=is_rated,
        is_bounced=ticket.bounce is not None,
        is_duty_offered=ticket.duty_offered_id is not None,
        is_duty_offered_to_me=ticket.duty_offered_id is not None
        and ticket.duty_offered_id in (reader.person_id, *in_place),
        is_task_standing=bool(standing),
        is_task_for_me=bool(mine),
        is_task_free_for_me=any(one.state == tasking.OPEN for one in mine),
        gates=tuple(tasking.number(ticket.number, one.nth) for one in tasking.gates(asked)),
        is_invited=asked_to_help == "invited",
        is_expert=asked_to_help == "joined",
        is_pushed_to_me=ticket.pushed_id is not None and ticket.pushed_id == reader.person_id,
    )
