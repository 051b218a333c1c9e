"""Logins of the database: made members of the desk where this login may, and else told to whoever runs the server.

On SQLite there are none: there the accounts of the operating system are the logins.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from sharedops_core.rules import permissions
from sharedops_core.store import guard
from sharedops_core.store.tables import Person

_LEFT = "left to others"
_NOT_OURS = {"42501", "42704", "42939", "0LP01", "2BP01"}
"""Not allowed, no such group, a reserved name: states of the server that somebody else has to see to."""


def of(person: Person) -> str | None:
    """Return the login somebody of the desk connects with, None for a requester."""
    return None if person.role == permissions.ROLES[0] else person.account or person.login


def follow(session: Session, before: str | None, after: str | None) -> None:
    """Let the server know that somebody's login of the desk became another one; None stands for none."""
    if before is not None and before != after:
        _do(session, _revoking(session, before))
    if after is not None:
        _do(session, wanting(session, after))


def wanting(session: Session, login: str) -> list[str]:
    """Return the SQL that makes it a login of the desk; nothing when it is one, or needs to be none."""
    if session.get_bind().dialect.name != "postgresql":
        return []
    is_known, is_member = _facts(session, login)
    if is_member:
        return []
    name = _quoted(session, login)
    return (
        [f"GRANT {guard.GROUP} TO {name}"]
        if is_known
        else [f"CREATE ROLE {name} LOGIN", f"GRANT {guard.GROUP} TO {name}"]
    )


def left(session: Session) -> Sequence[str]:
    """Return the SQL of this transaction that whoever runs the server has to do, because this login may not."""
    found: Sequence[str] = session.info.get(_LEFT, [])
    return found


def is_known(session: Session, login: str) -> bool:
    """Return whether the server has a login."""
    return _facts(session, login)[0]


def _facts(session: Session, login: str) -> tuple[bool, bool]:
    """Return whether a login is there, and whether it may work at the desk: as a member, or as the owner."""
    if session.get_bind().dialect.name != "postgresql":
        return False, False
    owns = "pg_has_role(r.oid, c.relowner, 'MEMBER')"
    statement = text(
        f"SELECT {owns} OR coalesce(pg_has_role(r.oid, g.oid, 'MEMBER'), false) FROM pg_roles r"  # noqa: S608
        " JOIN pg_class c ON c.oid = 'ticket'::regclass LEFT JOIN pg_roles g ON g.rolname = :group"
        " WHERE r.rolname = :name"
    )
    found = session.connection().execute(statement, {"name": login, "group": guard.GROUP}).scalar()
    return found is not None, bool(found)


def _revoking(session: Session, login: str) -> list[str]:
    """Return the SQL that takes a login out of the desk: whoever granted that is named, or nothing happens."""
    if session.get_bind().dialect.name != "postgresql":
        return []
    grantors = session.connection().execute(
        text(
            "SELECT pg_get_userbyid(m.grantor) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
            " WHERE r.rolname = :name AND m.roleid = to_regrole(:group)"
        ),
        {"name": login, "group": guard.GROUP},
    )
    name = _quoted(session, login)
    return [f"REVOKE {guard.GROUP} FROM {name} GRANTED BY {_quoted(session, one)}" for one in grantors.scalars()]


def _do(session: Session, statements: Sequence[str]) -> None:
    try:
        with session.begin_nested():
            for statement in statements:
                session.connection().exec_driver_sql(statement)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) not in _NOT_OURS:
            raise
        session.info.setdefault(_LEFT, []).extend(statements)


def _quoted(session: Session, login: str) -> str:
    return session.get_bind().dialect.identifier_preparer.quote_identifier(login)
