"""Need to know: for whoever may not see a confidential ticket, the desk is the same desk without it."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from sharedops_core.desk import finding, sweeping, terms
from sharedops_core.store import access, db
from sharedops_core.store.tables import Notice, Policy
from sharedops_core.views import clocks, knowledge, notices, pulse, queue, reports, ticket
from sharedops_core.views.figures import figure_name
from tests.cli.conftest import Answer
from tests.conftest import SEES_ALL, T0, small_centre
from tests.desks import ENGINES
from tests.lanes import INSIDERS, OUTSIDERS, SECRETS, add_lane, secret
from tests.views.conftest import six_tickets

LATER = T0 + timedelta(days=4)
NUMBER = "INC-10007"
STEPS = [
    {
        "clock": "resolution",
        "at": "50%",
        "tell": ["holder", "lead", "supervisor", "first_contact"],
        "give": "supervisor",
    },
]
TEXT = "--text x"
ACTS = (
    "take", "assign --to wang.lei", f"reply {TEXT}", f"note {TEXT}", f"receive {TEXT}", "wait --reason requester",
    "resume", "prioritise --to 1", "reclassify --to IT-NET-VPN-01", f"promise --by 2h {TEXT}", "keep",
    f"resolve {TEXT}",
    "handoff --to desk --reason other --asked a --tried b --found c --promised - --wanted d", "accept",
    "give-back --reason not_ours", f"decide --to desk --reason other {TEXT}",
    f"escalate --reason at_risk {TEXT}", "confirm", f"reopen {TEXT}",
    "cancel --reason duplicate", "rate 5", "show", "show --json", "show --audit --held",
)  # fmt: skip
"""Everything that can be done to a ticket by its number."""

REPORTS = tuple(
    f"report {name} --by {by} {form}"
    for name, by in (
        ("sla", "team"),
        ("backlog", "item"),
        ("handoffs", "line"),
        ("volume", "state"),
        ("held", "agent"),
        ("pingpong", "teams"),
        ("duties", "owner"),
    )
    for form in ("--json", "--csv", "")
)
WHOLE = re.compile(r"\d+ lines hold, the last hash is \w+|[\d.]+ [KMG]B|\d+ of \d+ connections")
READING = (
    *(f"ticket list --view {view} --json" for view in queue.VIEWS),
    *(f"ticket list --view open --sort {sort} --csv" for sort in queue.SORTS),
    *(f"ticket list --text {word} --json" for word in (*SECRETS, NUMBER, "hou.jia", "侯佳", "王小明")),
    "ticket list", "ticket list --limit 4", *REPORTS, f"sla explain {NUMBER}", f"sla explain {NUMBER} --json",
    "doctor", "doctor --json", "knowledge search VPN --json", "catalogue tree", "admin user list --json",
    "audit verify", "audit list --json", "sla sweep --json", "shift sheet --team hr-care", "shift sheet --of wang.lei",
)  # fmt: skip


def without_it(session):
    """Write a desk with a lane, a chain and six tickets."""
    small_centre(session)
    add_lane(session)
    session.get_one(Policy, 1).escalation = STEPS
    terms.renew(session, actor=None, at=T0)
    six_tickets(session)


def with_it(session):
    """Write the same desk, and a confidential ticket."""
    without_it(session)
    assert secret(session).number == NUMBER


@pytest.fixture
def copies(engine, desks):
    """The addresses of two desks that are the same but for one confidential ticket, which the second one has."""
    with desks.copy(engine, "lane", without_it) as one, desks.copy(engine, "lane and ticket", with_it) as other:
        yield [one.url, other.url]


@pytest.fixture
def both(copies, shell, now):
    """Run a command in both desks, four days later; return both answers.

    What they say of the whole file or server is left out: name, size, connections, and how long the hash chains are.
    """
    now.move_to(LATER)

    def run(login, line) -> list[Answer]:
        found = [shell("--db", url, "--as", login, *line.split()) for url in copies]
        return [Answer(one.code, *(WHOLE.sub("", text.replace(url, "URL")) for text in (one.out, one.err)))
                for url, one in zip(copies, found, strict=True)]  # fmt: skip

    return run


BY_TURNS = [(ENGINES[nth % len(ENGINES)], login) for nth, login in enumerate(OUTSIDERS)]
"""All commands take long, so each outsider types them on one engine; the views below are asked on both."""


@pytest.mark.parametrize(("engine", "login"), BY_TURNS)
def test_the_shell_of_an_outsider_is_that_of_a_desk_without_the_ticket(both, login):
    """Lists, searches, cards, reports, explanations, the doctor and the sweep say the same in both desks."""
    for line in READING:
        without, within = both(login, line)
        assert within == without, line
        said = line.split()
        assert not [word for word in (*SECRETS, NUMBER) if word not in said and word in within.out + within.err], line


@pytest.mark.parametrize("login", OUTSIDERS)
def test_no_act_tells_an_outsider_that_the_ticket_is_there(both, login):
    """Whatever is tried by its number gives the sentence, and the exit code, of a number that nobody has."""
    for act in ACTS:
        name, *options = act.split()
        if login == "portal" and name == "receive":
            continue
        without, within = both(login, " ".join(["ticket", name, NUMBER, *options]))
        assert within == without, act
        assert within.code == 3
        assert within.err == f"there is no ticket {NUMBER}\n"


@pytest.mark.parametrize("login", OUTSIDERS)
def test_every_view_of_an_outsider_is_that_of_a_desk_without_the_ticket(copies, login):
    """Pages, rows, counts, news, figures, notices and cards are the same values in both desks."""
    found = []
    for url in copies:
        database = db.open_database(url)
        with database.write() as session:
            while sweeping.sweep(session, at=LATER):
                pass
            found.append(_seen(session, access.reader(session, finding.person(session, login))))
        database.close()
    assert found[0] == found[1]
    assert not [word for word in (*SECRETS, NUMBER) if word in repr(found[1])]


def _seen(session, reader):
    pages = [
        queue.page(session, queue.Question(view, reader.person_id, text, sort), LATER, reader=reader, size=3)
        for view in queue.VIEWS
        for sort in queue.SORTS
        for text in ("", "处分", "Zweig", "10007", "侯佳")
        if not text or sort == queue.SORTS[0]
    ]
    made = [reports.report(session, name, reports.Period(), LATER, by=by, reader=reader)
            for name in reports.REPORTS for by in reports.OWN_DIMENSIONS.get(name, ("line", "team"))
            if reader.role not in ("requester", "service")]  # fmt: skip
    return [
        pages, made, queue.counts(session, LATER, reader=reader), queue.row(session, 7, reader=reader),
        queue.news(session, 3, reader=reader).count, pulse.pulse(session, LATER, reader=reader),
        [row.number for row in notices.unread(session, reader=reader)], notices.unread_count(session, reader=reader),
        ticket.ticket(session, 7, LATER, reader=reader), clocks.held(session, 7, LATER, reader=reader),
        clocks.explanations(session, 7, LATER, reader=reader), knowledge.find(session, "Zweig", reader=reader),
    ]  # fmt: skip


def test_alarms_of_a_confidential_ticket_reach_its_lane_only(copies):
    """The sweep tells holder, first contact and the leads of the lane; it gives the ticket to nobody outside."""
    database = db.open_database(copies[1])
    with database.write() as session:
        while sweeping.sweep(session, at=LATER):
            pass
        told = session.exec(select(Notice.person_id).where(Notice.ticket_id == 7)).all()
        logins = {session.get_one(finding.Person, one).login for one in told}
        card = ticket.ticket(session, 7, LATER, reader=SEES_ALL)
    database.close()
    assert logins == {"hou.jia", "wang.lei", "xu.li"}
    assert card.assignee.login in {"hou.jia", "xu.li"}


def test_an_import_names_no_ticket_its_admin_may_not_see(both, tmp_path):
    """A changed promise recomputes the confidential ticket too, and says so to those who may know only."""
    targets = "\n".join(f'p{n} = {{ respond = "9h", resolve = "90h" }}' for n in (1, 2, 3, 4))
    (tmp_path / "p.toml").write_text(
        '[[policies]]\ncode = "standard"\nname_en = "Standard"\nname_zh = "标准承诺"\ncalendar = "cn-office"\n'
        f"[policies.targets]\n{targets}\n", encoding="utf-8",
    )  # fmt: skip
    for line in (f"import policies {tmp_path / 'p.toml'} --dry-run", f"import policies {tmp_path / 'p.toml'} --json"):
        without, within = both("ops.admin", line)
        assert (within.code, within) == (0, without)
        assert "INC-10003" in within.out and NUMBER not in within.out


@pytest.mark.parametrize("login", INSIDERS)
def test_insiders_see_all_of_it(both, login):
    """Lead and members of the lane, the auditor and the first-contact owner have it in list, card and figures."""
    _without, listed = both(login, "ticket list --view open --json")
    _without, card = both(login, f"ticket show {NUMBER} --json")
    without, within = both(login, "report backlog --json")

    assert [row["lane"] for row in listed.json if row["number"] == NUMBER] == ["hr"]
    assert all(word in card.out for word in SECRETS if word != "Xanthic")
    assert within.json["figures"]["open"] == without.json["figures"]["open"] + 1
    assert "Xanthic" not in card.out


def test_the_requester_reads_the_public_part_only(both):
    """Their own words and answers are there; notes, journal, hand-offs and clocks of the desk are not, nor in JSON."""
    _without, card = both("wang.xiaoming", f"ticket show {NUMBER} --json")
    _without, page = both("wang.xiaoming", f"ticket show {NUMBER} --audit --held")

    assert [one["direction"] for one in card.json["thread"]] == ["in"]
    assert [card.json[name] for name in ("events", "handoffs", "held", "source_facts")] == [[], [], [], {}]
    assert {clock["kind"] for clock in card.json["clocks"]} <= {"response", "resolution", "update", "promise"}
    assert "Zephyrine" in page.out and "Yonderly" not in page.out + card.out
    assert not {"denied", "holder", "draft", "draft_kind"} & card.json.keys()


def test_the_auditor_reads_everything_and_changes_nothing(both):
    """The auditor's card is whole; every act is refused with the role and the right it lacks."""
    assert "Yonderly" in both("song.jie", f"ticket show {NUMBER}")[1].out
    for act in ACTS[:-3]:
        name, *options = act.split()
        answer = both("song.jie", " ".join(["ticket", name, NUMBER, *options]))[1]
        assert (answer.code, answer.out) == (4, ""), act
        assert answer.err.startswith("宋杰 has the role auditor, which has no right to: ")


def test_definitions_say_who_is_counted(both):
    """A report on tickets says that confidential ones count only for those who may see them."""
    for name in set(reports.REPORTS) - {"shifts"}:
        said = both("he.lin", f"report {name} --json")[1].json["definitions"]
        assert "Confidential tickets count only for those who may see them." in next(iter(said.values()))
        assert all(figure_name(one) for one in said)
