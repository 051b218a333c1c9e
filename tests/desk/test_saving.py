"""Saved views: named by whoever works, shared by whoever leads."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

from sharedops_core.desk import erasing, finding, saving
from sharedops_core.errors import Conflict, NotAllowed, NotFound, Refused
from sharedops_core.rules.query import BadQuery
from sharedops_core.store import access
from sharedops_core.store.tables import Membership, Person, Team
from sharedops_core.views import saved
from tests.conftest import T0


def by(session, login="li.na"):
    """Return the actor and the instant of an act."""
    return {"actor": finding.person(session, login), "at": T0}


def reading(session, person_id):
    """Return a person as a reader."""
    return access.reader(session, session.get_one(Person, person_id))


def seen(session, person_id):
    """Return the views a person sees, each by name, team and query."""
    return [(one.name, one.team_code, one.query) for one in saved.saved(session, reader=reading(session, person_id))]


def lead(session):
    """Make 王磊 the lead of the desk."""
    session.get_one(Team, 1).lead_id = 2
    session.flush()


def test_a_view_is_seen_by_its_maker_alone(session):
    """What somebody saves for themselves is in their list and in nobody else's; its own order comes with it."""
    saving.save_view(session, " VIP\ttoday ", "is:vip ", sort="priority", is_descending=True, **by(session))

    (mine,) = saved.saved(session, reader=reading(session, 1))
    assert (mine.name, mine.query, mine.sort, mine.is_descending) == ("VIP today", "is:vip", "priority", True)
    assert seen(session, 2) == []


def test_the_same_name_is_the_same_view(session):
    """Saving again under a name replaces the query; another person may use the same name."""
    first = saving.save_view(session, "Mine", "who:me", **by(session))
    again = saving.save_view(session, "Mine", "who:me p:1", **by(session))
    saving.save_view(session, "Mine", "first:me", **by(session, "wang.lei"))

    assert (first.id, seen(session, 1), seen(session, 2)) == (
        again.id, [("Mine", "", "who:me p:1")], [("Mine", "", "first:me")],
    )  # fmt: skip


def test_a_lead_who_is_no_member_sees_the_views_of_the_team(session):
    """Whoever may save a view for a team has it in their list, also when the team is not theirs."""
    session.get_one(Team, 1).lead_id = 3
    saving.save_view(session, "Ours", "p:1", team="desk", **by(session, session.get_one(Person, 3).login))

    assert session.get(Membership, (3, 1)) is None
    assert seen(session, 3) == [("Ours", "desk", "p:1")]


def test_a_team_view_is_made_by_the_lead_and_seen_by_the_team(session):
    """A lead shares a view with the team; members see it and cannot change it, others do not see it."""
    lead(session)
    view = saving.save_view(session, "Ours", "team:mine", team="desk", **by(session, "wang.lei"))

    assert seen(session, 1) == seen(session, 2) == [("Ours", "desk", "team:mine")]
    assert seen(session, 3) == []
    for act in (
        lambda: saving.save_view(session, "Other", "p:1", team="desk", **by(session)),
        lambda: saving.rename_view(session, view.id, "Theirs", **by(session)),
        lambda: saving.remove_view(session, view.id, **by(session)),
    ):
        with pytest.raises(NotAllowed, match="made by its lead"):
            act()


def test_a_view_is_renamed_and_removed(session):
    """A view gets another name unless that one is taken, and goes; nobody else can touch it."""
    first = saving.save_view(session, "A", "p:1", **by(session))
    saving.save_view(session, "B", "p:2", **by(session))
    with pytest.raises(Refused, match="called B already"):
        saving.rename_view(session, first.id, "B", **by(session))
    with pytest.raises(NotFound):
        saving.remove_view(session, first.id, **by(session, "wang.lei"))

    saving.rename_view(session, first.id, "C", **by(session))
    assert saving.remove_view(session, saving.view_id(session, "B", **{"actor": finding.person(session, "li.na")}),
                              **by(session)) == "B"  # fmt: skip
    assert seen(session, 1) == [("C", "", "p:1")]


@pytest.mark.parametrize(
    ("name", "query", "error"), [("", "p:1", Refused), ("x" * 41, "p:1", Refused), ("A", "p:9", BadQuery)]
)
def test_what_cannot_be_saved(session, name, query, error):
    """A view needs a name of a readable length and a query that can be understood; else nothing is saved."""
    with pytest.raises(error):
        saving.save_view(session, name, query, **by(session))

    assert seen(session, 1) == []


def test_an_erased_person_leaves_no_view(session):
    """The views of somebody who is erased go with them, and their login leaves the views of others."""
    session.get_one(Person, 20).role = "admin"
    saving.save_view(session, "A", "who:me", **by(session))
    saving.save_view(session, "of li.na", "who:li.na", **by(session, "wang.lei"))
    erasing.erase(session, "li.na", **by(session, "he.lin"))

    assert (seen(session, 1), seen(session, 2)) == ([], [("of erased-1", "", "who:erased-1")])


def at_once(database, *acts):
    """Let acts begin at the same moment, each in its own transaction, and return what was said against them."""
    start = Barrier(len(acts))

    def work(act):
        with database.write() as session:
            who = by(session)
            if not database.url.startswith("sqlite"):
                start.wait(5)
            act(session, **who)

    with ThreadPoolExecutor() as pool:
        told = [pool.submit(work, act).exception for act in acts]
        return {type(one()) for one in told} - {type(None)}


def test_a_name_saved_twice_at_the_same_moment_is_one_view(database):
    """The second replaces the first or is told to look again; there are never two of one name."""
    told = at_once(database, *(partial(saving.save_view, name="Mine", asked=f"p:{n}") for n in (1, 2, 3)))
    with database.read() as session:
        assert (len(seen(session, 1)), told - {Conflict}) == (1, set())


@pytest.mark.parametrize("other", [saving.remove_view, partial(saving.rename_view, name="C")])
def test_a_view_changed_by_two_at_the_same_moment_is_changed_once_or_gone(other, database):
    """One removes it, the other removes or renames it: whoever comes second is told that it is not there any more."""
    with database.write() as session:
        view_id = saving.save_view(session, "A", "p:1", **by(session)).id
    told = at_once(database, partial(saving.remove_view, view_id=view_id), partial(other, view_id=view_id))
    with database.read() as session:
        assert (seen(session, 1), told - {NotFound}) == ([], set())


def test_two_views_renamed_alike_at_the_same_moment_keep_two_names(database):
    """One gets the name, the other keeps its own."""
    with database.write() as session:
        ids = [saving.save_view(session, name, "p:1", **by(session)).id for name in ("A", "B")]
    told = at_once(database, *(partial(saving.rename_view, view_id=one, name="C") for one in ids))
    with database.read() as session:
        names = {name for name, _team, _query in seen(session, 1)}
    assert (len(names), "C" in names, told - {Refused, Conflict}) == (2, True, set())
