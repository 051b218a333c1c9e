"""Writing in $EDITOR: the console steps aside, the file is read back cleaned, and removed."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules.text import clean


def edit(app: App[Any], text: str) -> str:
    """Return the text as the user left it in the editor; raises Refused when there is none to run."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="sharedops-") as folder:
        file = Path(folder) / "text.md"
        file.write_text(text, encoding="utf-8")
        try:
            with app.suspend():
                subprocess.run([*command, str(file)], check=False)  # noqa: S603  the user's own editor
        except (SuspendNotSupported, FileNotFoundError, PermissionError) as error:
            raise Refused(_("cannot run the editor {command}; set EDITOR").format(command=command[0])) from error
        return clean(file.read_text(encoding="utf-8", errors="replace"))
