"""The page of the doctor: everything that should be well with a desk, one line each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from sharedops_core.i18n import _, joined, ngettext
from sharedops_core.rules.calendar import parse_calendar
from sharedops_core.store import db, moving, policies, server
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Calendar, CalendarVersion, Circular, Clock, Draft, Policy, PolicyVersion, Ticket
from sharedops_core.views import audit, doctor

OK, WARNING, WRONG = "ok", "warning", "wrong"
_STALE_DRAFT = timedelta(days=7)
_SWEEP_WITHIN = timedelta(minutes=10)
_CALENDAR_AHEAD = timedelta(days=60)
_ROOM = 500 * 2**20


@dataclass(frozen=True)
class Check:
    """One line of the page: what was looked at, how it is, in one sentence, and every finding."""

    name: str
    status: str
    said: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """The whole page; `is_sound` says that nothing is wrong, warnings or not."""

    checks: tuple[Check, ...]
    tickets: int = 0
    events: int = 0
    tables: tuple[moving.Contents, ...] = ()

    @property
    def findings(self) -> tuple[str, ...]:
        """Return everything that is wrong, one sentence each."""
        return tuple(finding for check in self.checks if check.status == WRONG for finding in check.findings)

    @property
    def is_sound(self) -> bool:
        """Return whether nothing is wrong."""
        return all(check.status != WRONG for check in self.checks)


def page(session: Session, now: datetime, *, reader: Reader | None = None) -> Page:
    """Look at everything and change nothing; reading the whole journal takes its time on a large desk.

    Tickets that the reader may not see are looked at, too, but neither counted nor named.
    """
    sound = soundness(session, reader=reader)
    looks = [_policies(session), _calendars(session, now), _alarms(session, now, reader),
             _drafts(session, now, reader), _disk(session), *_server(session)]  # fmt: skip
    return replace(sound, checks=(*sound.checks, *looks))


def soundness(session: Session, *, reader: Reader | None = None) -> Page:
    """Look at what must hold at any time, in a backup too: pages, replay, clocks, indexes, chains."""
    db.unhurried(session.connection())
    checks = [_database(session)]
    tickets = events = 0
    try:
        found = doctor.examine(session, reader=reader)
    except (ValueError, TypeError, RecursionError) as error:
        checks.append(Check("replay", WRONG, _("a row cannot be read"), (str(error),)))
    else:
        tickets, events = found.tickets, found.events
        replayed = _("{tickets} tickets and {events} events replayed").format(tickets=tickets, events=events)
        checks += [
            _found("integrity", _("the database says that its pages and references are sound"), found.integrity),
            _found("replay", replayed, found.replay),
            _found("clocks", _("every clock is what the journal gives"), found.clocks),
            _found("indexes", _("the search indexes have an entry for every row"), found.indexes),
        ]
    return Page((*checks, *_chains(session, reader)), tickets, events)


def of_backup(session: Session, kind: str, size_bytes: int) -> Page:
    """Look at what must hold in a backup, and count and hash what is in it, for whoever has the file has all of it."""
    sound = soundness(session, reader=Reader(0, "auditor"))
    tables = moving.contents(session.connection())
    rows = sum(one.rows for one in tables)
    backup = Check("backup", OK, _("{kind}, {size}").format(kind=kind, size=size_text(size_bytes)))
    counted = _("{tables} tables with {rows} rows").format(tables=len(tables), rows=rows)
    return replace(sound, checks=(backup, Check("contents", OK, counted), *sound.checks[1:]), tables=tuple(tables))


def check_name(name: str) -> str:
    """Return what was looked at, in the user's language."""
    return {
        "database": _("database"), "integrity": _("integrity"), "replay": _("replay"), "clocks": _("clocks"),
        "indexes": _("search indexes"), "journal": _("journal chain"), "admin": _("administration chain"),
        "policies": _("policies"), "calendars": _("calendars"), "alarms": _("alarms"), "drafts": _("drafts"),
        "disk": _("disk"), "server": _("server"), "backup": _("backup"), "contents": _("contents"),
    }[name]  # fmt: skip


def status_name(status: str) -> str:
    """Return how something is, in the user's language."""
    return {OK: _("ok"), WARNING: _("warning"), WRONG: _("wrong")}[status]


def _found(name: str, said: str, findings: Sequence[str], status: str = WRONG) -> Check:
    return Check(name, status if findings else OK, said, tuple(findings))


def _database(session: Session) -> Check:
    place = db.place(session.connection())
    said = _("{engine}, schema {schema}, {size}").format(
        engine=place.engine, schema=place.schema, size=size_text(place.size_bytes)
    )
    return Check("database", OK, said)


