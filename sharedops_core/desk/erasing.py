"""Erasing a person and keeping the figures (product K3): who they were goes, what was done and when stays.

What goes: every field that names them; every text they wrote (messages, subjects and ratings of their own tickets,
hand-off slots, promises; drafts and own views are deleted); their names, login, mail and telephone in the texts of
others, in knowledge, in the catalogue and in the details of both journals; team, shift and skills, by which a small
circle would recognise them. What stays: the row with its id, role and company, every state, time, reason, rating and
number, so each report gives the same figures with a pseudonym in the place of the name.

The chains hold afterwards, because a line hashes salted digests of its texts and not the texts: the digest stays,
the salt is thrown away, so nobody can prove by guessing what stood there. The erasure is itself a line of
administration with the digests of what stands there now, so an erased text cannot be changed unseen either.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlmodel import Session, SQLModel, col

from sharedops_core.desk import administration, finding, journal
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules import chain
from sharedops_core.rules.identity import Identity, Mask, mask
from sharedops_core.store import chains, logins, search, turns
from sharedops_core.store.search import contents
from sharedops_core.store.tables import (
    AdminEvent,
    Article,
    Circular,
    Draft,
    Event,
    Handoff,
    Membership,
    Message,
    Notice,
    Person,
    PersonSkill,
    Presence,
    SavedView,
    ServiceItem,
    ShiftSheet,
    SourceRecord,
    Survey,
    Team,
    Ticket,
    TicketPerson,
    TicketTag,
)

GONE = "[erased]"
_PREFIX = "erased-"
_PAGE = 2000

FREE_TEXT: dict[type[SQLModel], tuple[str, ...]] = {
    Message: ("body",),
    Ticket: ("subject",),
    Handoff: ("asked", "tried", "found", "promised", "wanted", "answers"),
    Survey: ("comment",),
    Draft: ("body",),
    Circular: ("body",),
    Event: ("detail",),
    AdminEvent: ("detail",),
    Notice: ("detail",),
    SourceRecord: ("closed_code",),
    SavedView: ("name", "query"),
    ShiftSheet: ("words", "answer"),
    Article: ("title_en", "title_zh", "body_en", "body_zh"),
    ServiceItem: (
        "name_en", "name_zh", "plain_en", "plain_zh", "phrases_en", "phrases_zh", "scope_en", "scope_zh",
        "excludes_en", "excludes_zh", "scenario_en", "scenario_zh", "steps_en", "steps_zh",
    ),
}  # fmt: skip
"""Where people write freely; every other column holds codes, times, numbers, or is a field of the person."""

_SEALED = {"message": "body", "event": "detail", "adminevent": "detail"}


@dataclass(frozen=True)
class Erasure:
    """What an erasure did: the pseudonym, how many rows of each table changed, and tickets that are still open."""

    person_id: int
    pseudonym: str
    changed: dict[str, int]
    open_tickets: int
    login: str | None
    """What the server still knows them by; logins belong to all of its databases."""


@dataclass
class _Case:
    """One erasure under way."""

    session: Session
    person_id: int
    mask: Mask
    own_tickets: set[int]
    changed: dict[str, int] = field(default_factory=dict)
    replaced: dict[str, dict[str, str]] = field(default_factory=dict)


def erase(session: Session, login: str, *, actor: Person, at: datetime) -> Erasure:
    """Put a pseudonym in the place of a person everywhere, and return what changed.

    Files outside the database still name them: backups, the files people were imported from, the old pages of the
    database until it is compacted. Raises NotFound, NotAllowed, and Refused for the actor and for the erased.
    """
    finding.require(session, "administer", actor)
    person = finding.person(session, login)
    if person.id == actor.id:
        raise Refused(_("nobody erases themselves; another admin has to do it"))
    if person.login.startswith(_PREFIX):
        raise Refused(_("{login} has been erased already").format(login=person.login))
    # Whoever writes the name meanwhile would leave it behind: the texts that were read are not read again.
    turns.hold_acts(session.connection())
    pseudonym, login = f"{_PREFIX}{person.id}", person.account or person.login
    logins.follow(session, login, None)
    who = Identity(person.login, person.name, person.name_latin, person.email, person.phone, person.account or "")
    own = session.execute(select(col(Ticket.id)).where(col(Ticket.requester_id) == person.id)).scalars()
    case = _Case(session, person.id, mask(who, pseudonym), set(own))
    session.execute(delete(Draft).where(col(Draft.author_id) == person.id))
    session.execute(delete(Circular).where(col(Circular.author_id) == person.id))
    session.execute(delete(Presence).where(col(Presence.person_id) == person.id))
    session.execute(delete(TicketPerson).where(col(TicketPerson.person_id) == person.id))
    session.execute(delete(SavedView).where(col(SavedView.owner_id) == person.id))
    for table, names in FREE_TEXT.items():
        _erase_texts(case, table, names)
    _erase_tags(case)
    _erase_fields(session, person, pseudonym)
    if case.changed.keys() & {"article", "serviceitem"}:
        contents.renew(session)
    for name in search.INDEXES:
        search.merge(session, name)
    detail = {"person": pseudonym, "changed": case.changed, "replaced": case.replaced}
    administration.record(session, chains.ERASE, detail, actor=actor, at=at)
    left = login if logins.is_known(session, login) else None
    return Erasure(person.id, pseudonym, case.changed, _open_tickets(session, person.id), left)


def _erase_texts(case: _Case, model: type[SQLModel], names: Sequence[str]) -> None:
    table: Table = model.__table__  # type: ignore[attr-defined]
    keys = list(table.primary_key.columns)
    for row in _rows(case.session, table, keys, names):
        after = {name: _text_after(case, table.name, row, name) for name in names}
        changes = {name: value for name, value in after.items() if value != row[name]}
        if not changes:
            continue
        case.changed[table.name] = case.changed.get(table.name, 0) + 1
        if table.name in _SEALED:
            value = changes[_SEALED[table.name]]
            text = value if table.name == "message" else chain.document(value)
            case.replaced.setdefault(table.name, {})[str(row["id"])] = chain.digest(text).hex()
            changes["salt"] = None
        is_this = [key == row[key.name] for key in keys]
        case.session.execute(update(table).where(*is_this).values(changes))


def _erase_tags(case: _Case) -> None:
    """Let the tickets have the tags that their journals give now: a tag that named the person is another one there."""
    found = case.session.execute(select(col(TicketTag.ticket_id), col(TicketTag.tag))).all()
    named = [id_ for id_, tag in found if _tag_after(case.mask, tag, is_own=id_ in case.own_tickets) != tag]
    for ticket_id in dict.fromkeys(named):
        journal.retag(case.session, ticket_id)
    if named:
        case.changed["ticket_tag"] = len(named)


def _tag_after(who: Mask, tag: str, *, is_own: bool) -> str:
    """Return a tag, or the pseudonym alone when the person is named in it; there - stands for a blank."""
    is_named = any(who.masked(said, is_own=is_own) != said for said in (tag, tag.replace("-", " ")))
    return who.pseudonym if is_named else tag


def _rows(session: Session, table: Table, keys: Sequence[Any], names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield what is needed of every row, page after page."""
    hints = ("ticket_id", "author_id", "requester_id", "from_agent_id", "actor_id", "answered_by_id", "id")
    columns = {column.name: column for column in keys} | {
        column.name: column for column in table.columns if column.name in (*names, *hints)
    }
    offset, first = 0, keys[0]
    while True:
        page = select(*columns.values()).order_by(first, *keys[1:]).limit(_PAGE).offset(offset)
        rows = [dict(row) for row in session.execute(page).mappings()]
        yield from rows
        if len(rows) < _PAGE:
            return
        offset += _PAGE


