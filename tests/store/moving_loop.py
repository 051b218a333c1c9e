"""A process that moves a desk and stops in the middle until it is killed: `moving_loop.py FROM TO`."""

import sys
import time

from sharedops_core.store import db, moving, targets


def run(source: str, target: str) -> None:
    """Carry everything over, say so, and never come to the end of the transaction."""
    with db.open_database(source).read() as here, targets.new(target) as there:
        moving.carry(here, there)
        sys.stdout.write("in the middle\n")
        sys.stdout.flush()
        time.sleep(60)


if __name__ == "__main__":
    run(*sys.argv[1:])
