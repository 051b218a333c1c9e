"""The console over SSH as docs/ssh.md sets it up: a real sshd on the loopback, with what is printed there."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.tui.terminal import Terminal, environment

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
PAGES = ("docs/ssh.md", "docs/ssh.zh-CN.md")
pytestmark = [
    pytest.mark.skipif(not (Path(SSHD).exists() and shutil.which("ssh")), reason="there is no sshd on this machine"),
    pytest.mark.flaky(reruns=2),
]


def settings(page, file, home):
    """Return what the page has in sshd_config, for everybody, with this desk and this program in the command."""
    block = re.findall(r"```sshd\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)[0]
    ours = {name: value for name, value in environment(home).items() if name.startswith("XDG")} | {
        "SHAREDOPS_DATABASE_URL": f"sqlite:///{file}", "SHAREDOPS_NO_PROGRAMS": "1", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = "exec env " + " ".join(f"{name}={value}" for name, value in ours.items())
    lines = block.replace("Match Group desk-agents", "Match all").splitlines()
    return "\n".join(
        f"ForceCommand {command} {sys.executable} -m sharedops_tui --lang en --as li.na console"
        if "ForceCommand" in line else line for line in lines
    )  # fmt: skip


@pytest.fixture(params=PAGES)
def ssh(request, desk, tmp_path):
    """The command that connects to a server of this test, which ends with it."""
    if Path(SSHD).stat().st_uid == 0 and os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    for key in ("host", "agent"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    head = (f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\nUsePAM no\nStrictModes no\n"
            f"AuthorizedKeysFile {folder}/agent.pub\nSubsystem sftp internal-sftp\n")  # fmt: skip
    text = settings(request.param, desk.url.removeprefix("sqlite:///"), tmp_path)
    (folder / "config").write_text(f"{head}{text}\n", encoding="utf-8")
    server = subprocess.Popen([SSHD, "-D", "-f", folder / "config"], stderr=subprocess.DEVNULL)
    limit = time.perf_counter() + 10
    while server.poll() is None and time.perf_counter() < limit:
        with socket.socket() as tried:
            if not tried.connect_ex(("127.0.0.1", port)):
                break
        time.sleep(0.05)
    yield [shutil.which("ssh"), "-p", str(port), "-i", str(folder / "agent"), "-o", "IdentitiesOnly=yes", "-F", "none",
           "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
           "127.0.0.1"]  # fmt: skip
    server.terminate()
    server.wait(10)


def test_a_command_given_to_ssh_is_not_run(ssh, tmp_path):
    """Whatever somebody wants to run, the console is what runs, and it says that it needs a terminal."""
    mark = tmp_path / "mark"
    done = subprocess.run([*ssh, f"touch {mark}"], capture_output=True, text=True, timeout=30, check=False)

    assert "the console needs a terminal" in done.stderr
    assert not mark.exists()


def test_nothing_is_forwarded(ssh):
    """A port of the other side cannot be reached through the connection."""
    asked = [*ssh[:-1], "-o", "ExitOnForwardFailure=yes", "-N", "-R", "0:127.0.0.1:1", ssh[-1]]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=False)

    assert done.returncode != 0
    assert "forwarding failed" in done.stderr


def test_the_console_is_there_and_starts_no_program(ssh, tmp_path):
    """With a terminal the queue is shown, a reply is written, and the key of the editor opens none."""
    terminal = Terminal([*ssh[:-1], "-tt", ssh[-1]], environment(tmp_path), (80, 24))
    try:
        terminal.wait_for("INC-10001")
        terminal.wait_until_quiet()
        terminal.press("jr")
        terminal.wait_for("Reply to the requester")
        terminal.press("\x05")
        terminal.wait_for("no other program may be")
    finally:
        terminal.close()
