"""Importing what clocks count on: calendars and policies, with what was recomputed, and dry runs that leave nothing."""

import json

import pytest
from sqlmodel import col, func, select

from sharedops_core.store.tables import CalendarVersion, Event, PolicyVersion

NOTICE = json.dumps({"year": 2026, "days": [{"name": "x", "date": "2026-03-03", "isOffDay": True}]})
POLICY = """
[[policies]]
code = "standard"
name_en = "Standard"
name_zh = "标准承诺"
calendar = "cn-office"
[policies.targets]
p1 = { respond = "15m", resolve = "4h" }
p2 = { respond = "30m", resolve = "8h" }
p3 = { respond = "2h", resolve = "30m" }
p4 = { respond = "4h", resolve = "40h" }
"""
CALENDAR = """
code = "cn-office"
name_en = "China office"
name_zh = "中国办公时间"
tz = "Asia/Shanghai"
[hours]
mon = [["08:00", "20:00"]]
"""
BEFORE, AFTER = "2026-03-04T02:00:00+00:00", "2026-03-05T02:00:00+00:00"


@pytest.fixture
def imported(sharedops, tmp_path):
    """Open a ticket, and return what imports a file of some text."""
    sharedops("ticket", "new", "VPN drops", "--requester", "wang.xiaoming", "--item", "IT-NET-VPN-01")

    def run(kind, text, *options, name="file.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return sharedops("import", kind, tmp_path / name, *options, user="ops.admin")

    return run


def rows(database):
    """Return how many versions and journal lines there are."""
    with database.read() as session:
        return [
            session.exec(select(func.count()).select_from(table)).one()
            for table in (CalendarVersion, PolicyVersion, Event)
        ]


def test_a_notice_recomputes_what_is_open(imported, sharedops):
    """A holiday that was announced moves the due time, and the command lists it with both."""
    answer = imported("calendar", NOTICE, "--calendar", "cn-office", "--json", name="2026.json")
    change = {"kind": "resolution", "nth": 1, "before": BEFORE, "after": AFTER}

    assert (answer.code, answer.json["changed"]) == (0, ["cn-office"])
    assert answer.json["recomputed"] == [{"number": "INC-10001", "clocks": [change]}]
    assert sharedops("doctor", user="ops.admin").code == 0


def test_for_eyes_each_change_is_a_line(imported):
    """Without --json there is a line for each due time, from when to when, and a count."""
    lines = imported("calendar", NOTICE, "--calendar", "cn-office", name="2026.json").out.splitlines()
    assert lines[0] == "~ cn-office"
    assert lines[1].startswith("  INC-10001  resolution  2026-03-0")
    assert (" -> " in lines[1], lines[2]) == (True, "1 open ticket recomputed")


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [("calendar", CALENDAR, "c.toml"), ("policies", POLICY, "p.toml")],
    ids=["calendar", "policies"],
)
def test_a_dry_run_says_all_and_leaves_nothing(imported, database, kind, text, name):
    """--dry-run lists what would be recomputed, twice the same; no version and no journal line stays."""
    before = rows(database)
    answers = [imported(kind, text, "--dry-run", "--json", name=name) for _time in range(2)]

    assert answers[0].json == answers[1].json
    assert [one["number"] for one in answers[0].json["recomputed"]] == ["INC-10001"]
    assert (answers[0].json["dry_run"], rows(database)) == (True, before)


def test_a_changed_policy_lists_what_it_made_of_the_open_tickets(imported, sharedops, database, now):
    """A shorter target is a breach of the import, by whoever ran it; importing it again changes nothing (R7)."""
    now.shift(3600)
    first, again = (imported("policies", POLICY, "--json") for _time in range(2))

    assert first.json["changed"] == ["1/3"]
    assert first.json["recomputed"][0]["clocks"][0]["after"] == "2026-03-02T01:30:00+00:00"
    assert (again.json["changed"], again.json["recomputed"]) == ([], [])
    with database.read() as session:
        line = session.exec(select(Event).order_by(col(Event.id).desc())).first()
    assert (line.act, line.actor_id) == ("recompute", 21)


@pytest.mark.parametrize(
    ("code", "options", "said"),
    [
        (0, ("--from", "2026-03-09"), ""),
        (1, ("--from", "2026-02-01"), "2026-02-01 has passed; to change the past say so: --retroactive"),
        (0, ("--from", "2026-02-01", "--retroactive"), ""),
        (2, ("--from", "yesterday"), "--from yesterday: is no date; right would be 2026-03-02"),
    ],
)
def test_an_edit_counts_from_its_date(imported, database, code, options, said):
    """--from names the date of an edit; the past needs --retroactive besides (R8)."""
    answer = imported("calendar", CALENDAR, *options)
    assert (answer.code, said in answer.err) == (code, True), answer.err
    with database.read() as session:
        found = session.exec(select(CalendarVersion.valid_from).order_by(col(CalendarVersion.valid_from))).all()
    assert [str(one) for one in found[1:]] == ([options[1]] if code == 0 else [])


@pytest.mark.parametrize(
    ("code", "options", "said"),
    [
        (2, (), "2026.json: holds holidays only; say for which calendar: --calendar CODE"),
        (3, ("--calendar", "moon"), "there is no calendar moon; there are: cn-office"),
    ],
)
def test_holidays_need_a_calendar(imported, database, code, options, said):
    """A notice alone is of no calendar, and one nobody knows is named with those there are."""
    answer = imported("calendar", NOTICE, *options, name="2026.json")
    assert (answer.code, answer.out, said in answer.err) == (code, "", True)
    assert rows(database)[0] == 1


def test_a_notice_goes_into_several_calendars(imported, sharedops):
    """--calendar may be repeated; all of them or none."""
    other = CALENDAR.replace("cn-office", "cn-desk")
    assert imported("calendar", other).code == 0
    both = imported("calendar", NOTICE, "--calendar", "cn-office", "--calendar", "cn-desk", "--json", name="2026.json")
    assert both.json["changed"] == ["cn-office", "cn-desk"]
    half = imported(
        "calendar", NOTICE.replace("03-03", "03-04"), "--calendar", "cn-office", "--calendar", "x", name="2026.json"
    )
    assert half.code == 3
    assert imported("calendar", NOTICE, "--calendar", "cn-office", "--json", name="2026.json").json["changed"] == []


def test_a_retroactive_edit_judges_what_is_open_from_now(imported, sharedops):
    """Hours that are put right backwards move the due time of what is open, and the doctor is content."""
    answer = imported("calendar", CALENDAR, "--from", "2026-03-01", "--retroactive", "--json")
    assert answer.json["recomputed"][0]["clocks"][-1]["after"] == "2026-03-09T05:00:00+00:00"
    assert sharedops("doctor", user="ops.admin").code == 0
