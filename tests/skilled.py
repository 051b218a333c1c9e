"""Skills and rules for the small centre: who of the desk can do what, and what a VPN ticket needs."""

from sqlmodel import Session

from sharedops_core.store.tables import DispatchRule, PersonSkill, Skill
from tests.desks import number_on

SKILLS = {1: {"vpn": 1, "english": 1}, 2: {"vpn": 2}}
"""Person → skill → level: li.na knows the usual of VPN, wang.lei the difficult."""


def skilled(session: Session) -> None:
    """Give the desk its skills."""
    for number, code in enumerate(("vpn", "english", "german"), 1):
        session.add(Skill(id=number, code=code, name_en=code.title(), name_zh=f"技能 {code}"))
    session.flush()
    ids = {"vpn": 1, "english": 2, "german": 3}
    for person_id, levels in SKILLS.items():
        for code, level in levels.items():
            session.add(PersonSkill(person_id=person_id, skill_id=ids[code], level=level))
    session.flush()
    number_on(session)


def rule(session: Session, code: str, place: int, condition: str, hit: str = "all", **asked: dict[str, int]) -> None:
    """Add a rule."""
    session.add(DispatchRule(code=code, place=place, name_en=code, name_zh=f"规则 {code}", condition=condition, hit=hit,
                             **asked))  # fmt: skip
    session.flush()
