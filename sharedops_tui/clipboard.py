"""Copying: to the clipboard of the machine where a program for it runs, else to the terminal; it says which it was."""

import os
import shutil
import subprocess
from typing import Any

from textual.app import App

from sharedops_core.i18n import _
from sharedops_tui.editor import is_forbidden

_PROGRAMS = (("WAYLAND_DISPLAY", ("wl-copy",)), ("DISPLAY", ("xclip", "-selection", "clipboard")), ("", ("pbcopy",)))
_SECONDS = 2


def copy(app: App[Any], text: str, name: str = "") -> str:
    """Copy a text that holds no control, by a name when it is long, and return the sentence that says where it went."""
    app.copy_to_clipboard(text)
    if not app.is_headless and not os.environ.get("SSH_CONNECTION") and not is_forbidden():
        for variable, command in _PROGRAMS:
            if (not variable or os.environ.get(variable)) and shutil.which(command[0]) and _ran(command, text):
                return _("{text} is in the clipboard").format(text=name or text)
    return _("{text} sent to the terminal's clipboard").format(text=name or text)


def _ran(command: tuple[str, ...], text: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603  one of the programs above
            command,
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
