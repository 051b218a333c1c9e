"""The numbers of a desk as they are set; whatever nobody set is as usual."""

from sqlmodel import Session

from sharedops_core.rules.settings import NUMBERS
from sharedops_core.store.tables import Setting


def number(session: Session, name: str) -> int:
    """Return a number of the desk by its name."""
    found = given(session, name)
    return NUMBERS[name].usual if found is None else found


def given(session: Session, name: str) -> int | None:
    """Return what somebody set, None where nobody did."""
    found = session.get(Setting, name)
    return int(found.value) if found is not None else None
