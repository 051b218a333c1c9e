"""A connection that is cut in the middle of a commit: whichever side had which bytes, the act is done once."""

import os
import random
import time

import pytest
from sqlalchemy import text
from sqlmodel import func, select

from sharedops_core.store import db, postgres
from sharedops_core.store.tables import Receipt, Ticket
from tests.faults.proxy import Road, cut
from tests.load.crowd import ended, examined, open_ticket, started

SECONDS = float(os.environ.get("SHAREDOPS_LOAD_SECONDS", "5"))


def written(database):
    """Return how many tickets are there, and how many receipts."""
    with database.read() as session:
        return tuple(session.exec(select(func.count()).select_from(table)).one() for table in (Ticket, Receipt))


def answer_lost(road: Road) -> bool:
    """The server commits; the client never hears of it."""
    cut(road.client)
    return True


def commit_lost(road: Road) -> bool:
    """The server never hears of the commit."""
    road.cut()
    return False


def commit_late(road: Road) -> bool:
    """The client hears of a cut at once; the server gets the commit a second later, when it is asked again already."""
    cut(road.client)
    time.sleep(1)
    return True


def commit_never(road: Road) -> bool:
    """The client hears of a cut; the server waits for a commit on a connection that looks alive."""
    cut(road.client)
    time.sleep(4)
    return False


def times(count, fault):
    """Return a judge that does this to the first so many commits."""
    left = [count]

    def judge(road):
        left[0] -= 1
        return fault(road) if left[0] >= 0 else True

    return judge


@pytest.mark.parametrize("fault", [answer_lost, commit_lost, commit_late, commit_never])
@pytest.mark.parametrize("count", [1, 2])
def test_an_act_whose_commit_is_cut_is_done_once(proxy, name, monkeypatch, fault, count):
    """Once or twice in a row, before, after or beside the commit: one ticket, one receipt, a result to work with."""
    monkeypatch.setattr(postgres, "BUSY_MILLISECONDS", 500)
    monkeypatch.setattr(postgres, "RECEIPT", text(postgres.RECEIPT.text.replace("8s", "1500ms")))
    by_road = db.open_database(proxy.url(name))
    open_ticket(by_road, "before")
    proxy.judge = times(count, fault)
    ticket_id = open_ticket(by_road)

    proxy.judge = None
    assert (ticket_id > 1, written(by_road)) == (True, (2, 2))
    examined(by_road, [])
    by_road.close()


def test_many_whose_commits_are_cut_by_chance_lose_nothing(proxy, by_road):
    """One commit in eight is cut, on either side of the server: what was acknowledged is there, nothing is twice."""
    rng = random.Random(1)
    open_ticket(by_road)
    proxy.judge = lambda road: rng.random() > 0.125 or rng.choice((answer_lost, commit_lost))(road)
    acknowledged = ended(started(by_road.url, 4, SECONDS))

    proxy.judge = None
    examined(by_road, acknowledged)
    assert len(acknowledged) > 4
