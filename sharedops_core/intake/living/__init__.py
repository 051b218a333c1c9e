"""A believable desk of any size around now, from one seed: for the demo, for tests and for measuring.

Two desks of the same seed, instant and seed data are the same but for their ids. Everything is laid down through
the journal, in batches, so that a hundred thousand tickets need no more memory than a thousand.
"""

import random
from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from sqlmodel import Session

from sharedops_core import config
from sharedops_core.desk import identity, journal, sweeping
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _
from sharedops_core.intake import masterdata
from sharedops_core.intake.living import cast as casting
from sharedops_core.intake.living.plan import Plan, Planner
from sharedops_core.intake.living.scene import Scene
from sharedops_core.intake.living.together import bring_together
from sharedops_core.intake.living.words import Words
from sharedops_core.rules.opentime import to_seconds
from sharedops_core.store.db import initialise

_BATCH = 1000


def generate(session: Session, *, seed: int, at: datetime, tickets: int) -> int:
    """Lay down so many tickets around `at` and return how many there are now more.

    Raises BadInput for less than one ticket, Refused when people or catalogue have not been loaded.
    """
    if tickets < 1:
        raise BadInput(_("a desk has at least one ticket"))
    rng = random.Random(seed)
    cast = casting.read(session)
    planner, words = Planner(cast, rng, to_seconds(at)), Words(rng, cast.items)
    plans = iter(planner.plans(tickets))
    added = 0
    while batch := list(islice(plans, _BATCH)):
        added += _lay_down(session, batch, planner, words)
    bring_together(session, planner, words, rng, at)
    # A desk that is alive has been swept: whoever had to be told has been.
    while sweeping.sweep(session, at=at):
        pass
    return added


def make_demo(url: str, *, seed: int, at: datetime, tickets: int) -> None:
    """Make a database with the shipped seed data and a living desk, in one transaction."""
    database = initialise(url)
    try:
        with database.write() as session:
            masterdata.load_seed(session, config.shipped("seed_data"), at=at)
            generate(session, seed=seed, at=at, tickets=tickets)
            identity.mark_demo(session)
    finally:
        database.close()


def _lay_down(session: Session, plans: Sequence[Plan], planner: Planner, words: Words) -> int:
    return journal.record(session, [Scene(plan, planner, words).play() for plan in plans])
