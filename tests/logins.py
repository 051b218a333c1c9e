"""Logins of the database for the people of a test: the database itself then says what they may."""

import contextlib
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from sharedops_core.store import guard, logins
from sharedops_core.store.tables import Person
from tests.servers import LOGIN_MARK

_PASSWORD = "of a test"  # noqa: S105  # noqa: S105


def login_of(session: Session, person: Person) -> str:
    """Give a person a login that nobody else on the server has, and return it."""
    person.account = f"{person.login}.{LOGIN_MARK}"
    session.flush()
    logins.follow(session, None, person.account)
    assert logins.wanting(session, person.account) == []
    return person.account


def everybody(session: Session) -> dict[str, str]:
    """Give each person a login; return them by the person's own."""
    found = session.exec(select(Person).order_by(col(Person.id))).all()
    named = {person.login: login_of(session, person) for person in found}
    for login in named.values():
        opened(session, login)
    return named


def opened(session: Session, login: str) -> None:
    """Make a login a member of the desk, whoever that may be, and let it in."""
    logins.follow(session, None, login)
    session.connection().exec_driver_sql(f"ALTER ROLE \"{login}\" PASSWORD '{_PASSWORD}'")


def drop(session: Session, made: Iterable[str]) -> None:
    """Remove logins from the server."""
    for login in made:
        session.connection().exec_driver_sql(f'DROP ROLE IF EXISTS "{login}"')


def url_of(url: str, login: str) -> str:
    """Return the address of a database for a login."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(login)}:{quote(_PASSWORD)}@{place}"))


def own_tables(session: Session, login: str) -> None:
    """Make a login one of those whom the database binds to nothing, and that may make others.

    It is a member of whoever owns the tables, as the login of an admin is.
    """
    run = session.connection().exec_driver_sql
    owner = run("SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = 'ticket'::regclass").scalar()
    run(f'GRANT {owner} TO "{login}"')
    run(f'ALTER ROLE "{login}" CREATEROLE')
    run(f'GRANT {guard.GROUP} TO "{login}" WITH ADMIN OPTION')


@contextlib.contextmanager
def working_as(session: Session, login: str | None) -> Iterator[None]:
    """Do what follows in this transaction under a login; None leaves the owner's."""
    if login is None:
        yield
        return
    run = session.connection().exec_driver_sql
    if not session.connection().execute(text("SELECT usesuper FROM pg_user WHERE usename = session_user")).scalar():
        pytest.skip("only a superuser becomes somebody else within a transaction")
    run(f'SET LOCAL SESSION AUTHORIZATION "{login}"')
    assert guard.is_bound(session)
    yield
    run("SET LOCAL SESSION AUTHORIZATION DEFAULT")
