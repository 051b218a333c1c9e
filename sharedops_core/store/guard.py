"""What PostgreSQL itself enforces: which rows a login of the desk sees and writes, whatever program it uses.

Everybody connects with a login of their own that is a member of the group; `session_user` says who acts. The policies
are rendered from the one matrix through `access.condition`, so there is no second list of rules. The journal can only
be added to. None of this binds whoever owns the tables, or a superuser.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, literal_column, select, text
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel

from sharedops_core.errors import NotAllowed
from sharedops_core.i18n import _
from sharedops_core.rules import duty, permissions, push, tasks
from sharedops_core.rules.permissions import OTHER, OWN, TEAM, Relations
from sharedops_core.store.access import Reader, condition
from sharedops_core.store.tables import Person, Ticket

GROUP = "sharedops_desk"
"""The role that every login of the desk is a member of; it holds the grants."""

_ADDED_TO = ("event", "message", "ticket", "handoff", "survey", "clock", "ticket_tag", "draft", "circular", "presence",
             "notice", "receipt", "savedview", "absence", "shift_sheet", "task", "ticket_link",
             "ticket_person")  # fmt: skip
_DELETED_FROM = ("clock", "ticket_tag", "draft", "circular", "presence", "receipt", "savedview", "ticket_person")
_FIXED = ("id", "kind", "channel", "lane", "requester_id", "opened_by_id", "opened_at")
"""What of a ticket stays as it was; its lane changes by `seal` only."""

_UPDATED = {
    "ticket": [one.name for one in Ticket.__table__.columns if one.name not in _FIXED],  # type: ignore[attr-defined]
    "handoff": (), "survey": (), "clock": (), "notice": ("read_at",), "presence": ("is_writing", "at"),
    "chaintip": ("last_id", "hash"), "savedview": (), "receipt": ("at",),
    "circular": ("known",), "absence": ("until_at",), "ticket_link": ("is_live",), "ticket_person": (),
    "shift_sheet": ("decision", "answer", "answered_at", "answered_by_id", "told_at", "moved", "stayed"),
    "task": ("state", "taken_at", "taken_by_id", "ended_at", "ended_by_id", "ended_line", "overdue_at", "alarm_at"),
    "push_plan": ("next_at",),
}  # fmt: skip
"""Table → the columns that may change, none for all; neither the journal nor what was said is here."""

_SEARCH = ("article_fts", "article_fts_words", "item_fts", "item_fts_words")
_ME = "(SELECT sharedops_me())"
_SEALED = "*"
"""Behind the role of somebody for whom an administrator acts."""

_MAKE_GROUP = """
DO $$ BEGIN
    IF to_regrole('{group}') IS NULL THEN CREATE ROLE {group} NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another desk of this server was quicker
END $$"""
_THERE, _WRITABLE = "EXISTS (SELECT 1 FROM ticket WHERE ticket.id = ticket_id)", "sharedops_writable(ticket_id)"
_SEES_SHEET = "EXISTS (SELECT 1 FROM shift_sheet WHERE shift_sheet.id = sheet_id)"
_BOTH = tuple(f"EXISTS (SELECT 1 FROM ticket WHERE ticket.id = {end})" for end in ("from_id", "to_id"))  # noqa: S608
_LINKABLE = "sharedops_writable(from_id) AND sharedops_writable(to_id)"
"""Who may find only one end of a link does not see it."""


def install(connection: Connection) -> None:
    """Write the functions, the policies and the grants anew, as this version has them; nothing is done on SQLite."""
    if connection.dialect.name != "postgresql":
        return
    schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
    name = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    connection.exec_driver_sql(_functions(schema) + ";\n".join(_policies()))
    if connection.execute(text("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")).scalar():
        connection.exec_driver_sql(_MAKE_GROUP.format(group=GROUP))
    if _has_group(connection):
        connection.exec_driver_sql(";\n".join(_grants(schema, name)))


def _has_group(connection: Connection) -> bool:
    return bool(connection.execute(text("SELECT to_regrole(:name)"), {"name": GROUP}).scalar())


def is_ready(session: Session) -> bool:
    """Return whether logins can be made members of the desk; there is nothing to be ready for on SQLite."""
    return session.get_bind().dialect.name != "postgresql" or _has_group(session.connection())


def is_bound(session: Session) -> bool:
    """Return whether the database binds this login to what the matrix gives its person."""
    if session.get_bind().dialect.name != "postgresql":
        return False
    return bool(session.connection().execute(text("SELECT row_security_active('ticket')")).scalar())


def login(session: Session) -> str | None:
    """Return the login of the database, None where there are none."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    return str(session.connection().execute(text("SELECT session_user")).scalar_one())


