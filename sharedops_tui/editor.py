"""Writing in $EDITOR, reading in $PAGER, and the shell for a while: the console steps aside, and comes back.

A file that was written outside is read back cleaned, and removed.

Editors and pagers run other programs when they are asked to. Where the console is all that somebody may run (an SSH
account with ForceCommand), the administrator sets SHAREDOPS_NO_PROGRAMS, and none is started.
"""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from sharedops_core.errors import NotAllowed, Refused
from sharedops_core.i18n import _
from sharedops_core.rules.text import clean

FORBIDDEN = "SHAREDOPS_NO_PROGRAMS"


def is_forbidden() -> bool:
    """Return whether no other program may be started from this console."""
    return os.environ.get(FORBIDDEN, "") not in ("", "0")


def edit(app: App[Any], text: str) -> str:
    """Return the text as the user left it in the editor; raises Refused when there is none to run, NotAllowed when
    the administrator forbids it.
    """
    return _outside(app, os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi", text)


def page(app: App[Any], text: str) -> None:
    """Show a text in the pager; raises as `edit` does."""
    _outside(app, os.environ.get("PAGER") or "less", text)


def rest(app: App[Any]) -> None:
    """Leave the terminal to the shell until it calls the console back; raises as `edit` does."""
    _require()
    # A console that leads its session was started by no shell: nobody could call it back.
    if not hasattr(os, "getsid") or os.getpgrp() == os.getsid(0):
        raise Refused(_("no shell is there to go to and to come back from"))
    app.action_suspend_process()


def _require() -> None:
    if is_forbidden():
        raise NotAllowed(_("no other program may be started from this console ({name} is set)").format(name=FORBIDDEN))


def _outside(app: App[Any], program: str, text: str) -> str:
    _require()
    command = shlex.split(program)
    with tempfile.TemporaryDirectory(prefix="sharedops-") as folder:
        file = Path(folder) / "text.md"
        file.write_text(text, encoding="utf-8")
        try:
            with app.suspend():
                ended = subprocess.run([*command, str(file)], check=False)  # noqa: S603  the user's own program
        except (SuspendNotSupported, OSError) as error:
            raise Refused(_("cannot run {command}; set EDITOR or PAGER").format(command=command[0])) from error
        if ended.returncode != 0:
            raise Refused(_("{command} ended with {code}; the text is as before").format(
                command=command[0], code=ended.returncode))  # fmt: skip
        return clean(file.read_text(encoding="utf-8", errors="replace"))
