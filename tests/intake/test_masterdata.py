"""Importing master data: all of a file or nothing of it, and a second time nothing new."""

import json
import re
from datetime import timedelta

import pytest
from sqlmodel import SQLModel, col, func, select

from sharedops_core.errors import BadInput
from sharedops_core.intake import masterdata
from sharedops_core.store import search
from sharedops_core.store.tables import (
    Article,
    Calendar,
    CatalogueNode,
    Membership,
    Person,
    Policy,
    PolicyTarget,
    Reason,
    ServiceItem,
    Team,
)
from tests.conftest import T0
from tests.intake.xlsx import write_xlsx

ITEM = {
    "code": "IT-NET-VPN-02", "class": "IT-NET-VPN", "kind": "request", "name_en": "VPN for a guest",
    "name_zh": "访客 VPN", "plain_en": "A guest needs our network", "plain_zh": "外部人员要连内网",
    "phrases_en": ["guest vpn"], "phrases_zh": ["访客要连网"], "scope_en": "Guests", "scope_zh": "访客",
    "audience": ["employee"], "scenario_en": "An auditor comes", "scenario_zh": "审计进场", "steps_en": ["Approve"],
    "steps_zh": ["审批"], "priority": 3, "policy": "standard", "line1": "desk", "line2": "network", "owner": "zhou.kai",
}  # fmt: skip
ARTICLE = {
    "key": "KB-0001", "kind": "how_to", "audience": "everyone", "families": ["IT-NET"], "owner": "liu.yang",
    "reviewed_on": "2026-01-05", "title_en": "Guest VPN", "title_zh": "访客 VPN 怎么开", "body_en": "Ask the host.",
    "body_zh": "由接待人申请。",
}  # fmt: skip
AGENTS = "login,name,teams,skills,shift,capacity\nma.chao,马超,network|desk,,,8\n"
POLICY = """
[[policies]]
code = "fast"
name_en = "Fast"
name_zh = "快"
calendar = "cn-office"
[policies.targets]
p1 = { respond = "5m", resolve = "1h" }
p2 = { respond = "10m", resolve = "2h" }
p3 = { respond = "1h", resolve = "1wd" }
p4 = { respond = "1wd", resolve = "5wd" }
"""


def toml(name, *records):
    """Return records as a TOML list of tables, items under the category that is there already."""
    values = ['[category]\ncode = "IT"\nname_en = "IT"\nname_zh = "IT"' if name == "items" else ""]
    for one in records:
        values += [f"[[{name}]]", *(f"{key} = {json.dumps(value)}" for key, value in one.items())]
    return re.sub(r'"(\d{4}-\d\d-\d\d)"', r"\1", "\n".join(values)) + "\n"


def items(session, file, at=T0):
    """Import a catalogue file."""
    return masterdata.catalogue(session, file, at=at)


def versions(session, code):
    """Return (version, state, valid_to) of every version of an item."""
    found = session.exec(select(ServiceItem).where(col(ServiceItem.code) == code).order_by(col(ServiceItem.version)))
    return [(one.version, one.state, one.valid_to) for one in found]


def everything(session):
    """Return how many rows each table has."""
    return {
        name: session.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in SQLModel.metadata.tables.items()
    }


def test_a_new_item_is_live_and_can_be_found(session, write):
    """An imported item is version 1, live from today, with its teams, owner and policy, and in the index."""
    changes = items(session, write("net.toml", toml("items", ITEM)))
    item = session.exec(select(ServiceItem).where(col(ServiceItem.code) == ITEM["code"])).one()

    assert (changes.added, changes.changed, changes.unchanged) == (("IT-NET-VPN-02",), (), 1)
    assert (item.version, item.state, item.valid_from) == (1, "live", T0.date())
    assert (item.class_id, item.policy_id, item.line1_id, item.line2_id, item.line3_id, item.owner_id) == (
        3, 1, 1, 2, None, 5,
    )  # fmt: skip
    assert [hit.rowid for hit in search.find(session, "item_fts", "访客要连网")] == [item.id]


