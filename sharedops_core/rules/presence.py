"""How long word of somebody at a ticket is believed: what is said every SAY_EVERY counts for FRESH."""

from datetime import timedelta

SAY_EVERY = timedelta(seconds=15)
FRESH = timedelta(seconds=45)
"""Three times as long: one lost word, or one slow minute of a machine, makes nobody vanish."""
