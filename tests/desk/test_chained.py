"""The journal as a chain: every way of writing it continues the chain, whatever is done in whatever order."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, func, select, update

from sharedops_core.desk import conversation, finding, journal, opening, terms
from sharedops_core.rules.history import Entry
from sharedops_core.rules.request import Request
from sharedops_core.store.tables import AdminEvent, Event, Message, PolicyTarget
from sharedops_core.views import audit
from tests.conftest import SEES_ALL, T0
from tests.desk.test_lifecycle_of_a_ticket import STEP, lived


def holds(session):
    """Return how many lines the journal's chain has when both chains hold."""
    session.flush()
    verdicts = audit.verify(session, reader=SEES_ALL)
    assert [one.broken for one in verdicts] == [None, None]
    return verdicts[0].lines


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=14), line=st.integers(1, 10**6), what=st.sampled_from(["reason", "alarm"]))
def test_any_acts_make_a_chain_and_any_change_breaks_it(session, who, steps, line, what):
    """After random acts, refused ones too, the chain holds; one changed line is the one that is named."""
    lived(session, who, steps)
    lines = holds(session)
    assert lines == session.exec(select(func.count()).select_from(Event)).one()

    changed = line % lines + 1
    with session.begin_nested() as before:
        session.execute(update(Event).where(col(Event.id) == changed).values({what: "forged"}))
        assert audit.verify(session, reader=SEES_ALL)[0].broken.line_id == changed
        before.rollback()


def story(*said):
    """Return a whole ticket of two lines with words at some minutes."""
    entries = [
        Entry(at=T0, act="open", state="received", is_person=False, terms_id=1),
        Entry(at=T0 + timedelta(minutes=5), act="take", state="accepted", from_state="received", terms_id=1),
    ]
    fixed = {"kind": "incident", "subject": "x", "channel": "portal", "item_id": None, "policy_id": 1,
             "requester_id": 30, "opened_by_id": None, "opened_at": T0}  # fmt: skip
    messages = [{"at": T0 + timedelta(minutes=n), "author_id": 30, "direction": "in", "body": str(n)} for n in said]
    return journal.Story(fixed, entries, {2: {"told": ["李娜"]}}, messages)


def test_histories_in_bulk_continue_the_chain(session, who, ticket):
    """What is laid down in bulk stands in the same chain as single acts before and after it."""
    journal.record(session, [story(0, 3, 5, 9), story()])
    conversation.note(session, ticket.id, "after", actor=who("li.na"), at=T0)

    assert holds(session) == 6
    assert session.exec(select(Message.event_id).order_by(col(Message.id))).all() == [1, 2, 2, 3, 3, 6]


def test_a_recomputed_ticket_continues_the_chain(session, ticket):
    """A new promise writes a line for the ticket and one for administration."""
    session.execute(update(PolicyTarget).values(resolve_within="3h"))
    terms.renew(session, actor=None, at=T0)

    assert holds(session) == 2
    last = session.exec(select(AdminEvent).order_by(col(AdminEvent.id).desc())).first()
    assert (last.act, last.detail) == ("put_in_force", {"policies": ["standard"], "recomputed": 1})


def test_what_is_rolled_back_leaves_no_gap(database):
    """A transaction that failed has taken no number of the chain."""
    for is_lost in (True, False, True, False):
        try:
            with database.write() as session:
                request = Request(subject="x", item="IT-NET-VPN-01", channel="portal")
                opening.open_ticket(session, request, actor=finding.person(session, "ana.ruiz"), at=T0)
                if is_lost:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    with database.read() as session:
        assert holds(session) == 2
