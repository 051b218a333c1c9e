"""Who acts: the login of the database, or the operating system's user, and nobody else.

Others are acted for in a demo only, and by roles that may.
"""

from sqlmodel import Session, col, select

from sharedops_core.desk import finding
from sharedops_core.errors import NotAllowed
from sharedops_core.i18n import _
from sharedops_core.rules import permissions
from sharedops_core.rules.permissions import OTHER, OWN, Standing
from sharedops_core.store import access, guard
from sharedops_core.store.tables import Person, Setting

_DEMO = "demo"


def identify(session: Session, account: str, wanted: str | None = None) -> Person:
    """Return who acts: the person of the login of the database, else of the account of the system, or who is `wanted`.

    Raises NotAllowed for an account nobody here has, and for another person than one's own outside a demo, unless the
    role may act for others: an admin, to whom nothing confidential opens that way, or the service account, for
    requesters. NotFound for a login nobody has.
    """
    account = account_of(session, account)
    me = person_of(session, account)
    if wanted is None or (me is not None and wanted.strip() == me.login):
        if me is None:
            raise NotAllowed(_unknown(session, account))
        return me
    if is_demo(session):
        return _standing_in(session, finding.person(session, wanted))
    if me is None or not permissions.granted(me.role, "act_for"):
        raise NotAllowed(
            _("who acts is whoever is logged in, {account}; --as, SHAREDOPS_USER and `user` in the settings work in a"
              " demo and for roles that may act for others").format(account=account)
        )  # fmt: skip
    return _in_place_of(session, me, finding.person(session, wanted))


def account_of(session: Session, of_system: str) -> str:
    """Return the login of the database, where there are none the account of the operating system that is given."""
    return guard.login(session) or of_system


def of_login(session: Session) -> Person | None:
    """Return whose login of the database this is; None where there are none, or nobody has it."""
    return person_of(session, account_of(session, ""))


def person_of(session: Session, account: str) -> Person | None:
    """Return whose account of the system this is: named on the person, else the login of somebody without one."""
    named = session.exec(select(Person).where(col(Person.account) == account)).first()
    return (
        named or session.exec(select(Person).where(col(Person.login) == account, col(Person.account).is_(None))).first()
    )


def _in_place_of(session: Session, me: Person, other: Person) -> Person:
    relations = frozenset({OTHER, OWN} if other.role == "requester" else {OTHER})
    refusal = permissions.refusal("act_for", Standing(me.role, relations), who=me.name)
    if refusal is not None:
        raise NotAllowed(refusal)
    access.depute(session, access.Deputy(me.login, me.role, other.id))
    return _standing_in(session, other)


def _standing_in(session: Session, other: Person) -> Person:
    guard.stand_in(session, other)
    return other


def _unknown(session: Session, account: str) -> str:
    if is_demo(session):
        return _("nobody here has the account {account}; say who you are: --as LOGIN or SHAREDOPS_USER=LOGIN").format(
            account=account
        )
    return _("nobody here has the account {account}; an admin adds you with `sharedops admin user add`").format(
        account=account
    )


def is_demo(session: Session) -> bool:
    """Return whether everybody may act as everybody here."""
    return session.get(Setting, _DEMO) is not None


def mark_demo(session: Session) -> None:
    """Let everybody act as everybody: nothing in this desk is real."""
    session.merge(Setting(key=_DEMO, value="yes"))


def admit(session: Session, account: str) -> Person | None:
    """Make the account that sets up a new desk its admin, unless somebody there has it; None when nobody was added."""
    account = account_of(session, account)
    if not account or person_of(session, account) is not None:
        return None
    if finding.known_person(session, account) is not None:
        return None
    person = Person(login=account, name=account, role="admin")
    session.add(person)
    session.flush()
    return person
