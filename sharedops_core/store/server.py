"""What a PostgreSQL server tells of itself: how it keeps text, who is connected, who follows it, and what is not well.

Every login may ask; what only administrators of the server see is left out for others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from sharedops_core.i18n import _

OLDEST = 15
_MANY_DEAD, _FAR_BEHIND, _TURN_OF_IDS = 10_000, 64 * 2**20, 1_000_000_000

_FACTS = text("""
SELECT current_setting('server_version_num')::integer / 10000 AS version,
  current_setting('server_encoding') AS encoding, d.datcollate AS collation, age(d.datfrozenxid) AS oldest,
  (SELECT sum(numbackends)::integer FROM pg_stat_database) AS connected,
  current_setting('max_connections')::integer AS places,
  (SELECT count(*) FROM pg_stat_replication) AS standbys,
  (SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 0)::bigint FROM pg_stat_replication)
    AS behind,
  (SELECT coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) FROM pg_stat_archiver)
    AS is_archive_stuck,
  ARRAY(SELECT name FROM unnest(ARRAY['fsync', 'full_page_writes', 'synchronous_commit']) AS name
    WHERE current_setting(name) = 'off') AS forgetful,
  current_setting('autovacuum') = 'on' AS is_swept,
  ARRAY(SELECT slot_name::text FROM pg_replication_slots WHERE NOT active ORDER BY 1) AS idle_slots,
  ARRAY(SELECT relname::text FROM pg_stat_user_tables WHERE schemaname = current_schema()
    AND n_dead_tup > :many AND n_dead_tup > n_live_tup / 5 ORDER BY 1) AS bloated
FROM pg_database d WHERE d.datname = current_database()
""")


@dataclass(frozen=True)
class Server:
    """A server: how it keeps text, connections taken and there to be taken, followers and how many bytes they miss."""

    version: int
    encoding: str
    collation: str
    connected: int
    places: int
    standbys: int
    behind: int
    wrong: tuple[str, ...]
    warnings: tuple[str, ...]


def facts(connection: Connection) -> Server | None:
    """Return what a server tells of itself; None for a file."""
    if connection.dialect.name != "postgresql":
        return None
    row = connection.execute(_FACTS, {"many": _MANY_DEAD}).one()
    named = {name: getattr(row, name) for name in Server.__dataclass_fields__ if name not in ("wrong", "warnings")}
    return Server(**named, wrong=tuple(_wrong(row)), warnings=tuple(_warnings(row)))


def _wrong(row: Any) -> list[str]:
    found = []
    if row.version < OLDEST:
        found.append(_("PostgreSQL {oldest} or newer is needed").format(oldest=OLDEST))
    if row.encoding != "UTF8":
        found.append(_("text is kept as {encoding}, not as UTF8: Chinese may be lost").format(encoding=row.encoding))
    return found


def _warnings(row: Any) -> list[str]:
    tell: Callable[..., str] = _("{name} is off: what was acknowledged may be lost when the machine dies").format
    found = [tell(name=name) for name in row.forgetful]
    tell = _("the replication slot {name} keeps the log of a standby that does not come").format
    found += [tell(name=name) for name in row.idle_slots]
    tell = _("every fifth row of {name} is dead: does autovacuum run?").format
    found += [tell(name=name) for name in row.bloated]
    sentences = {
        _("autovacuum is off: tables grow, and queries become slow"): not row.is_swept,
        _("the archive of the log does not take what it is sent"): row.is_archive_stuck,
        _("nearly all connections are taken"): row.connected > row.places * 0.8,
        _("a standby is far behind; after a switch to it, late acts are missing"): row.behind > _FAR_BEHIND,
        _("old transaction ids are not cleared away: does autovacuum run?"): row.oldest > _TURN_OF_IDS,
    }
    return found + [sentence for sentence, is_so in sentences.items() if is_so]