def stand_in(session: Session, other: Person) -> None:
    """Tell the database for whom this transaction acts; it asks the matrix whether its login may."""
    if session.get_bind().dialect.name == "postgresql":
        statement = text("SELECT set_config('sharedops.acts_for', :login, true)")
        session.connection().execute(statement, {"login": other.login})


def require_whole(session: Session, actor: Person) -> None:
    """Refuse what is about the whole desk to a login that the database shows a part of it only."""
    if actor.role in permissions.UNBOUND or not is_bound(session):
        return
    owner = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'ticket'::regclass"
    raise NotAllowed(
        _("the database shows {login} its part of the desk only; this is for a member of {owner}, who owns it").format(
            login=login(session), owner=session.connection().execute(text(owner)).scalar_one()
        )
    )


_END = {"withdrawn": text("SELECT sharedops_withdraw(:id, :at)"), "expired": text("SELECT sharedops_expire(:id, :at)")}


def end_offer(session: Session, ticket: Ticket, decision: str, at: datetime) -> bool:
    """End the open offer of a ticket, withdrawn or expired, when the database hides it from whoever acts.

    A requester ends their ticket, and whoever sweeps ends an offer, without reading what the desk wrote to itself.
    Returns False where nothing is hidden.
    """
    if not is_bound(session):
        return False
    session.flush()
    session.connection().execute(_END[decision], {"id": ticket.id, "at": at})
    return True


def seal(session: Session, ticket: Ticket, lane: str | None) -> None:
    """Make a ticket confidential, or open again, after its service item was changed; its last change by the actor.

    Whoever seals a ticket may not see it any more, and no login changes a row it may not see afterwards: the database
    does it, after asking the matrix.
    """
    if not is_bound(session):
        ticket.lane = lane
        session.flush()
        return
    session.flush()
    session.connection().execute(text("SELECT sharedops_seal(:id)"), {"id": ticket.id})
    set_committed_value(ticket, "lane", lane)


# Rendering --------------------------------------------------------------------------------------------------------


def may(*acts: str) -> str:
    """Return the SQL condition that the login may do one of these acts to the row of a ticket.

    What is asked of the login is asked once per statement, what most of them need first: per row little is left.
    """
    roles: dict[str, list[str]] = {}
    for role in permissions.ROLES:
        for mark in ("", _SEALED):
            who = _reader(role, is_sealed=bool(mark))
            parts = {_sql(condition(who, *rights)) for rights in _widest(role, acts)}
            said = "true" if "true" in parts else " OR ".join(sorted(parts - {"false"}))
            roles.setdefault(said, []).append(role + mark)
    roles.pop("", None)
    found = sorted(roles.items(), key=lambda one: -len(one[1]))
    return " OR ".join(f"({_is_one_of(names)} AND ({said}))" for said, names in found) or "false"


def _is_one_of(names: Iterable[str]) -> str:
    return f"(SELECT sharedops_standing() IN ({_listed(names)}))"


def _widest(role: str, acts: Iterable[str]) -> set[tuple[Relations, Relations]]:
    """Return what the matrix asks of a role for one of these acts, without what another one of them contains."""
    rights = {(permissions.granted(role, act), permissions.granted_in_lane(role, act)) for act in acts}
    found = {one for one in rights if one[0]}
    return {
        one for one in found if not any(one != wider and one[0] <= wider[0] and one[1] <= wider[1] for wider in found)
    }


def _reader(role: str, *, is_sealed: bool) -> Reader:
    """Return a reader of whom the database knows the facts."""

    def found(name: str) -> Any:
        return select(literal_column(f"sharedops_{name}()"))

    me: Any = literal_column(_ME, Integer)
    return Reader(me, role, found("teams"), found("lines"), found("lanes"), is_sealed)


