"""The audit: does every chain hold, where is the first broken link, and what did administration do?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from sharedops_core.i18n import _
from sharedops_core.rules import chain
from sharedops_core.store import chains
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import AdminEvent, Person, Ticket

_PAGE = 1000

Erased = Mapping[str, Mapping[int, str]]
"""Kind of row → its id → the digest, as hex, of what an erasure put in the place of its text."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link that does not hold: which line, of which ticket where it is one of the journal, and why."""

    line_id: int | None
    number: str | None
    seq: int | None
    what: str

    @property
    def sentence(self) -> str:
        """Return where the chain breaks and why, as people read it."""
        if self.number is not None:
            return _("{number}, journal line {seq}: {what}").format(number=self.number, seq=self.seq, what=self.what)
        return _("line {id}: {what}").format(id=self.line_id, what=self.what) if self.line_id else self.what


@dataclass(frozen=True, slots=True)
class Verdict:
    """A chain that was walked: how many lines hold, the hash of the last of them, and where it breaks."""

    chain: str
    lines: int
    head: str
    broken: Broken | None
    is_noted_found: bool


@dataclass(frozen=True, slots=True)
class AdminRow:
    """One act of administration."""

    line_id: int
    at: datetime
    login: str | None
    act: str
    detail: Mapping[str, object]


def verify(session: Session, *, reader: Reader | None = None, noted: str = "") -> tuple[Verdict, ...]:
    """Walk both chains from their first lines; `noted` is (the beginning of) a hash somebody wrote down earlier.

    Everything is walked; a broken line of a ticket that the reader may not see is told by its id alone.
    """
    erased = _erased(session)
    return tuple(_walk(session, name, erased, noted.lower(), reader) for name in chains.TABLES)


def chain_name(name: str) -> str:
    """Return a chain in the user's language."""
    return {chains.JOURNAL: _("journal"), chains.ADMIN: _("administration")}[name]


def act_name(act: str) -> str:
    """Return an act of administration in the user's language."""
    return {
        "init": _("made or upgraded"), "import": _("imported"), "put_in_force": _("put in force"),
        "erase": _("erased a person"), "restore": _("restored"), "add_person": _("added a person"),
        "grant": _("granted"), "revoke": _("revoked"), "move": _("moved here"),
    }.get(act, act)  # fmt: skip


def admin_events(session: Session, *, limit: int = 100) -> Sequence[AdminRow]:
    """Return what administration did, newest first; the lists of what an erasure replaced are left out."""
    found = session.exec(
        select(AdminEvent, Person.login)
        .join(Person, col(Person.id) == col(AdminEvent.actor_id), isouter=True)
        .order_by(col(AdminEvent.id).desc())
        .limit(limit)
    )
    return [
        AdminRow(event.id, event.at, login or str(event.detail.get("login", "")) or None, event.act,
                 {name: value for name, value in event.detail.items() if name not in ("replaced", "login")})
        for event, login in found
    ]  # fmt: skip


def revived(session: Session, erased: Sequence[str]) -> Sequence[str]:
    """Return the logins of people who were erased elsewhere, by their pseudonyms, and still have a name here."""
    ids = [int(pseudonym.rpartition("-")[2]) for pseudonym in erased]
    named = (col(Person.id).in_(ids), col(Person.login).not_in(erased))
    return session.exec(select(Person.login).where(*named).order_by(col(Person.login))).all()


def erased_people(session: Session) -> Sequence[str]:
    """Return the pseudonyms of everybody who has been erased."""
    return [str(detail["person"]) for detail in chains.details(session, chains.ERASE)]


def _erased(session: Session) -> Erased:
    """Return what erasures put in the place of texts; the lines that say so are themselves in a chain."""
    found: dict[str, dict[int, str]] = {}
    for detail in chains.details(session, chains.ERASE):
        for kind, replaced in detail.get("replaced", {}).items():
            found.setdefault(kind, {}).update({int(key): value for key, value in replaced.items()})
    return found