def test_importing_the_same_file_again_changes_nothing(session, write):
    """What is there already stays as it is, version and index included."""
    file = write("net.toml", toml("items", ITEM))
    items(session, file)
    again = items(session, file, at=T0 + timedelta(days=1))

    assert (again.added, again.changed, again.unchanged) == ((), (), 2)
    assert versions(session, "IT-NET-VPN-02") == [(1, "live", None)]


def test_a_changed_item_is_a_new_version_and_the_old_one_retires(session, write):
    """Tickets keep the version they were opened under; the catalogue shows the new one only."""
    items(session, write("net.toml", toml("items", ITEM)))
    tomorrow = T0 + timedelta(days=1)
    changed = items(session, write("new.toml", toml("items", ITEM | {"phrases_zh": ["来宾上网"]})), at=tomorrow)

    assert changed.changed == ("IT-NET-VPN-02",)
    assert versions(session, "IT-NET-VPN-02") == [(1, "retired", tomorrow.date()), (2, "live", None)]
    newest = session.exec(select(func.max(col(ServiceItem.id)))).one()
    assert [hit.rowid for hit in search.find(session, "item_fts", "访客")] == [newest]


def test_a_whole_branch_comes_in_one_file(session, write):
    """Category, family, class and item of one file find each other."""
    item = toml("items", ITEM | {"code": "FIN-EXP-TRV-01", "class": "FIN-EXP-TRV"})
    branch = (
        '[[families]]\ncode = "FIN-EXP"\nname_en = "Expenses"\nname_zh = "报销"\n'
        '[[classes]]\ncode = "FIN-EXP-TRV"\nfamily = "FIN-EXP"\nname_en = "Travel"\nname_zh = "差旅"\n'
    )
    items(session, write("fin.toml", item.replace('"IT"', '"FIN"') + branch))
    nodes = session.exec(select(CatalogueNode).where(col(CatalogueNode.code).startswith("FIN"))).all()

    assert [(node.code, node.level, node.parent_id) for node in nodes] == [
        ("FIN", 1, None), ("FIN-EXP", 2, nodes[0].id), ("FIN-EXP-TRV", 3, nodes[1].id),
    ]  # fmt: skip


def test_every_unknown_reference_is_named_and_nothing_is_written(session, write):
    """Class, policy, teams and owner that nobody knows are all findings of one refusal, and no row is there."""
    before = everything(session)
    wrong = ITEM | {"class": "NO-CLASS", "policy": "none", "line1": "no-team", "line2": "lost", "owner": "nobody"}
    with pytest.raises(BadInput) as refusal:
        items(session, write("net.toml", toml("items", ITEM | {"code": "IT-NET-VPN-03"}, wrong)))

    said = "\n".join(refusal.value.findings)
    assert len(refusal.value.findings) == 5
    assert all(f"'{code}' is not known" in said for code in ("NO-CLASS", "none", "no-team", "lost", "nobody"))
    assert everything(session) == before


def test_every_finding_of_every_file_is_said_at_once(session, write, tmp_path):
    """A folder with two wrong files is refused with the findings of both."""
    write("cat/a.toml", toml("items", ITEM | {"kind": "wish", "plain_zh": ""}))
    write("cat/b.csv", "code,class\nX,Y\n")
    with pytest.raises(BadInput) as refusal:
        items(session, tmp_path / "cat")

    said = refusal.value.findings
    assert any("a.toml, [[items]] 1 IT-NET-VPN-02: kind = 'wish': right would be" in finding for finding in said)
    assert any("plain_zh = '': must not be empty" in finding for finding in said)
    assert any("b.csv, line 2: name_en is missing" in finding for finding in said)


