"""Administration of people: who they are at this desk, in which teams, and which account of the system is theirs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.desk import administration, finding
from sharedops_core.errors import Refused
from sharedops_core.i18n import _, joined
from sharedops_core.rules.permissions import ROLES
from sharedops_core.store import logins
from sharedops_core.store.tables import Membership, Person


@dataclass(frozen=True)
class Rights:
    """What is given or taken: a role, teams by code (when given, the first one becomes home), an account."""

    role: str | None = None
    teams: tuple[str, ...] = ()
    account: str | None = None

    def named(self) -> dict[str, object]:
        """Return what is given, by name, for the journal."""
        return {name: value for name, value in asdict(self).items() if value}


def add(session: Session, login: str, name: str, rights: Rights, *, actor: Person, at: datetime) -> Person:
    """Add somebody to the desk. Raises Refused for a login or an account that is taken, NotAllowed to non-admins."""
    finding.require(session, "administer", actor)
    login = "".join(finding.text(login, _("the login")).split())
    if finding.known_person(session, login) is not None:
        raise Refused(_("there is somebody with the login {login} already").format(login=login))
    person = Person(login=login, name=" ".join(finding.text(name, _("the name")).split()))
    session.add(person)
    session.flush()
    _give(session, person, rights, actor)
    logins.follow(session, None, logins.of(person))
    detail = {"person": login, **rights.named()}
    administration.record(session, "add_person", detail, actor=actor, at=at)
    return person


def grant(session: Session, login: str, rights: Rights, *, actor: Person, at: datetime) -> Person:
    """Give somebody a role, teams, and with them their lanes, or an account."""
    finding.require(session, "administer", actor)
    person = finding.person(session, login)
    before = logins.of(person)
    _give(session, person, rights, actor)
    logins.follow(session, before, logins.of(person))
    administration.record(session, "grant", {"person": person.login, **rights.named()}, actor=actor, at=at)
    return person


def connect(session: Session, *, actor: Person, at: datetime) -> int:
    """Make everybody of the desk a login of the database, and return how many logins the desk has.

    What the actor's own login may not do on the server stays in `logins.left`.
    """
    finding.require(session, "administer", actor)
    staff = session.exec(select(Person).where(col(Person.role) != ROLES[0]).order_by(col(Person.login))).all()
    for person in staff:
        logins.follow(session, None, logins.of(person))
    return len(staff)


def revoke(
    session: Session, login: str, teams: Sequence[str] = (), *, takes_role: bool, takes_account: bool, actor: Person,
    at: datetime,
) -> Person:  # fmt: skip
    """Take teams, the role or the account away; without a role somebody is a requester, in no team.

    Raises Refused to admins who would shut themselves out.
    """
    finding.require(session, "administer", actor)
    person = finding.person(session, login)
    before = logins.of(person)
    gone = [finding.team(session, code).id for code in teams]
    if takes_role:
        _refuse_oneself(person, actor)
        person.role = "requester"
    for member in session.exec(select(Membership).where(col(Membership.person_id) == person.id)).all():
        if takes_role or member.team_id in gone:
            session.delete(member)
    taken = {"teams": list(teams), "role": takes_role, "account": person.account if takes_account else None}
    if takes_account:
        person.account = None
    session.flush()
    logins.follow(session, before, logins.of(person))
    detail = {"person": person.login} | {name: value for name, value in taken.items() if value}
    administration.record(session, "revoke", detail, actor=actor, at=at)
    return person


def _give(session: Session, person: Person, rights: Rights, actor: Person) -> None:
    if rights.role is not None:
        if rights.role not in ROLES:
            raise Refused(_("{role} is no role; there are: {roles}").format(role=rights.role, roles=joined(ROLES)))
        if rights.role != "admin":
            _refuse_oneself(person, actor)
        person.role = rights.role
    if rights.account is not None:
        person.account = _free_account(session, person, rights.account)
    _join(session, person, [finding.team(session, code).id for code in rights.teams])
    session.flush()


def _join(session: Session, person: Person, team_ids: Sequence[int]) -> None:
    """Put somebody into teams; the first one becomes home, the others stay what they were."""
    if not team_ids:
        return
    here = session.exec(select(Membership).where(col(Membership.person_id) == person.id)).all()
    for member in here:
        member.is_home = False
    for team_id in team_ids:
        session.merge(Membership(person_id=person.id, team_id=team_id, is_home=team_id == team_ids[0]))


def _free_account(session: Session, person: Person, account: str) -> str:
    account = finding.text(account, _("the account"))
    other = session.exec(select(Person).where(col(Person.account) == account)).first()
    if other is not None and other.id != person.id:
        raise Refused(_("{account} is the account of {who} already").format(account=account, who=other.name))
    return account


def _refuse_oneself(person: Person, actor: Person) -> None:
    """An admin who cannot stop being one leaves no desk without any."""
    if person.id == actor.id:
        raise Refused(_("another admin has to take this role from you"))