def _walk(session: Session, name: str, erased: Erased, noted: str, reader: Reader | None) -> Verdict:
    end_id, end = chains.end(session, name)
    lines, before, is_noted_found = 0, chain.START, False
    broken = None
    for line, said in _lines(session, name):
        what = (
            _("it holds a value that cannot be read")
            if "hash" not in line
            else (_wrong_place(line, before, lines, end_id) or _wrong_contents(name, line, said, erased))
        )
        if what is not None:
            broken = _broken(session, line, what, reader)
            break
        lines, before = lines + 1, line["hash"]
        is_noted_found = is_noted_found or (bool(noted) and before.hex().startswith(noted))
    if broken is None and (end_id, end) != (lines, before):
        missing = end_id - lines
        what = _("{n} lines at the end are missing") if missing > 0 else _("it ends otherwise than was noted")
        broken = Broken(None, None, None, what.format(n=missing))
    return Verdict(name, lines, before.hex(), broken, is_noted_found)


Line = Mapping[str, Any]
Said = Sequence[Mapping[str, Any]]


def _lines(session: Session, name: str) -> Iterator[tuple[Line, Said]]:
    """Yield the lines of a chain by id with what was said; one that cannot be read comes last, with its id only."""
    last: int | None = None
    size = _PAGE
    while True:
        try:
            rows = chains.lines(session, name, last, size)
            if not rows:
                return
            said = chains.messages(session, rows[0]["id"], rows[-1]["id"]) if name == chains.JOURNAL else {}
        except (ValueError, TypeError):
            if size == 1:
                yield chains.lines(session, name, last, 1, only=_PLAIN)[0], ()
                return
            size = 1
            continue
        for row in rows:
            yield row, said.get(row["id"], ())
        last = rows[-1]["id"]


_PLAIN = ("id", "ticket_id", "seq")


def _wrong_place(line: Line, before: bytes, last_id: int, end_id: int) -> str | None:
    """Return why a line does not stand where it should, right after `last_id`; None when it does."""
    if line["id"] < 1:
        return _("it stands before the first line")
    if line["id"] > end_id:
        return _("it was added behind the end of the chain")
    if line["id"] != last_id + 1:
        return _("{n} lines before it are missing").format(n=line["id"] - last_id - 1)
    if line["hash_before"] != before:
        return _("it does not follow the line before it: a line was taken out, put in or moved")
    return None


def _wrong_contents(name: str, line: Line, said: Said, erased: Erased) -> str | None:
    """Return what of a line is not as it was written, None when all is."""
    if not _is_as_written("adminevent" if name == chains.ADMIN else "event", line, "detail", erased):
        return _("its detail is not what was written")
    if not all(_is_as_written("message", one, "body", erased) for one in said):
        return _("a message of it is not what was written")
    try:
        is_same = chains.line_hash(name, line, said) == line["hash"]
    except (TypeError, AttributeError):
        is_same = False
    return None if is_same else _("its fields or messages are not those that were written")


def _is_as_written(kind: str, row: Line, name: str, erased: Erased) -> bool:
    """Compare a text with its digest: salted as it was written, or plain when an erasure has replaced it."""
    value, salt, expected = row[name], row["salt"], row[f"{name}_hash"]
    if expected is None:
        return value is None and salt is None
    text = value if name == "body" else chain.document(value)
    if not isinstance(text, str):
        return False
    if salt is not None:
        return isinstance(salt, bytes) and chain.digest(text, salt) == expected
    return erased.get(kind, {}).get(row["id"]) == chain.digest(text).hex()


def _broken(session: Session, line: Line, what: str, reader: Reader | None) -> Broken:
    if "ticket_id" not in line:
        return Broken(line["id"], None, None, what)
    is_this = col(Ticket.id) == line["ticket_id"]
    number, is_seen = session.connection().execute(select(Ticket.number, visible(reader)).where(is_this)).first() or (
        _("ticket {id}").format(id=line["ticket_id"]), True,
    )  # fmt: skip
    return Broken(line["id"], number, line["seq"], what) if is_seen else Broken(line["id"], None, None, what)
