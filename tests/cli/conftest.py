"""The command line inside the test process: `run` with its arguments, its answer as code, stdout and stderr."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine

from sharedops_core.cli import app
from sharedops_core.store import db
from tests.conftest import T0


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return stdout as the one JSON document it must be."""
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    """It is T0 in the shell too; a test may shift it."""
    with time_machine.travel(T0, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the settings file would be; no variable of the machine decides anything."""
    for name in ("DATABASE_URL", "USER", "LANG", "THEME"):
        monkeypatch.delenv(f"SHAREDOPS_{name}", raising=False)
    monkeypatch.setenv("SHAREDOPS_CONFIG", str(tmp_path / "config.toml"))
    return tmp_path / "config.toml"


@pytest.fixture
def shell(settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Run one command line, as the program does, and return its answer."""

    def run(*arguments: object, stdin: str | bytes = b"") -> Answer:
        monkeypatch.setattr(sys, "argv", ["sharedops", *map(str, arguments)])
        raw = io.BytesIO(stdin.encode() if isinstance(stdin, str) else stdin)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw, encoding="utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            app.run()
        out, err = capsys.readouterr()
        return Answer(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def sharedops(shell: Callable[..., Answer], database: db.Database) -> Callable[..., Answer]:
    """Run one command on the small centre, as 李娜 unless `--as` says otherwise."""

    def run(*arguments: object, user: str = "li.na", stdin: str | bytes = b"") -> Answer:
        return shell("--db", database.url, "--as", user, *arguments, stdin=stdin)

    return run
