"""The canonical form of a line: the same on every machine, in every zone, for ever."""

from datetime import datetime, timedelta, timezone

from sharedops_core.rules import chain
from tests.conftest import T0


def test_the_form_is_fixed():
    """This hash was computed when the chain was made: another one would break every desk there is."""
    facts = {"seq": 1, "act": "打开", "at": T0, "is_person": True, "body_hash": b"\x01\xff", "reason": None}

    assert chain.link(chain.START, facts).hex() == "03820291ca7de0bb36112cb4887595ed5fc0d0ee7d7ffa30ce8cef2cdd5ba3f3"


def test_neither_zone_nor_order_nor_absence_counts():
    """The same instant in another zone, facts in another order and facts that are None give the same hash."""
    here = T0.astimezone(timezone(timedelta(hours=8)))

    assert chain.link(b"", {"at": T0, "act": "x"}) == chain.link(b"", {"later": None, "act": "x", "at": here})


def test_every_fact_and_the_line_before_count():
    """Whatever differs gives another hash."""
    told = {chain.link(before, {"a": a, "b": b}) for before in (b"", b"x") for a in (1, "1", True) for b in (None, "")}

    assert len(told) == 12


def test_a_salt_hides_a_guess():
    """With the salt gone a digest says nothing: the same text has another digest with every salt."""
    assert chain.digest("li.na", b"1") != chain.digest("li.na", b"2") != chain.digest("li.na")
    assert isinstance(chain.digest("\ud800"), bytes)
    assert datetime.fromisoformat(chain.document({"at": T0})[7:-2]) == T0