def test_an_item_that_stands_there_twice_is_refused(session, write):
    """Two items of one code in one import contradict each other."""
    with pytest.raises(BadInput, match="IT-NET-VPN-02: stands there twice"):
        items(session, write("net.toml", toml("items", ITEM, ITEM | {"name_en": "Other"})))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_of_items_is_the_same_as_toml(session, write, tmp_path, kind):
    """An item from a spreadsheet, lists parted by a bar, equals the one from TOML: importing both changes nothing."""
    items(session, write("net.toml", toml("items", ITEM | {"steps_en": ["Ask; wait", "Approve"]})))
    cells = ITEM | {"steps_en": "Ask; wait | Approve", "phrases_en": "guest vpn", "phrases_zh": "访客要连网",
                    "audience": "employee", "steps_zh": "审批"}  # fmt: skip
    if kind == "xlsx":
        file = write_xlsx(tmp_path / "net.xlsx", [list(cells), list(cells.values())])
    else:
        file = write("net.csv", ",".join(cells) + "\n" + ",".join(map(str, cells.values())) + "\n")

    assert items(session, file).unchanged == 1


def test_articles_are_imported_and_found(session, write):
    """An article comes with its owner and is found in both languages; again nothing changes; changed is changed."""
    first = masterdata.knowledge(session, write("kb.toml", toml("articles", ARTICLE)))
    again = masterdata.knowledge(session, write("kb.toml", toml("articles", ARTICLE)))
    other = masterdata.knowledge(session, write("kb.toml", toml("articles", ARTICLE | {"body_zh": "找前台登记。"})))
    article = session.exec(select(Article)).one()

    assert (first.added, again.unchanged, other.changed) == (("KB-0001",), 1, ("KB-0001",))
    assert article.owner_id == 3
    assert [hit.rowid for hit in search.find(session, "article_fts", "前台登记")] == [article.id]
    assert search.find(session, "article_fts", "接待人") == []


