"""A server that is killed in the middle of the work of many: what was acknowledged is there, nothing is there twice.

The long form: `SHAREDOPS_LOAD_SECONDS=60 python -m pytest -n 0 tests/faults/test_killed_server.py`.
"""

import os
import time
from threading import Thread

from tests.load.crowd import ended, examined, open_ticket, started

SECONDS = float(os.environ.get("SHAREDOPS_LOAD_SECONDS", "6"))


def test_a_server_killed_under_load_loses_nothing_acknowledged(server, database):
    """kill -9 of the server in the middle of acts, again and again: all that was acknowledged is there, once."""
    open_ticket(database)
    processes = started(database.url, 4, SECONDS)
    for _time in range(max(2, int(SECONDS / 5))):
        time.sleep(SECONDS / max(2, int(SECONDS / 5)) * 0.7)
        server.kill()
        server.start()
    acknowledged = ended(processes)

    examined(database, acknowledged)
    assert len(acknowledged) > 4


def test_an_act_asked_for_while_the_server_is_away_is_done_once_it_is_back(server, database):
    """Whoever acts while a dead server is started again gets an answer, not an error."""
    open_ticket(database)
    server.kill()
    asking = Thread(target=open_ticket, args=(database, "asked while nobody was there"))
    asking.start()
    time.sleep(1)
    server.start()
    asking.join()

    assert examined(database, []).tickets == 2
