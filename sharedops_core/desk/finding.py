"""Finding what an act is about, and refusing in one sentence when it is not there or not the actor's."""

from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from sharedops_core.errors import NotAllowed, NotFound, Refused
from sharedops_core.i18n import _
from sharedops_core.rules import lifecycle
from sharedops_core.rules.request import PREFIXES
from sharedops_core.store.tables import Membership, Person, Reason, Team, Ticket

_BY_LOGIN = select(Person).where(col(Person.login) == bindparam("login"))
MANAGING_ROLES = ("lead", "supervisor", "admin")


def ticket(session: Session, ticket_id: int) -> Ticket:
    """Return a ticket by its id for an act on it: whoever comes second waits, and reads what the first one wrote."""
    found = session.get(Ticket, ticket_id, with_for_update={"key_share": True})
    if found is None:
        raise NotFound(_("there is no ticket {number}").format(number=ticket_id))
    return found


def ticket_id(session: Session, number: str) -> int:
    """Return the id behind a ticket number as a user types it: "INC-10001", "#inc-10001" or "10001"."""
    typed = number.strip().lstrip("#").upper()
    found = session.exec(select(Ticket.id).where(col(Ticket.number) == typed)).first()
    if found is None and typed.isdigit():
        found = session.exec(select(Ticket.id).where(col(Ticket.number).in_(_numbers(typed)))).first()
    if found is None:
        found = session.exec(select(Ticket.id).where(col(Ticket.number) == number.strip())).first()
    if found is None:
        raise NotFound(_("there is no ticket {number}").format(number=number))
    return found


def _numbers(digits: str) -> list[str]:
    """Return what a ticket of ours may be called when its digits alone are said; they are given once."""
    return [f"{prefix}-{digits}" for prefix in PREFIXES.values()]


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
    """Return an agent by login; requesters are refused."""
    found = person(session, login)
    if found.role == "requester":
        raise Refused(_("{login} is a requester, not an agent").format(login=login))
    return found


def team(session: Session, code: str) -> Team:
    """Return a team by code."""
    found = session.exec(select(Team).where(col(Team.code) == code.strip())).first()
    if found is None:
        codes = ", ".join(session.exec(select(Team.code).order_by(col(Team.line), col(Team.code))))
        raise NotFound(_("there is no team {code}; there are: {codes}").format(code=code, codes=codes))
    return found


def team_ids(session: Session, person: Person) -> Sequence[int]:
    """Return the teams an agent belongs to."""
    return session.exec(select(Membership.team_id).where(col(Membership.person_id) == person.id)).all()


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
        raise Refused(_("{code} is no known reason; there are: {codes}").format(code=code, codes=", ".join(codes)))
    return code


def supervisors(session: Session) -> Sequence[Person]:
    """Return the supervisors of the centre, the admins where there is none."""
    for role in ("supervisor", "admin"):
        found = session.exec(select(Person).where(col(Person.role) == role).order_by(col(Person.login))).all()
        if found:
            return found
    return []


def require_agent(actor: Person) -> None:
    """Refuse an act of the desk to somebody who is not an agent."""
    if actor.role == "requester":
        raise NotAllowed(_("{who} is a requester; this act belongs to the desk").format(who=actor.name))


def require_holder(session: Session, ticket: Ticket, actor: Person) -> None:
    """Refuse an act on a ticket that somebody else holds; leads and supervisors may step in."""
    require_agent(actor)
    if ticket.assignee_id in (None, actor.id) or actor.role in MANAGING_ROLES:
        return
    if ticket.state in lifecycle.CLOSED_STATES:
        return
    holder = session.get(Person, ticket.assignee_id)
    raise NotAllowed(
        _("{number} is held by {who}; ask for a hand-off").format(
            number=ticket.number, who=holder.name if holder else "?"
        )
    )


def text(value: str, name: str) -> str:
    """Return a text that says something, cleaned for storage; raises Refused when it is empty."""
    from sharedops_core.rules.text import clean

    cleaned = clean(value).strip()
    if not cleaned:
        raise Refused(_("{name} is empty; write what happened").format(name=name))
    return cleaned
