"""Importing the tickets of another desk: people and teams mapped, histories laid down whole, or not at all."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from sharedops_core.desk import journal
from sharedops_core.errors import NotFound
from sharedops_core.i18n import _
from sharedops_core.intake import logs
from sharedops_core.intake.logs import Flaw, Row, Turn
from sharedops_core.intake.profiles import Profile, filled
from sharedops_core.rules import lifecycle
from sharedops_core.rules.history import Entry
from sharedops_core.rules.request import headline
from sharedops_core.rules.text import clean, one_line
from sharedops_core.store import policies, turns
from sharedops_core.store.policies import DEFAULT_POLICY
from sharedops_core.store.tables import Person, Policy, SourceRecord, Team, Ticket

_BATCH = 2000


@dataclass(frozen=True)
class Imported:
    """What an import did: tickets and events added, tickets that were here already, tickets left out for flaws."""

    added: int
    events: int
    known: int
    left_out: int
    flaws: tuple[Flaw, ...]


class Cast:
    """The people and teams of a log: looked up once, written in bulk before the tickets that name them."""

    def __init__(self, session: Session, profile: Profile) -> None:
        self.session, self.profile = session, profile
        self.people = dict(session.exec(select(Person.login, Person.id).where(self._ours(Person.login))).all())
        self.teams = dict(session.exec(select(Team.code, Team.id).where(self._ours(Team.code))).all())
        self._ids = {table: turns.ids_ahead(session, table) for table in (Person, Team)}
        self._new: dict[type[Person] | type[Team], list[dict[str, Any]]] = {Person: [], Team: []}

    def person(self, name: str, role: str) -> int | None:
        """Return the id of somebody the log names, None for nobody."""
        if not name:
            return None
        login = self._code(name)
        if login not in self.people:
            self.people[login] = next(self._ids[Person])
            self._new[Person].append({"id": self.people[login], "login": login, "name": name, "role": role})
        return self.people[login]

    def team(self, name: str) -> tuple[int | None, int]:
        """Return id and line of a team the log names."""
        line = self.profile.line_of(name)
        if not name:
            return None, line
        code = self._code(name)
        if code not in self.teams:
            self.teams[code] = next(self._ids[Team])
            self._new[Team].append(
                {"id": self.teams[code], "code": code, "line": line, "name_en": name, "name_zh": name}
            )
        return self.teams[code], line

    def write(self) -> None:
        """Write who is new."""
        for table, rows in self._new.items():
            if rows:
                defaults = _defaults(table)
                self.session.execute(insert(table), [defaults | row for row in rows])
                rows.clear()

    def _code(self, name: str) -> str:
        return f"{self.profile.code}/{'.'.join(name.split()).lower()}"

    def _ours(self, column: Any) -> Any:
        return col(column).startswith(f"{self.profile.code}/", autoescape=True)


def import_log(
    session: Session, file: Path, profile: Profile, progress: Callable[[int], None] = lambda _bytes: None
) -> Imported:
    """Import every ticket of a log that is not here yet, in the caller's one transaction.

    A ticket with a flawed row is left out as a whole. Running it again adds nothing.
    """
    flaws: list[Flaw] = []
    rows = logs.rows_by_ticket(file, profile, flaws, progress)
    turns.wait_for_turn(session.connection(), "import")
    policy_id = _policy_id(session, profile)
    terms_id = policies.current(session, policy_id)
    known = set(session.exec(select(SourceRecord.key).where(col(SourceRecord.source) == profile.code)))
    numbers = set(session.exec(select(Ticket.number))) if known != set(rows) else set()
    cast = Cast(session, profile)
    flawed = {flaw.ticket for flaw in flaws}
    added = events = 0
    stories: list[journal.Story] = []
    for key, found in rows.items():
        if key in known or key in flawed:
            continue
        story = _story(key, found, profile, cast, (policy_id, terms_id), flaws)
        if story is None or not _is_free(key, numbers, found, flaws):
            flawed.add(key)
            continue
        stories.append(story)
        events += len(story.entries)
        if len(stories) >= _BATCH:
            added += _lay_down(session, cast, stories)
    added += _lay_down(session, cast, stories)
    return Imported(added, events, len(known & set(rows)), len(flawed - known), tuple(flaws))


def write_flaws(file: Path, flaws: Sequence[Flaw]) -> None:
    """Write the error file: line, ticket, column, value and reason of every row that could not be used."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["line", "ticket", "column", "value", "reason"])
        writer.writerows(
            [[f.line, *(_defused(text) for text in (f.ticket, f.column, f.value, f.reason))] for f in flaws]
        )


def _defused(text: str) -> str:
    text = clean(text)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\n"} else text


def _lay_down(session: Session, cast: Cast, stories: list[journal.Story]) -> int:
    cast.write()
    added = journal.record(session, stories) if stories else 0
    stories.clear()
    return added


def _is_free(key: str, numbers: set[str], rows: Sequence[Row], flaws: list[Flaw]) -> bool:
    if key not in numbers:
        return True
    flaws.append(Flaw(rows[0].line, key, "", key, _("another ticket has this number already")))
    return False


