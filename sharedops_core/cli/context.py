"""What every command shares: which database, who acts, in which language, and the one clock of the shell."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from sharedops_core import i18n
from sharedops_core.errors import NotAllowed, NotFound
from sharedops_core.i18n import _

if TYPE_CHECKING:
    from sqlmodel import Session

    from sharedops_core.store.access import Reader
    from sharedops_core.store.db import Database
    from sharedops_core.store.tables import Person


Result = TypeVar("Result")


@dataclass
class Options:
    """The options given before the command, None where the settings decide."""

    db: str | None = None
    user: str | None = None


given = Options()


def now() -> datetime:
    """Return the present instant in whole seconds, as clocks count."""
    return datetime.now(UTC).replace(microsecond=0)


def database_url() -> str:
    """Return the address of the database: option, environment, settings file, or the default place."""
    from sharedops_core import config

    return given.db or config.load().database_url


def wanted() -> str | None:
    """Return the login that somebody says is theirs: option, environment or settings file; None leaves the account."""
    from sharedops_core import config

    if given.user:
        return given.user
    settings = config.load()
    return settings.user if settings.origins["user"] != "default" else None


@contextmanager
def database() -> Iterator["Database"]:
    """Open the database for one command."""
    from sharedops_core.store.db import open_database

    opened = open_database(database_url())
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def reading() -> Iterator["Session"]:
    """Open the database for one reading command."""
    with database() as opened, opened.read() as session:
        yield session


def act(work: Callable[["Session", "Person", datetime], Result]) -> Result:
    """Do an act of the shell in one transaction, exactly once, also when the connection breaks while it is done."""
    at = now()
    with database() as opened:
        return opened.once(lambda session: work(session, actor(session), at))


@contextmanager
def looking(right: str | None = None) -> Iterator[tuple["Session", "Reader"]]:
    """Open the database for one reading command, with whoever looks; raises NotAllowed to those without the right."""
    from sharedops_core.desk import finding
    from sharedops_core.store import access

    with reading() as session:
        who = actor(session)
        if right is not None:
            finding.require(session, right, who)
        yield session, access.reader(session, who)


def actor(session: "Session") -> "Person":
    """Return the person who acts; raises NotFound with the remedy when the login is unknown here."""
    from sharedops_core import config
    from sharedops_core.desk import identity

    try:
        return identity.identify(session, config.account(), wanted())
    except NotFound as error:
        raise NotFound(
            _("{reason}; say who you are: --as LOGIN or SHAREDOPS_USER=LOGIN").format(reason=error)
        ) from error


def record(session: "Session", act: str, detail: dict[str, object]) -> None:
    """Write an act of administration down; whoever is nobody here is named by their account."""
    from sharedops_core import config
    from sharedops_core.desk import administration, identity

    who: Person | None
    try:
        who = actor(session)
    except (NotAllowed, NotFound):
        who, detail = None, {**detail, "login": wanted() or identity.account_of(session, config.account())}
    administration.record(session, act, detail, actor=who, at=now())


@contextmanager
def acting() -> Iterator[tuple["Session", "Person", datetime]]:
    """Open one transaction with the actor and the instant of the act."""
    with database() as opened, opened.write() as session:
        yield session, actor(session), now()


def speak(argv: list[str] | None = None) -> None:
    """Choose the language before any help text is made: --lang, environment, settings file, locale."""
    arguments = sys.argv[1:] if argv is None else argv
    wanted = None
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            wanted = arguments[place + 1]
        elif argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
    if wanted is None:
        from sharedops_core import config

        values, _findings = config.read(config.path())
        wanted = str(values["language"]) if values.get("language") in i18n.LANGUAGES else None
        import os

        wanted = os.environ.get("SHAREDOPS_LANG") or wanted
    i18n.activate(i18n.choose(wanted))
