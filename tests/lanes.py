"""A confidential lane for the small centre: its team, its people, its service item, and roles of every kind."""

from datetime import date, timedelta

from sqlmodel import Session

from sharedops_core.desk import assignment, conversation, finding, opening
from sharedops_core.rules.request import Request
from sharedops_core.store.tables import CatalogueNode, Membership, Person, ServiceItem, Team, Ticket
from tests.conftest import T0

PEOPLE = {
    "xu.li": ("徐丽", "lead", "hr-care"), "hou.jia": ("侯佳", "agent", "hr-care"),
    "gao.yan": ("高燕", "agent", "hr-experts"), "zhao.min": ("赵敏", "lead", "desk"),
    "song.jie": ("宋杰", "auditor", None), "portal": ("门户", "service", None),
}  # fmt: skip
OUTSIDERS = ("li.na", "zhao.min", "liu.yang", "he.lin", "ops.admin", "ana.ruiz", "portal")
"""One of each role who may not see the confidential tickets of this desk."""

INSIDERS = ("xu.li", "hou.jia", "gao.yan", "song.jie", "wang.lei")
"""Lead and members of the lane, the auditor, and the agent who took the call."""

SUBJECT, WORDS, NOTE, DRAFT = "Quarrelsome Zweig 处分不服", "Zephyrine verbal abuse", "Yonderly witness", "Xanthic"
SECRETS = ("Quarrelsome", "Zweig", "处分不服", "Zephyrine", "Yonderly", "Xanthic")


def add_lane(session: Session) -> None:
    """Add two HR teams, their people, an auditor, a service account and a confidential item of each lane."""
    session.add(Team(id=4, code="hr-care", line=2, lane="hr", name_en="HR care", name_zh="员工关系"))
    session.add(Team(id=5, code="hr-experts", line=3, lane="hr", name_en="HR experts", name_zh="人事专家"))
    session.flush()
    teams = {"desk": 1, "hr-care": 4, "hr-experts": 5}
    for number, (login, (name, role, team)) in enumerate(PEOPLE.items(), 40):
        session.add(Person(id=number, login=login, name=name, role=role))
        session.flush()
        if team:
            session.add(Membership(person_id=number, team_id=teams[team], is_home=True))
    session.get_one(Team, 4).lead_id = 40
    for level, code in enumerate(("HR", "HR-DOC", "HR-DOC-DIS"), 1):
        parent = {1: None, 2: 11, 3: 12}[level]
        session.add(CatalogueNode(id=10 + level, code=code, level=level, parent_id=parent, name_en=code, name_zh=code))
        session.flush()
    vpn = session.get_one(ServiceItem, 1).model_dump()
    for number, lane in enumerate(("hr", "legal", "audit"), 2):
        lines = {"line2_id": 4, "line3_id": 5} if lane == "hr" else {"line2_id": 2, "line3_id": 3}
        words = {"code": f"SEALED-{lane.upper()}", "name_en": f"Sealed {lane}", "valid_from": date(2026, 1, 1)}
        session.add(ServiceItem(**vpn | words | lines | {"id": number, "lane": lane, "class_id": 13}))
    session.flush()


def secret(session: Session) -> Ticket:
    """Take a confidential request in by phone, and let the lane work on it: words, a note, a draft."""

    def by(login: str, minutes: int) -> dict:
        return {"actor": finding.person(session, login), "at": T0 + timedelta(minutes=minutes)}

    request = Request(SUBJECT, body=WORDS, requester="wang.xiaoming", item="SEALED-HR", channel="phone")
    ticket = opening.open_ticket(session, request, **by("wang.lei", 500))
    assignment.take(session, ticket.id, **by("hou.jia", 505))
    conversation.note(session, ticket.id, NOTE, **by("hou.jia", 506))
    conversation.keep_draft(session, ticket.id, "reply", DRAFT, **by("hou.jia", 507))
    return ticket
