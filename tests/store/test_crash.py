"""A process that dies in the middle of an act."""

import os
import signal
import subprocess
import sys
import time

import pytest

from sharedops_core.store import db
from sharedops_core.views import doctor
from tests.conftest import ROOT, SEES_ALL


def killed(url: str, after: float) -> int:
    """Run acts against the database, kill the process `after` seconds into them, return how many tickets it closed."""
    command = [sys.executable, "tests/store/crash_loop.py", url]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        done = process.stdout.read().splitlines()
    assert process.returncode == -signal.SIGKILL
    return len(done)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_a_killed_process_leaves_a_sound_database(database):
    """After kill -9 in the middle of acts, three times, the file opens and the journal gives back every ticket."""
    for after in (0.11, 0.2, 0.37):
        killed(database.url, after)

        opened = db.open_database(database.url)
        with opened.read() as session:
            report = doctor.examine(session, reader=SEES_ALL)
        opened.close()
        assert report.findings == ()
    assert report.tickets >= 3
    assert report.events > report.tickets
