"""Hostile strings, written into a database past every cleaning on entry, and the proof that a screen is harmless."""

import gzip
import json
import re
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session
from textual.app import App
from textual.strip import Strip

from sharedops_core.store import chains, db, search
from sharedops_core.store.tables import (
    Article,
    Draft,
    Event,
    Handoff,
    Membership,
    Message,
    Person,
    Policy,
    Presence,
    Reason,
    SavedView,
    ServiceItem,
    Survey,
    Team,
    Ticket,
    TicketTag,
)
from tests.conftest import ROOT, T0

FOLDER = ROOT.parent / "shared" / "data" / "hostile-text"
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""What could act on a terminal: controls but tab and line feed, DEL, C1, bidi controls, zero width."""

WORST = (
    "\x1b]0;OWNED\x07title", "\x1b]2;OWNED\x1b\\title", "\x1b]52;c;T1dORUQ=\x07clip",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "\x1b[2Jwiped\x1b[31mred\x1b[6n",
    "\x9b31mC1 \x9d0;OWNED\x9c", "abc\u202etxt.exe\u202c \u2066iso\u2069", "zero\u200bwidth",
    "del\x7fbell\x07back\x08\x08", "\x1bcreset\x1b[?1049l",
    "[@click=app.quit]press[/]", "[/nope] [bold", "[link='https://evil.example']x[/]", "a\r\nb\rc\td", "nul\x00nul",
)  # fmt: skip
"""A selection with one of each kind."""


@cache
def everything() -> tuple[str, ...]:
    """Return every string of the shared collection that a database can hold."""
    naughty = _read("blns")
    codes = _read("ansi_codes")
    formulas = _read("csv_formula_payloads")
    found = [*naughty, *(code["sequence"] for code in codes["codes"]), *codes["strings_from_tests"]]
    found += [*formulas["payloads"], *formulas["leading_characters"], *WORST]
    return tuple(dict.fromkeys(one for one in found if one.encode("utf-8", "ignore").decode() == one))


def _read(name: str) -> Any:
    return json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes()))


def poison(database: db.Database, strings: tuple[str, ...]) -> None:
    """Write the strings raw into every text an outsider can reach; the first ticket holds all of them.

    Where a record has one text only, it gets the last of the strings, joined.
    """
    every = "\n".join(strings[-len(WORST) :])
    with database.write() as session:
        _people(session, strings)
        _tickets(session, strings)
        _knowledge(session, strings)
        session.execute(update(Handoff).values(asked=every, tried=every, found=every, promised=every, wanted=every))
        session.execute(insert(Draft).values(ticket_id=1, author_id=1, kind="note", body=every, changed_at=T0))
        session.execute(insert(Survey).values(ticket_id=1, csat=3, comment=every, at=T0))
        session.execute(update(Event).values(reason=every, detail={"told": every, "tags": [f"+{every}"]}))
        view = {"owner_id": 1, "query": every, "saved_at": T0, "saved_by_id": 1}
        session.execute(insert(SavedView), [view | {"name": string} for string in strings])
        session.execute(insert(Presence).values(ticket_id=1, person_id=1000, is_writing=True, at=datetime.now(UTC)))


_COPIED = [column for column in Ticket.__table__.c if column.name not in ("id", "number", "subject")]


def _tickets(session: Session, strings: tuple[str, ...]) -> None:
    copied = session.execute(select(*_COPIED).where(Ticket.id == 2)).mappings().one()
    for number, string in enumerate(strings):
        session.execute(insert(Ticket).values(number=f"INC-{20000 + number}", subject=string, **copied))
        direction = ("in", "out", "internal")[number % 3]
        words = {"ticket_id": 1, "at": T0, "author_id": 1000 + number, "direction": direction, "body": string}
        session.execute(insert(Message).values(event_id=1, **chains.sealed_message(words)))
    tags = [{"ticket_id": id_, "tag": string} for id_ in (1, 2) for string in strings if 0 < len(string) <= 40]
    session.execute(insert(TicketTag), [one for one in tags if "\0" not in one["tag"]])
    session.execute(update(Ticket).where(Ticket.id == 1).values(subject=" ".join(strings[-len(WORST) :])))


def _people(session: Session, strings: tuple[str, ...]) -> None:
    for number, string in enumerate(strings):
        person = {"name": string, "name_latin": string, "department_en": string, "department_zh": string}
        session.execute(insert(Person).values(id=1000 + number, login=f"evil.{number}", **person))
        agent = {"id": 5000 + number, "login": f"spy.{number}", "name": string, "role": "agent"}
        session.execute(insert(Person).values(**agent))
        session.execute(insert(Team).values(id=100 + number, code=f"t{number}", line=2, name_en=string, name_zh=string))
        for team in (1, 2):
            session.execute(insert(Membership).values(person_id=5000 + number, team_id=team, is_home=False))
        for kind in ("waiting", "hand_off"):
            reason = {"kind": kind, "code": f"r{number}", "name_en": string, "name_zh": string}
            session.execute(insert(Reason).values(**reason, pauses=[], place=number))
    every = " ".join(strings[-len(WORST) :])
    session.execute(update(Person).where(Person.id == 30).values(name=every, phone=every, email=every))
    session.execute(update(Team).where(Team.id <= 3).values(name_en=every, name_zh=every))
    session.execute(update(ServiceItem).values(name_en=every, name_zh=every, plain_en=every, plain_zh=every))
    session.execute(update(Policy).values(name_en=every, name_zh=every))


def _knowledge(session: Session, strings: tuple[str, ...]) -> None:
    for number, string in enumerate(strings):
        words = {"title_en": string, "title_zh": string, "body_en": f"# {string}\n| {string} |", "body_zh": string}
        article = {"id": 100 + number, "key": f"KB-{2000 + number}", "kind": "how_to", "audience": "everyone"}
        session.execute(insert(Article).values(**article, **words, families=[], reviewed_on=date(2026, 2, 1)))
    search.rebuild(session, "article_fts", [(100 + n, "evil", "evil words") for n in range(len(strings))])


def assert_harmless(app: App[None]) -> list[Strip]:
    """Nothing on the screen can act: no control, no bidi, no link, no action behind a click. Returns its lines."""
    strips = app.screen._compositor.render_strips()
    for strip in strips:
        for segment in strip:
            assert not ACTING.search(segment.text), repr(segment.text)
            if segment.style is not None:
                assert segment.style.link is None
                assert "@click" not in segment.style.meta
    return strips