def _chains(session: Session, reader: Reader | None) -> list[Check]:
    return [
        Check(
            verdict.chain,
            OK if verdict.broken is None else WRONG,
            _("{n} lines hold, the last hash is {head}").format(n=verdict.lines, head=verdict.head[:16]),
            () if verdict.broken is None else (verdict.broken.sentence,),
        )
        for verdict in audit.verify(session, reader=reader)
    ]


def _policies(session: Session) -> Check:
    versions = dict(
        session.exec(
            select(Policy.code, func.max(PolicyVersion.id))
            .join(PolicyVersion, col(PolicyVersion.policy_id) == col(Policy.id), isouter=True)
            .group_by(col(Policy.code))
            .order_by(col(Policy.code))
        ).all()
    )
    said = _("in force: {codes}").format(codes=joined(code for code, version in versions.items() if version) or "-")
    missing = [_("{code} was never put in force").format(code=code) for code, at in versions.items() if at is None]
    if missing:
        return Check("policies", WRONG, said, tuple(missing))
    others = [
        _("{code} says something else than what is in force; import it again").format(code=document["code"])
        for policy_id, document in policies.snapshots(session).items()
        if session.get_one(PolicyVersion, policies.current(session, policy_id)).document != document
    ]
    return _found("policies", said, others, WARNING)


def _calendars(session: Session, now: datetime) -> Check:
    published: dict[str, int] = {}
    rows = select(Calendar.code, CalendarVersion).join(CalendarVersion).order_by(col(CalendarVersion.valid_from))
    for code, version in session.exec(rows):
        years = parse_calendar(code, version.document).published
        if years:
            published[code] = max(years)
    said = joined(f"{code} {year}" for code, year in sorted(published.items())) or "-"
    needed = (now + _CALENDAR_AHEAD).year
    late = [
        _("the holidays of {year} are not in {code} yet").format(year=needed, code=code)
        for code, year in sorted(published.items())
        if year < needed
    ]
    return _found("calendars", _("holidays are published until: {years}").format(years=said), late, WARNING)


def _alarms(session: Session, now: datetime, reader: Reader | None) -> Check:
    overdue = select(func.count(), func.min(Clock.alarm_at)).where(col(Clock.alarm_at) <= now - _SWEEP_WITHIN)
    seen = overdue.join(Ticket, col(Ticket.id) == col(Clock.ticket_id)).where(visible(reader))
    count, since = session.exec(seen).one()
    late = [
        _("{n} clocks wait since {moment} for somebody to be told: does `sharedops sla sweep` run?").format(
            n=count, moment=f"{since.astimezone():%Y-%m-%d %H:%M}" if since else "-"
        )
    ] if count else []  # fmt: skip
    return _found("alarms", _("whoever has to be told has been"), late, WARNING)


def _drafts(session: Session, now: datetime, reader: Reader | None) -> Check:
    drafts = select(func.count()).select_from(Draft).join(Ticket, col(Ticket.id) == col(Draft.ticket_id))
    old = session.exec(drafts.where(col(Draft.changed_at) < now - _STALE_DRAFT, visible(reader))).one()
    circulars = select(func.count()).select_from(Circular)
    old += session.exec(circulars.where(col(Circular.changed_at) < now - _STALE_DRAFT)).one()
    late = [_("{n} drafts are older than {days} days").format(n=old, days=_STALE_DRAFT.days)] if old else []
    return _found("drafts", _("nobody has forgotten a draft"), late, WARNING)


def _disk(session: Session) -> Check:
    place = db.place(session.connection())
    if place.free_bytes is None:
        return Check("disk", OK, _("the server does not tell how much room it has left"))
    said = _("{free} free").format(free=size_text(place.free_bytes))
    is_short = place.free_bytes < max(_ROOM, 2 * place.size_bytes)
    low = [_("a backup and a day of work may not fit any more")] if is_short else []
    return _found("disk", said, low, WARNING)


def _server(session: Session) -> list[Check]:
    """Look at what only a server has: connections, standbys, and settings that would lose what was acknowledged."""
    found = server.facts(session.connection())
    if found is None:
        return []
    words = _("{encoding}, {collation}; {n} of {places} connections taken; {standbys}")
    said = words.format(
        encoding=found.encoding, collation=found.collation, n=found.connected, places=found.places,
        standbys=_standbys(found),
    )  # fmt: skip
    return [Check("server", WRONG if found.wrong else WARNING if found.warnings else OK, said,
                  found.wrong + found.warnings)]  # fmt: skip


def _standbys(found: server.Server) -> str:
    if not found.standbys:
        return _("no standby")
    words = ngettext("{n} standby, {size} behind", "{n} standbys, {size} behind at most", found.standbys)
    return words.format(n=found.standbys, size=size_text(found.behind))


def size_text(count: int) -> str:
    """Return a number of bytes as people read it."""
    size = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            break
        size /= 1024
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