def _policy_id(session: Session, profile: Profile) -> int:
    code = profile.ticket.get("policy", DEFAULT_POLICY)
    found = session.exec(select(Policy.id).where(col(Policy.code) == code)).first()
    if found is None:
        raise NotFound(_("there is no policy {code}, which the profile names; run `sharedops init`").format(code=code))
    return found


def _story(
    key: str, rows: Sequence[Row], profile: Profile, cast: Cast, promise: tuple[int, int], flaws: list[Flaw]
) -> journal.Story | None:
    before = len(flaws)
    found = logs.turns(key, rows, profile, flaws)
    times = _stated_times(key, rows[-1], profile, flaws)
    if len(flaws) > before or not found:
        return None
    last = rows[-1].values
    policy_id, terms_id = promise
    entries = [
        replace(entry, terms_id=terms_id)
        for entry in _entries(found, times["opened_at"], _named(last, profile, "opened_by"), cast)
    ]
    requester = cast.person(_named(last, profile, "requester"), "requester")
    fixed = {
        "number": key,
        "kind": profile.ticket.get("kind", "incident"),
        "subject": headline(_named(last, profile, "subject") or key),
        "channel": profile.channels.get(_named(last, profile, "channel"), "console"),
        "item_id": None,
        "policy_id": policy_id,
        "lane": None,
        "requester_id": requester,
        "opened_by_id": entries[0].actor_id,
        "opened_at": entries[0].at,
    }
    return journal.Story(fixed, entries, source=_source(key, last, profile, times))


def _entries(found: Sequence[Turn], opened_at: datetime | None, opened_by: str, cast: Cast) -> Iterator[Entry]:
    """Yield the journal of a ticket: its opening when the log dates it before the first row, then every row."""
    state: str | None = None
    first_contact = None
    first = found[0]
    if opened_at is not None and opened_at < first.at:
        team_id, line = cast.team(first.team)
        state = lifecycle.RECEIVED
        yield Entry(
            at=opened_at, act="record", state=state, actor_id=cast.person(opened_by, "agent"),
            is_person=bool(opened_by), team_id=team_id, line=line, priority=first.priority,
        )  # fmt: skip
    for turn in found:
        team_id, line = cast.team(turn.team)
        actor_id = cast.person(turn.actor, "agent")
        first_contact = first_contact or (actor_id if turn.is_person else None)
        yield Entry(
            at=turn.at, act=_act(state, turn.state), state=turn.state, from_state=state,
            waiting_reason=turn.waiting_reason, actor_id=actor_id, is_person=turn.is_person, team_id=team_id,
            line=line, assignee_id=cast.person(turn.holder, "agent"), first_contact_id=first_contact,
            priority=turn.priority,
        )  # fmt: skip
        state = turn.state


def _act(before: str | None, after: str) -> str:
    """A settled ticket that goes back to work has been reopened; everything else is merely recorded."""
    settled = (lifecycle.RESOLVED, *lifecycle.CLOSED_STATES)
    return "reopen" if before in settled and after in lifecycle.OPEN_STATES else "record"


def _stated_times(key: str, row: Row, profile: Profile, flaws: list[Flaw]) -> dict[str, datetime | None]:
    found: dict[str, datetime | None] = {}
    for name in ("opened_at", "resolved_at", "closed_at"):
        column = profile.ticket.get(name)
        text = row.values[column].strip() if column else ""
        found[name] = None
        if column and text not in profile.missing:
            found[name] = logs.moment(text, profile)
            if found[name] is None:
                reason = _("is no time; right would be like {format}").format(format=profile.format)
                flaws.append(Flaw(row.line, key, column, text, reason))
    return found


def _source(key: str, last: logs.Values, profile: Profile, times: dict[str, datetime | None]) -> dict[str, Any]:
    def count(name: str) -> int | None:
        column = profile.stated.get(name)
        text = last[column].strip() if column else ""
        return int(text) if text.isascii() and text.isdigit() else None

    missed = profile.stated.get("missed")
    return {
        "source": profile.code,
        "key": key,
        "reassignments": count("reassignments"),
        "reopens": count("reopens"),
        "is_missed": last[missed].strip() in profile.missed_values if missed else None,
        "closed_code": one_line(last[profile.stated["closed_code"]]) if "closed_code" in profile.stated else "",
        "resolved_at": times["resolved_at"],
        "closed_at": times["closed_at"],
    }


def _named(values: logs.Values, profile: Profile, name: str) -> str:
    template = profile.ticket.get(name)
    return one_line(filled(template, values, profile.missing)) if template else ""


def _defaults(table: type[Person] | type[Team]) -> dict[str, Any]:
    if table is Team:
        return {"mission_en": "", "mission_zh": ""}
    empty = ("name_latin", "email", "phone", "department_en", "department_zh", "title_en", "title_zh")
    return dict.fromkeys(empty, "") | {"language": "en", "is_vip": False, "capacity": 10}