def _text_after(case: _Case, table: str, row: dict[str, Any], name: str) -> Any:
    """Return a text without the person: gone when they wrote it, else with the pseudonym where it names them."""
    is_own = row.get("ticket_id", row["id"] if table == "ticket" else None) in case.own_tickets
    wrote = {
        "message": row.get("author_id") == case.person_id, "ticket": is_own, "survey": is_own,
        "handoff": row.get("from_agent_id") == case.person_id,
        "shift_sheet": row.get("author_id" if name == "words" else "answered_by_id") == case.person_id,
    }.get(table, False)  # fmt: skip
    if wrote and row[name]:
        return [one | {"answer": GONE} for one in row[name]] if name == "answers" else GONE
    is_promise = table == "event" and row["actor_id"] == case.person_id
    return _masked(case.mask, row[name], is_own=is_own, gone=("promised",) if is_promise else ())


def _masked(who: Mask, value: Any, *, is_own: bool, gone: Sequence[str] = ()) -> Any:
    """Mask every text inside a JSON value."""
    if isinstance(value, str):
        return who.masked(value, is_own=is_own)
    if isinstance(value, list):
        return [_masked(who, one, is_own=is_own) for one in value]
    if isinstance(value, dict):
        return {
            key: GONE if key in gone
            else _tags_after(who, one, is_own=is_own) if key == "tags"
            else _masked(who, one, is_own=is_own)
            for key, one in value.items()
        }  # fmt: skip
    return value


def _tags_after(who: Mask, words: Any, *, is_own: bool) -> list[str]:
    return [word[:1] + _tag_after(who, word[1:], is_own=is_own) for word in words]


def _erase_fields(session: Session, person: Person, pseudonym: str) -> None:
    for name in ("name_latin", "email", "phone", "department_en", "department_zh", "title_en", "title_zh"):
        setattr(person, name, "")
    person.login = person.name = pseudonym
    person.is_vip, person.shift_id, person.account = False, None, None
    session.add(person)
    session.execute(delete(Membership).where(col(Membership.person_id) == person.id))
    session.execute(delete(PersonSkill).where(col(PersonSkill.person_id) == person.id))
    session.execute(update(Team).where(col(Team.lead_id) == person.id).values(lead_id=None))
    session.flush()


def _open_tickets(session: Session, person_id: int) -> int:
    theirs = (col(Ticket.assignee_id) == person_id) | (col(Ticket.requester_id) == person_id)
    found = session.execute(select(col(Ticket.id)).where(col(Ticket.queue_at).is_not(None), theirs))
    return len(found.all())
