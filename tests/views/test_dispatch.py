"""A choice explained: rules, need, verdicts, choice and risk of a ticket, as one who may read it sees them."""

from datetime import timedelta

import pytest

from sharedops_core import i18n
from sharedops_core.desk import absences, assignment, closing, finding, opening
from sharedops_core.rules import choice
from sharedops_core.rules.request import Request
from sharedops_core.store import access
from sharedops_core.store.tables import Person, Shift, Ticket
from sharedops_core.views import dispatch
from tests.conftest import SEES_ALL, T0
from tests.lanes import add_lane
from tests.skilled import rule, skilled


@pytest.fixture
def opened(session):
    """Open a ticket of a requester."""
    skilled(session)
    ana = finding.person(session, "ana.ruiz")
    return lambda at=T0: opening.open_ticket(session, Request("VPN drops", item="IT-NET-VPN-01"), actor=ana, at=at)


def explained(session, ticket, at=T0):
    """Return the explanation as somebody sees it who sees all."""
    return dispatch.explanation(session, ticket.id, at, reader=SEES_ALL)


def test_the_rules_choose_by_what_is_asked(session, opened):
    """The class of the item, its line and the words of its subject are facts; level 2 has only 王磊."""
    rule(session, "vpn", 10, "class == 'IT-NET-VPN' and line == 1 and contains(subject, 'drops')", must={"vpn": 2})
    rule(session, "never", 20, "company == 'frankfurt'", must={"german": 1})

    found = explained(session, opened())

    assert [one.result for one in found.outcomes] == ["hit", "missed"]
    assert (found.chosen, [one.candidate.login for one in found.verdicts]) == ("wang.lei", ["wang.lei", "li.na"])
    assert [one.kind for one in found.verdicts[1].hindrances] == ["skill"]


def test_load_acquaintance_and_turn_count(session, opened):
    """李娜 has resolved one of the same requester and holds one: known for two, one in hand, given one just now."""
    for is_done in (True, False):
        ticket = opened()
        assignment.take(session, ticket.id, actor=session.get_one(Person, 1), at=T0)
        if is_done:
            closing.resolve(session, ticket.id, "done", actor=session.get_one(Person, 1), at=T0)

    found = {one.candidate.login: one for one in explained(session, opened()).verdicts}

    parts = {part.name: part.points for part in found["li.na"].parts}
    assert (found["li.na"].candidate.load, parts) == (
        1.0, {"skill": 40.0, "room": 24.0, "affinity": 6.7, "turn": 0.0},
    )  # fmt: skip
    assert found["wang.lei"].candidate.affinity == 0


def test_acquaintance_by_confidential_tickets_is_told_to_insiders_only(session, opened):
    """Whom somebody has helped in confidence is not to be seen from points."""
    add_lane(session)
    sealed = opening.open_ticket(session, Request("x", requester="ana.ruiz", item="SEALED-HR"), at=T0,
                                 actor=finding.person(session, "wang.lei"))  # fmt: skip
    sealed.assignee_id, sealed.resolved_at = finding.person(session, "li.na").id, T0
    session.flush()

    seen = {}
    for login in ("liu.yang", "song.jie"):
        reader = access.reader(session, finding.person(session, login))
        verdicts = dispatch.explanation(session, opened().id, T0, reader=reader).verdicts
        seen[login] = {one.candidate.login: one.candidate.affinity for one in verdicts}["li.na"]

    assert seen == {"liu.yang": 0, "song.jie": 1}


def test_who_is_absent_gets_nothing_until_they_are_back(session, opened):
    """An absence that is on record keeps a ticket from whoever is away, and says until when."""
    absences.be_absent(session, "li.na", "wang.lei", T0, T0 + timedelta(days=3), actor=finding.person(session, "li.na"))

    found = {one.candidate.login: one for one in explained(session, opened()).verdicts}

    assert [(one.kind, one.until) for one in found["li.na"].hindrances] == [("absent", T0 + timedelta(days=3))]
    assert found["wang.lei"].is_eligible


def test_who_is_off_shift_is_told_from_when_on(session, opened):
    """The shift begins on working days only: on Friday night it is Monday that counts."""
    session.add(
        Shift(id=1, code="day", name_en="Day", name_zh="白班", starts="09:00", ends="18:00", tz="Asia/Shanghai")
    )
    session.flush()
    for login in ("li.na", "wang.lei"):
        finding.person(session, login).shift_id = 1
    finding.team(session, "desk").calendar_id = 1
    ticket = opened()
    friday = T0 + timedelta(days=(4 - T0.weekday()) % 7, hours=15)

    found = explained(session, ticket, friday)

    until = found.verdicts[0].hindrances[0].until
    assert (found.chosen, until.astimezone(None).weekday(), until - friday > timedelta(days=2)) == (None, 0, True)


def test_the_risk_is_told_from_comparable_tickets(session, opened):
    """One of two missed its target; without any there is no figure, not a zero."""
    first = opened()
    assert explained(session, first).risk.percent is None
    assert any("-" in line for _title, lines in choice.spelled_out(explained(session, first)) for line in lines)
    for days in (0, 20):
        assignment.take(session, first.id, actor=session.get_one(Person, 1), at=T0)
        closing.resolve(session, first.id, "done", actor=session.get_one(Person, 1), at=T0 + timedelta(days=days))
        first = opened()

    risk = explained(session, opened()).risk

    assert (risk.percent, risk.missed, risk.total, risk.usual) == (50, 1, 2, timedelta(days=10))


def test_whoever_may_not_see_a_ticket_sees_no_choice(session, opened):
    """A requester does not see how the desk deals its work out, and nobody sees what is not theirs."""
    ticket = opened()
    for reader in (None, access.reader(session, finding.person(session, "ana.ruiz"))):
        assert dispatch.explanation(session, ticket.id, T0, reader=reader) is None


def test_a_confidential_ticket_goes_to_the_people_of_its_lane(session, opened):
    """Whoever of the team does not belong to the lane cannot have it."""
    ticket = opened()
    finding.team(session, "network").lane = "hr"
    session.flush()
    session.get_one(Ticket, ticket.id).lane = "hr"
    session.flush()
    found = explained(session, ticket)
    assert (found.chosen, {one.hindrances[0].kind for one in found.verdicts}) == (None, {"lane"})


def test_everything_is_said_in_both_languages(session, opened):
    """Headings and reasons in the language of the reader, names of skills too."""
    rule(session, "vpn", 10, "true", "first", must={"vpn": 2}, should={"german": 1})
    ticket = opened()
    english = choice.spelled_out(explained(session, ticket))
    i18n.activate("zh")
    chinese = choice.spelled_out(explained(session, ticket))

    assert english[0] == ("Who would get it", ["wang.lei 王磊 with 37 points"])
    assert "-  li.na 李娜: Vpn 2 needed, has 1" in dict(english)["Candidates"]
    assert dict(english)["Rules"] == ["hit  vpn vpn: true -> must Vpn 2, should German, the last word"]
    assert "-  li.na 李娜：需要 技能 vpn 2，现为 1" in dict(chinese)["候选坐席"]
