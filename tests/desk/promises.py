"""Short words for tests about promises: a chain for the centre, targets for its policy."""

from sqlmodel import Session

from sharedops_core.desk import terms
from sharedops_core.store.tables import Policy, PolicyTarget, Team
from tests.conftest import T0

CHAIN = [
    {"clock": "response", "at": "75%", "tell": ["lead"]},
    {"clock": "response", "at": "100%", "tell": ["lead"]},
    {"clock": "resolution", "at": "75%", "tell": ["holder"]},
    {"clock": "resolution", "at": "100%", "tell": ["holder", "lead", "supervisor", "first_contact"]},
    {"clock": "promise", "at": "30m before", "tell": ["holder"]},
    {"clock": "promise", "at": "100%", "tell": ["holder", "first_contact"]},
]


def chained(session: Session, steps: list[dict[str, object]]) -> None:
    """Put an escalation chain in force, and make 王磊 the lead of the desk."""
    session.get_one(Policy, 1).escalation = list(steps)
    session.get_one(Team, 1).lead_id = 2
    terms.renew(session, actor=None, at=T0)


def promised(session: Session, **targets: str | None) -> None:
    """Promise more for every priority, such as update_within="2h", without putting it in force yet."""
    for priority in range(1, 5):
        row = session.get_one(PolicyTarget, (1, priority))
        for name, text in targets.items():
            setattr(row, name, text)
    session.flush()
