"""Finding what an act is about, and refusing in one sentence when it is not there or not the actor's."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from sharedops_core.errors import Conflict, NotAllowed, NotFound, Refused
from sharedops_core.i18n import _, joined
from sharedops_core.rules import permissions
from sharedops_core.rules.permissions import Standing
from sharedops_core.rules.request import PREFIXES
from sharedops_core.store import access, guard
from sharedops_core.store.tables import Event, Membership, Person, Reason, Team, Ticket

_BY_LOGIN = select(Person).where(col(Person.login) == bindparam("login"))
_TO_ACT_ON = (
    select(Ticket)
    .where(col(Ticket.id) == bindparam("id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


def ticket(session: Session, ticket_id: int, act: str, actor: Person) -> Ticket:
    """Return a ticket by its id for an act of somebody.

    Whoever comes second waits, and reads what the first one wrote. Raises NotFound for one the actor may not see, as if
    it were not there, and NotAllowed for one they may see only.
    """
    found = session.exec(_TO_ACT_ON, params={"id": ticket_id}).first() or session.get(Ticket, ticket_id)
    return _granted(session, found, ticket_id, act, actor)


def hold(session: Session, ticket_ids: Collection[int]) -> None:
    """Hold tickets in the order of their ids, without asking for a right; what is hidden is left."""
    for one in sorted(ticket_ids):
        session.exec(_TO_ACT_ON, params={"id": one}).first()


def seen(session: Session, ticket_id: int, act: str, actor: Person) -> Ticket:
    """Return a ticket for an act of somebody without holding it yet; raises as `ticket` does."""
    return _granted(session, session.get(Ticket, ticket_id), ticket_id, act, actor)


def held(session: Session, acts: Mapping[int, str], actor: Person) -> dict[int, Ticket]:
    """Return several tickets by id, each for an act of somebody, held in the order of their ids; raises as `ticket`.

    So two who act crosswise wait for each other in turn, and never both.
    """
    return {one: ticket(session, one, acts[one], actor) for one in sorted(acts)}


def _granted(session: Session, found: Ticket | None, ticket_id: int, act: str, actor: Person) -> Ticket:
    if found is None:
        raise NotFound(_("there is no ticket {number}").format(number=ticket_id))
    standing = access.standing_of(session, actor, found)
    refusal = _refusal(session, act, standing, actor, found)
    if refusal is not None and not permissions.allows("read", standing):
        raise NotFound(_("there is no ticket {number}").format(number=ticket_id))
    if refusal is not None:
        raise NotAllowed(refusal)
    return found


def ticket_id(session: Session, number: str, actor: Person, right: str = "read") -> int:
    """Return the id behind a ticket number as a user types it: "INC-10001", "#inc-10001" or "10001".

    One to which they have no such right is not there.
    """
    is_seen = access.visible(access.reader(session, actor), right)
    typed = number.strip().lstrip("#").upper()
    for meant in ([typed], _numbers(typed), [number.strip()]):
        found = session.exec(select(Ticket.id).where(col(Ticket.number).in_(meant), is_seen)).first()
        if found is not None:
            return found
    raise NotFound(_("there is no ticket {number}").format(number=number))


def require(session: Session, act: str, actor: Person) -> None:
    """Refuse something to a role that has no right to it, whatever ticket it is about.

    What is about the whole desk is refused to a login, too, that the database shows only a part of it.
    """
    refusal = permissions.refusal(act, Standing(actor.role, frozenset(permissions.RELATIONS)), who=actor.name)
    if refusal is not None:
        raise NotAllowed(refusal)
    if act in permissions.WHOLE:
        guard.require_whole(session, actor)


def is_of_lane(session: Session, lane: str, person: Person) -> bool:
    """Return whether somebody works, or leads those who work, the confidential tickets of a lane."""
    return lane in access.reader(session, person).lanes


def require_lane(session: Session, ticket: Ticket, agent: Person) -> None:
    """Refuse to bring a confidential ticket to somebody outside its lane."""
    if ticket.lane is not None and not is_of_lane(session, ticket.lane, agent):
        raise Refused(
            _("{number} is confidential ({lane}) and {who} is of no team of that lane").format(
                number=ticket.number, lane=permissions.lane_name(ticket.lane), who=agent.name
            )
        )


def _refusal(session: Session, act: str, standing: Standing, actor: Person, ticket: Ticket) -> str | None:
    if permissions.allows(act, standing):
        return None
    holder = session.get(Person, ticket.assignee_id) if ticket.assignee_id else None
    return permissions.refusal(
        act, standing, who=actor.name, number=ticket.number, holder=holder.name if holder else ""
    )


def _numbers(digits: str) -> list[str]:
    """Return what a ticket of ours may be called when its digits alone are said; they are given once."""
    return [f"{prefix}-{digits}" for prefix in PREFIXES.values() if digits.isdigit()]


def person(session: Session, login: str) -> Person:
    """Return a person by login."""
    found = known_person(session, login)
    if found is None:
        raise NotFound(_("there is nobody with the login {login}").format(login=login))
    return found


def known_person(session: Session, login: str) -> Person | None:
    """Return a person by login, None when nobody here has it."""
    return session.exec(_BY_LOGIN, params={"login": login.strip()}).first()


def agent(session: Session, login: str) -> Person:
    """Return an agent by login; whoever works no tickets is refused."""
    found = person(session, login)
    if not permissions.is_of_desk(found.role):
        raise Refused(_("{login} is no agent but a {role}").format(login=login, role=permissions.role_name(found.role)))
    return found


def team(session: Session, code: str) -> Team:
    """Return a team by code."""
    found = session.exec(select(Team).where(col(Team.code) == code.strip())).first()
    if found is None:
        codes = joined(session.exec(select(Team.code).order_by(col(Team.line), col(Team.code))))
        raise NotFound(_("there is no team {code}; there are: {codes}").format(code=code, codes=codes))
    return found


def member(session: Session, login: str, team: Team) -> Person:
    """Return an agent of a team by login, its lead among them; somebody of another team is refused."""
    found = agent(session, login)
    if team.id not in team_ids(session, found) and found.id != team.lead_id:
        raise Refused(_("{who} does not belong to {team}").format(who=found.name, team=team.code))
    return found


def require_team_of_lane(session: Session, ticket: Ticket, team: Team) -> None:
    """Refuse to bring a confidential ticket to a team outside its lane, and name those within it."""
    if ticket.lane in (None, team.lane):
        return
    codes = session.exec(select(Team.code).where(col(Team.lane) == ticket.lane).order_by(col(Team.line))).all()
    raise Refused(
        _("{number} is confidential ({lane}); it can go to: {codes}").format(
            number=ticket.number, lane=permissions.lane_name(ticket.lane), codes=joined(codes) or "-"
        )
    )


def team_ids(session: Session, person: Person) -> Sequence[int]:
    """Return the teams an agent belongs to."""
    return session.exec(select(Membership.team_id).where(col(Membership.person_id) == person.id)).all()


def leads(session: Session, lead: Person, person: Person) -> bool:
    """Return whether somebody leads a team that another one belongs to."""
    led = select(Membership.team_id).join(Team).where(
        col(Membership.person_id) == person.id, col(Team.lead_id) == lead.id
    )  # fmt: skip
    return session.exec(led.limit(1)).first() is not None


def home_team(session: Session, person: Person) -> Team | None:
    """Return the team whose queue an agent works first."""
    return session.exec(
        select(Team)
        .join(Membership)
        .where(col(Membership.person_id) == person.id)
        .order_by(col(Membership.is_home).desc(), col(Team.line))
    ).first()


def reason(session: Session, kind: str, code: str) -> str:
    """Return a reason code after looking it up; raises Refused with the codes that exist."""
    codes = session.exec(select(Reason.code).where(col(Reason.kind) == kind).order_by(col(Reason.place))).all()
    if code not in codes:
        raise Refused(_("{code} is no known reason; there are: {codes}").format(code=code, codes=joined(codes)))
    return code


def above(session: Session, lane: str | None) -> Sequence[Person]:
    """Return who is above the teams: the supervisors of the centre, the admins where there is none.

    Above the teams of a confidential lane are its leads.
    """
    if lane is not None:
        led = select(Team.lead_id).where(col(Team.lane) == lane)
        return session.exec(select(Person).where(col(Person.id).in_(led)).order_by(col(Person.login))).all()
    for role in ("supervisor", "admin"):
        found = session.exec(select(Person).where(col(Person.role) == role).order_by(col(Person.login))).all()
        if found:
            return found
    return []


def text(value: str, name: str) -> str:
    """Return a text that says something, cleaned for storage; raises Refused when it is empty."""
    from sharedops_core.rules.text import clean

    cleaned = clean(value).strip()
    if not cleaned:
        raise Refused(_("{name} is empty; write what happened").format(name=name))
    return cleaned


def blame(session: Session, ticket: Ticket, acts: Collection[str], undone_by: Collection[str], words: str) -> None:
    """Raise Conflict, saying in `words` who was first, when one of these acts is what happened last.

    Acts that make it happen no more, such as taking it back, are named too; all others are passed over.
    """
    lines = select(Event, Person).join(Person, col(Person.id) == col(Event.actor_id), isouter=True).where(
        col(Event.ticket_id) == ticket.id, col(Event.act).in_((*acts, *undone_by))
    ).order_by(col(Event.seq).desc())  # fmt: skip
    last = session.exec(lines).first()
    if last is not None and last[0].act in acts:
        who = last[1].name if last[1] else "?"
        raise Conflict(words.format(who=who, number=ticket.number))


def overtaken() -> Conflict:
    """Return the refusal for who decided by what somebody else has changed meanwhile."""
    return Conflict(_("somebody else changed the ticket in the same second; look again and retry"))
