"""A process that copies a desk, or puts one over it, until it is killed: `copying_loop.py backup|restore URL FILE`."""

import sys
from pathlib import Path

from sharedops_core.store import backups, db


def run(act: str, url: str, file: Path) -> None:
    """Do it again and again, and say each time that it is done."""
    while True:
        if act == "backup":
            backups.back_up(db.connect(url), file)
        else:
            with backups.staged(file, url) as partial:
                backups.put_in_place(partial, url)
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