def test_articles_come_from_a_spreadsheet_too(session, write):
    """The kinds of files that the help of the command names are read."""
    cells = ARTICLE | {"families": "IT-NET|IT-ACC"}
    masterdata.knowledge(session, write("kb.csv", ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"))

    assert session.exec(select(Article.families)).one() == ["IT-NET", "IT-ACC"]


def test_an_article_of_an_unknown_owner_is_refused(session, write):
    """Every article has somebody who answers for it."""
    with pytest.raises(BadInput, match="KB-0001: owner = 'nobody' is not known"):
        masterdata.knowledge(session, write("kb.toml", toml("articles", ARTICLE | {"owner": "nobody"})))


def test_an_agent_comes_with_teams(session, write):
    """The first team of an agent is home; the row is a person who may act."""
    masterdata.people(session, write("agents.csv", AGENTS))
    person = session.exec(select(Person).where(col(Person.login) == "ma.chao")).one()
    teams = session.exec(
        select(Team.code, Membership.is_home).join(Membership).where(col(Membership.person_id) == person.id)
    ).all()

    assert (person.role, person.capacity) == ("agent", 8)
    assert sorted(teams) == [("desk", False), ("network", True)]


def test_the_home_of_an_agent_is_the_first_team_of_the_file(session, write):
    """An agent who moves has one home, the new one; nothing is deleted, so the old team stays a mere membership."""
    masterdata.people(session, write("agents.csv", AGENTS))
    masterdata.people(session, write("agents.csv", AGENTS.replace("network|desk", "platform")))
    homes = session.exec(
        select(Team.code).join(Membership).join(Person).where(col(Person.login) == "ma.chao", col(Membership.is_home))
    ).all()

    assert homes == ["platform"]


def test_a_misspelt_list_is_refused_not_passed_over(session, write):
    """[[article]] for [[articles]] would import nothing and say nothing: it is named."""
    file = write("kb.toml", toml("article", ARTICLE))
    with pytest.raises(BadInput, match=r"kb\.toml: article is no known field"):
        masterdata.knowledge(session, file)


def test_unknown_teams_skills_shifts_and_companies_are_named(session, write):
    """What an agent or requester refers to must be there."""
    agents = write("agents.csv", "login,name,teams,skills,shift\nma.chao,马超,nowhere,juggling,moon\n")
    with pytest.raises(BadInput) as refusal:
        masterdata.people(session, agents)
    assert refusal.value.findings == (
        "ma.chao: team = 'nowhere' is not known",
        "ma.chao: skill = 'juggling' is not known",
        "ma.chao: shift = 'moon' is not known",
    )

    with pytest.raises(BadInput, match=r"zhu\.li: company = 'mars' is not known"):
        masterdata.people(session, write("requesters.csv", "login,name,company\nzhu.li,朱莉,mars\n"))


def test_requesters_keep_their_role_and_flags(session, write):
    """A requester is VIP when the file says so, and stays a requester."""
    masterdata.people(session, write("requesters.csv", "login,name,company,language,is_vip\nzhu.li,朱莉,hq,zh,true\n"))
    person = session.exec(select(Person).where(col(Person.login) == "zhu.li")).one()

    assert (person.role, person.is_vip, person.language, person.company_id) == ("requester", True, "zh", 1)


def test_a_policy_comes_with_its_targets(session, write):
    """Targets keep their unit as written."""
    masterdata.policies(session, write("policies.toml", POLICY))
    policy = session.exec(select(Policy).where(col(Policy.code) == "fast")).one()
    targets = session.exec(select(PolicyTarget).where(col(PolicyTarget.policy_id) == policy.id)).all()

    assert [(one.priority, one.respond_within, one.resolve_within) for one in targets] == [
        (1, "5m", "1h"), (2, "10m", "2h"), (3, "1h", "1wd"), (4, "1wd", "5wd"),
    ]  # fmt: skip


def test_a_wrong_policy_is_refused_with_every_finding(session, write):
    """A target that is none and a calendar nobody knows are said together; no policy is written."""
    wrong = POLICY.replace('"5m"', '"soon"').replace("cn-office", "moon")
    with pytest.raises(BadInput) as refusal:
        masterdata.policies(session, write("policies.toml", wrong))

    assert len(refusal.value.findings) == 2
    assert "fast p1" in refusal.value.findings[0]
    assert "calendar = 'moon' is not known" in refusal.value.findings[1]
    assert session.exec(select(Policy.code)).all() == ["standard"]


def test_reasons_say_which_clocks_they_pause(session, write):
    """A waiting reason comes with the clocks that stand while a ticket waits for it."""
    reason = {"code": "parts", "name_en": "Parts", "name_zh": "备件", "pauses": ["resolution", "line"]}
    masterdata.policies(session, write("reasons.toml", toml("waiting_reasons", reason)))

    found = session.get(Reason, ("waiting", "parts"))
    assert found.pauses == ["resolution", "line"]


def test_a_wrong_calendar_is_refused(session, write):
    """A calendar whose hours make no sense is named with its file and not stored."""
    text = 'code = "x"\nname_en = "x"\nname_zh = "x"\ntz = "Asia/Shanghai"\n[hours]\nmon = [["09:00", "25:00"]]\n'
    with pytest.raises(BadInput, match=r"wrong\.toml"):
        masterdata.calendars(session, write("wrong.toml", text), at=T0)

    assert session.exec(select(Calendar.code)).all() == ["cn-office"]


def test_what_a_team_asks_is_checked_question_by_question(session, write):
    """A code that stands there twice, a question without end, and a time that is none are named at once."""
    asked = [{"code": "who", "en": "Who?", "zh": "谁？"}, {"code": "who", "en": "x" * 201, "zh": "谁？"}]
    same = {"line": 1, "name_en": "Desk", "name_zh": "台"}
    teams = [{"code": "a", **same, "sign_within": "1 day"}, {"code": "b", **same, "checklist": asked[:1] * 2},
             {"code": "c", **same, "checklist": asked[1:]}]  # fmt: skip
    text = toml("teams", *teams).replace('": ', '" = ')
    with pytest.raises(BadInput) as refused:
        masterdata.people(session, write("teams.toml", text))

    for finding in ("1 a: sign_within = '1 day': ", "2 b: checklist = ", "who stands there twice",
                    "3 c: checklist.0.en = ", "must have at most 200 characters"):  # fmt: skip
        assert finding in str(refused.value)