def _sql(element: ColumnElement[bool]) -> str:
    from sqlalchemy.dialects import postgresql

    return str(element.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[no-untyped-call]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _roles_that_may(act: str, relation: str) -> list[str]:
    return [role for role in permissions.ROLES if relation in permissions.granted(role, act)]


def _functions(schema: str) -> str:
    """Return the functions with what the matrix says filled in."""
    facts = {
        "schema": schema, "sealed": _SEALED, "may_write": may(*permissions.WRITING), "may_change": may("change"),
        "may_declassify": may("declassify"), "act_for_everybody": _listed(_roles_that_may("act_for", OTHER)),
        "act_for_requesters": _listed(_roles_that_may("act_for", OWN)),
    }  # fmt: skip
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for name, value in facts.items():
        script = script.replace("{{" + name + "}}", value)
    return script


def _policies() -> list[str]:
    found = []
    for table, commands in _rows().items():
        found.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for command, (using, check) in commands.items():
            name = f"{table}_{command.lower()}"
            found.append(f"DROP POLICY IF EXISTS {name} ON {table}")
            clauses = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
            found.append(f"CREATE POLICY {name} ON {table} FOR {command}{clauses}")
    return found


def _rows() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Return for each table and command which rows are seen and which may be written.

    Finding a ticket opens what an act on it has to read, its journal and clocks; words ask for more. The rest
    of the tables is for everybody who is somebody here.
    """

    offered = {"SELECT": (_when(may("inside")), "")}
    nobodys = ("alarm", "expire", tasks.OVERDUE, *duty.BY_TIME, *push.BY_TIME)
    mine = f"actor_id = {_ME} OR (actor_id IS NULL AND act IN ({_listed(nobodys)}))"
    read, inside = _when(may("read")), _when(may("inside"))
    spoken = f"direction = 'in' OR author_id = {_ME}"
    ours = {"SELECT": (_THERE, ""), "INSERT": ("", _WRITABLE), "UPDATE": (_WRITABLE, "")}
    knows = "(SELECT sharedops_knows())"
    common = {table: {"SELECT": (knows, "")} for table in _common()}
    return common | _own_rows() | _rows_between() | {
        "ticket": {
            "SELECT": (may("find"), ""), "UPDATE": (may(*permissions.WRITING), ""),
            "INSERT": ("", f"opened_by_id = {_ME} AND ({may('open')})"),
        },
        "event": {
            "SELECT": (_THERE, ""),
            "INSERT": ("", f"({mine}) AND {_WRITABLE} AND sharedops_follows(id, hash_before)"),
        },
        "message": {
            "SELECT": (f"{read} AND (direction <> 'internal' OR {inside})", ""),
            "INSERT": ("", f"({spoken}) AND {_WRITABLE}"),
        },
        "clock": ours | {"DELETE": (_WRITABLE, "")},
        "ticket_tag": {"SELECT": (inside, ""), "INSERT": ("", _WRITABLE), "DELETE": (_WRITABLE, "")},
        "handoff": ours | offered,
        "survey": ours | {"SELECT": (read, "")},
        "task": ours,
        "sourcerecord": {"SELECT": (_THERE, "")},
        "push_plan": {"SELECT": (knows, ""), "UPDATE": (_is_one_of(_roles_that_may("sweep", OTHER)), "")},
        "adminevent": {"SELECT": (_is_one_of(_roles_that_may("audit", OTHER)), "")},
        "receipt": {
            "SELECT": ("true", ""), "INSERT": ("", "true"), "UPDATE": ("true", ""),
            "DELETE": ("at < now() - interval '1 day'", ""),
        },
        "chaintip": {
            "SELECT": ("(SELECT sharedops_knows())", ""),
            "UPDATE": ("name = 'journal'", "sharedops_ends(last_id, hash)"),
        },
    }  # fmt: skip


def _rows_between() -> dict[str, dict[str, tuple[str, str]]]:
    """Return it for what stands between two tickets, and between a ticket and those who watch it or help with it."""
    return {
        "ticket_link": {"SELECT": (" AND ".join(_BOTH), ""), "INSERT": ("", _LINKABLE), "UPDATE": (_LINKABLE, "")},
        "ticket_person": {
            "SELECT": (_THERE, ""), "INSERT": ("", f"by_id = {_ME} AND {_WRITABLE}"), "UPDATE": (_WRITABLE, ""),
            "DELETE": (_WRITABLE, ""),
        },
    }  # fmt: skip


def _when(condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM ticket WHERE ticket.id = ticket_id AND ({condition}))"  # noqa: S608


def _own_rows() -> dict[str, dict[str, tuple[str, str]]]:
    """Return it for what is somebody's own: drafts, notices, saved views, and at which ticket they are."""
    views, inside, noted = _of_views(), _when(may("inside")), _when(may("note"))
    return {
        "draft": {"ALL": (f"author_id = {_ME}", f"author_id = {_ME} AND {_WRITABLE}")},
        "circular": {"ALL": (f"author_id = {_ME}", f"author_id = {_ME}")},
        "presence": {
            "SELECT": (f"person_id = {_ME} OR {inside}", ""),
            "INSERT": ("", f"person_id = {_ME} AND {noted}"),
            "UPDATE": (f"person_id = {_ME}", ""),
            "DELETE": (f"person_id = {_ME}", ""),
        },
        "notice": {
            "SELECT": (f"person_id = {_ME}", ""),
            "UPDATE": (f"person_id = {_ME}", ""),
            "INSERT": ("", f"CASE WHEN sheet_id IS NULL THEN {_WRITABLE} ELSE {_SEES_SHEET} END"),
        },
        "shift_sheet": _of_sheets(),
        "absence": {
            "SELECT": ("(SELECT sharedops_knows())", ""),
            "INSERT": ("", f"recorded_by_id = {_ME} AND ({_of_absences()})"),
            "UPDATE": (_of_absences(), _of_absences()),
        },
        "savedview": {
            "SELECT": (f"{views} OR team_id IN (SELECT sharedops_teams())", ""),
            "DELETE": (views, ""),
            "INSERT": ("", f"saved_by_id = {_ME} AND ({views})"),
            "UPDATE": (views, f"saved_by_id = {_ME} AND ({views})"),
        },
    }


def _of_views() -> str:
    """Return which saved views are a person's to change: their own, and those of teams they may say it for."""
    every, led = (_is_one_of(_roles_that_may("share_view", relation)) for relation in (OTHER, TEAM))
    is_led = f"team_id IN (SELECT id FROM team WHERE lead_id = {_ME})"  # noqa: S608
    return f"owner_id = {_ME} OR (team_id IS NOT NULL AND ({every} OR ({led} AND {is_led})))"


def _of_absences() -> str:
    """Return whose absences a person records: their own, those of teams they lead, anybody's above the teams."""
    every, led = (_is_one_of(_roles_that_may("be_absent", relation)) for relation in (OTHER, TEAM))
    theirs = f"SELECT person_id FROM membership JOIN team ON team.id = team_id WHERE lead_id = {_ME}"  # noqa: S608
    own = _is_one_of([one for one in permissions.ROLES if permissions.granted(one, "be_absent")])
    return f"({own} AND person_id = {_ME}) OR {every} OR ({led} AND person_id IN ({theirs}))"


def _of_sheets() -> dict[str, tuple[str, str]]:
    """Return it for sheets of shifts: as `store.sheets.readable` has it, and for a service that sweeps, open ones."""
    every, led = (_is_one_of(_roles_that_may("oversee", relation)) for relation in (OTHER, TEAM))
    theirs = f"SELECT person_id FROM membership JOIN team ON team.id = membership.team_id WHERE lead_id = {_ME}"  # noqa: S608
    was_open = "until_at > sent_at AND (answered_at IS NULL OR from_at <= answered_at)"
    deputy = f"SELECT 1 FROM absence WHERE person_id = successor_id AND deputy_id = {_ME} AND {was_open}"  # noqa: S608
    confidential = "SELECT id FROM team WHERE lane IS NOT NULL"
    sealed = f"{confidential} AND lane NOT IN (SELECT sharedops_lanes())"
    plain = f"({_is_one_of(permissions.UNBOUND)} OR team_id IS NULL OR team_id NOT IN ({sealed}))"
    to_sign = f"successor_id = {_ME} OR EXISTS ({deputy})"
    seen = f"author_id = {_ME} OR {to_sign} OR ({every} AND {plain})"
    seen += f" OR ({led} AND author_id IN ({theirs}) AND {plain})"
    seen += f" OR ({_is_one_of(['service'])} AND decision = 'sent')"
    acts_for = "(SELECT is_sealed FROM sharedops_acting())"
    seen = f"({seen}) AND (NOT {acts_for} OR team_id IS NULL OR team_id NOT IN ({confidential}))"
    works = _is_one_of(_roles_that_may("sweep", OTHER))
    mine = f"CASE decision WHEN 'withdrawn' THEN author_id = {_ME} ELSE {to_sign} END"
    return {
        "SELECT": (seen, ""),
        "INSERT": ("", f"author_id = {_ME} AND decision = 'sent' AND {_is_one_of(_roles_that_may('take', OTHER))}"),
        "UPDATE": (f"{works} AND ({seen})", f"decision = 'sent' OR (answered_by_id = {_ME} AND {mine})"),
    }


def _common() -> list[str]:
    """Return the tables that are the same for everybody: people, catalogue, policies, knowledge."""
    bound = ("event", "ticket", "message", "clock", "ticket_tag", "handoff", "survey", "sourcerecord", "draft",
             "circular", "presence", "notice", "adminevent", "chaintip", "receipt", "setting", "savedview",
             "absence", "shift_sheet", "task", "ticket_link", "ticket_person", "push_plan")  # fmt: skip
    return [*(table.name for table in SQLModel.metadata.sorted_tables if table.name not in bound), *_SEARCH]


def _grants(schema: str, database: str) -> list[str]:
    tables = [*(table.name for table in SQLModel.metadata.sorted_tables), "alembic_version"]
    found = [f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {GROUP}"]
    found.append(f"GRANT CONNECT ON DATABASE {database} TO {GROUP}")
    found += [f"GRANT SELECT ON {table} TO {GROUP}" for table in (*tables, *_SEARCH)]
    found += [f"GRANT INSERT ON {table} TO {GROUP}" for table in _ADDED_TO]
    found += [f"GRANT DELETE ON {table} TO {GROUP}" for table in _DELETED_FROM]
    for table, columns in _UPDATED.items():
        which = f" ({', '.join(columns)})" if columns else ""
        found.append(f"GRANT UPDATE{which} ON {table} TO {GROUP}")
    return [*found, f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {GROUP}"]
