"""Tags: changed by a line of the journal alone, by whom the matrix lets change tickets, and taken back by undo."""

from datetime import timedelta

import pytest
from sqlmodel import col, select, text

from sharedops_core.desk import assignment, changing, closing, undoing
from sharedops_core.errors import NotAllowed, NotFound, Refused
from sharedops_core.store import tags
from sharedops_core.store.tables import Event, TicketTag
from sharedops_core.views import doctor
from tests.conftest import SEES_ALL, T0
from tests.lanes import add_lane, secret

MINUTE = timedelta(minutes=1)


@pytest.fixture
def tag(session, ticket, who):
    """Tag the ticket as somebody, as undo remembers it."""

    def do(add=(), remove=(), login="li.na"):
        return undoing.remembered(session, changing.tag, ticket.id, add, remove, actor=who(login), at=T0 + MINUTE)

    return do


def lines(session):
    """Return act and tags of every line of the journal that says something of them."""
    found = session.exec(select(Event).order_by(col(Event.seq))).all()
    return [(one.act, one.detail["tags"]) for one in found if "tags" in (one.detail or {})]


def there(session, ticket):
    """Return the tags of a ticket, after the doctor has found them to be what the journal gives."""
    session.flush()
    assert doctor.examine(session, reader=SEES_ALL).replay == ()
    return tags.of(session, [ticket.id]).get(ticket.id, ())


def test_tags_are_added_and_taken_away_on_record(session, ticket, tag):
    """The journal has what changed, the ticket what it comes to, in one spelling."""
    tag(["Month End", "ＶＰＮ", "月结"])
    tag(["入职"], ["vpn", "never-there"])

    assert there(session, ticket) == ("month-end", "入职", "月结")
    assert lines(session) == [("change", ["+month-end", "+vpn", "+月结"]), ("change", ["+入职", "-vpn"])]


def test_what_is_so_already_is_no_event(session, ticket, tag):
    """Twice the same is once: nothing is written, and there is nothing to undo."""
    tag(["vpn"])
    version = ticket.version

    assert tag(["VPN"], ["later"]) is None
    assert (len(lines(session)), ticket.version, there(session, ticket)) == (1, version, ("vpn",))


def test_undo_takes_tags_back_and_again(session, ticket, tag, who):
    """One after the other, by lines of their own; done again they are there again."""
    first, second = tag(["vpn", "later"]), tag(["urgent"], ["later"])
    for done, left in ((second, ("later", "vpn")), (first, ())):
        undoing.undo(session, ticket.id, done.seq, actor=who("li.na"), at=T0 + 2 * MINUTE)
        assert there(session, ticket) == left

    tag(["urgent"])
    undoing.undo_last(session, ticket.id, actor=who("li.na"), at=T0 + 3 * MINUTE)
    assert there(session, ticket) == ()


def test_other_acts_and_their_undoing_leave_tags_alone(session, ticket, tag, who):
    """A take that is taken back takes no tag with it."""
    tag(["vpn"])
    done = undoing.remembered(session, assignment.take, ticket.id, actor=who("li.na"), at=T0 + MINUTE)
    undoing.undo(session, ticket.id, done.seq, actor=who("li.na"), at=T0 + 2 * MINUTE)

    assert there(session, ticket) == ("vpn",)


def test_twenty_tags_are_the_most(session, ticket, tag):
    """The one too many is refused with the number, and nothing of it stays."""
    tag([f"t{n}" for n in range(20)])
    with pytest.raises(Refused, match="INC-10001 would have 21 tags; 20 are the most"):
        tag(["t20"])
    tag(["t20"], ["t0"])
    assert len(there(session, ticket)) == 20


@pytest.mark.parametrize("hostile", ["a,b", 'x"y', "-x", "", "a:b", "y" * 41])
def test_no_tag_is_refused_by_the_desk_itself(session, ticket, tag, hostile):
    """Whoever calls, only tags are kept."""
    with pytest.raises(Refused):
        tag([hostile])
    assert there(session, ticket) == ()


@pytest.mark.parametrize("hostile", ["\x1b]52;c;T1dORUQ=\x07", "zero\u200bwidth", "[@click=app.quit]x[/]", "'); DROP"])
def test_hostile_words_are_harmless_tags_or_none(session, ticket, tag, hostile):
    """What could act on a terminal is a visible mark in the database, in both places."""
    try:
        tag([hostile])
    except Refused:
        return
    (kept,) = there(session, ticket)
    assert kept.isprintable()
    assert lines(session) == [("change", [f"+{kept}"])]


def test_tags_ask_the_right_of_every_change(session, ticket, tag, who):
    """Requesters tag nothing, others' tickets are their holders', a closed ticket stays as it is."""
    with pytest.raises(NotAllowed):
        tag(["vpn"], login="wang.xiaoming")
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    with pytest.raises(NotAllowed, match="is held by 李娜"):
        tag(["vpn"], login="wang.lei")
    closing.resolve(session, ticket.id, "done", actor=who("li.na"), at=T0)
    with pytest.raises(Refused, match="not possible while the ticket is resolved"):
        tag(["vpn"])


def test_a_confidential_ticket_is_tagged_by_its_lane(session, who):
    """Whoever may not see it is told that there is none."""
    add_lane(session)
    ticket = secret(session)
    changing.tag(session, ticket.id, ["warning"], actor=who("hou.jia"), at=T0 + 600 * MINUTE)
    with pytest.raises(NotFound):
        changing.tag(session, ticket.id, ["warning"], actor=who("li.na"), at=T0 + 600 * MINUTE)
    assert there(session, ticket) == ("warning",)


@pytest.mark.parametrize("tamper", ["DELETE FROM ticket_tag", "UPDATE ticket_tag SET tag = 'other'"])
def test_the_doctor_finds_tags_behind_the_back_of_the_journal(session, ticket, tag, tamper):
    """What the rows say and the journal does not is named."""
    tag(["vpn"])
    session.connection().execute(text(tamper))

    (finding,) = doctor.examine(session, reader=SEES_ALL).findings
    assert finding in {f"INC-10001: its tags are {now}, the journal says vpn" for now in ("-", "other")}


def test_the_table_takes_no_tag_of_another_length(session, ticket):
    """Empty and endless ones are refused by the database itself."""
    for wrong in ("", "x" * 41):
        with pytest.raises(Exception, match="ck_ticket_tag_length"), session.begin_nested():
            session.add(TicketTag(ticket_id=ticket.id, tag=wrong))
            session.flush()
