"""Starting: what is imported, what --help and --version say, in which language, and the program as a process."""

import os
import re
import subprocess
import sys
import tomllib

import pytest
import typer

from sharedops_core import __version__, config
from sharedops_core.cli.app import app
from tests.conftest import ROOT

HEAVY = {"sqlmodel", "sqlalchemy", "alembic", "pydantic", "textual", "rich"}


def program(*arguments, module="sharedops_core", python=(), **environment):
    """Run the program as a process of its own."""
    return subprocess.run(
        [sys.executable, *python, "-m", module, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True,
        encoding="utf-8", check=False, timeout=60,
        env={name: value for name, value in os.environ.items() if not name.startswith(("SHAREDOPS", "LC_", "LANG"))}
        | {"SHAREDOPS_CONFIG": "/nonexistent/config.toml", "PYTHONIOENCODING": "utf-8"} | environment,
    )  # fmt: skip


def commands():
    """Return every command of the core's command line as words: ("ticket", "take")."""

    def below(command, path):
        children = getattr(command, "commands", {})
        return [leaf for name, child in children.items() for leaf in below(child, (*path, name))] or [path]

    own = (
        "ticket",
        "import",
        "catalogue",
        "knowledge",
        "report",
        "sla",
        "dispatch",
        "shift",
        "admin",
        "init",
        "doctor",
        "config",
        "settings",
    )
    return [path for path in below(typer.main.get_command(app), ()) if path[0] in own]


@pytest.mark.parametrize("module", ["sharedops_core", "sharedops_tui"])
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_asking_for_help_imports_nothing_heavy(module, option):
    """`--help` and `--version` come up without database, console or Rich being imported."""
    done = program(option, module=module, python=("-X", "importtime"))
    imported = {name.strip().split(".")[0] for name in re.findall(r"^import time:.*\|(.*)$", done.stderr, re.MULTILINE)}

    assert done.returncode == 0
    assert "typer" in imported
    assert imported & HEAVY == set()


def test_the_version_is_that_of_the_package():
    """`--version` prints name and version on stdout."""
    assert program("--version").stdout == f"sharedops {__version__}\n"


def test_there_are_all_the_commands():
    """The shell has every act of the desk and every group of the product."""
    paths = commands()
    acts = {path[1] for path in paths if path[0] == "ticket"}

    assert acts == {
        "new", "list", "show", "next", "take", "assign", "reply", "note", "receive", "handoff", "accept", "give-back",
        "escalate", "wait", "resume", "prioritise", "reclassify", "promise", "keep", "resolve", "confirm", "reopen",
        "cancel", "rate", "undo", "decide", "tag", "chase", "duty",
        "offer-duty", "accept-duty", "decline-duty", "task", "reject",
        "links", "link", "unlink", "merge", "split", "watch", "unwatch", "invite", "join", "decline-invite",
    }  # fmt: skip
    assert {path[1] for path in paths if path[0] == "report"} == {
        "sla", "backlog", "handoffs", "volume", "held", "pingpong", "duties", "wallboard", "workload", "tasks",
        "satisfaction", "shifts",
    }  # fmt: skip
    assert {path[1] for path in paths if path[0] == "dispatch"} == {
        "explain", "run", "push", "what-if", "simulate",
    }  # fmt: skip
    assert {path[1] for path in paths if path[0] == "sla"} == {"due", "elapsed", "explain", "sweep", "check"}


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_every_command_shows_an_example(shell, path):
    """The help of each command has an example of that very command, and says what it does."""
    answer = shell(*path, "--help")
    examples = answer.out.partition("Examples:")[2]

    assert answer.code == 0
    assert f"sharedops {' '.join(path)}" in re.sub(r"--db \S+ ", "", examples)


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_the_examples_name_options_that_exist(shell, path):
    """No example uses an option its command does not have."""
    help_text = shell(*path, "--help").out
    examples, options = help_text.partition("Examples:")[2].partition("Options:")[::2]
    known = set(re.findall(r"--[a-z-]+", help_text.partition("Options:")[2])) | {"--db"}

    assert set(re.findall(r"(?<= )--[a-z][a-z-]*", examples)) <= known, options


def test_the_examples_name_reasons_that_exist(shell):
    """A reason code in an example is one of the shipped ones."""
    policies = tomllib.loads((config.shipped("seed_data") / "policies" / "policies.toml").read_text(encoding="utf-8"))
    known = {reason["code"] for name, listed in policies.items() if name.endswith("_reasons") for reason in listed}
    acts = ("handoff", "give-back", "decide", "escalate", "wait", "cancel")
    named = [re.search(r"--reason (\w+)", shell("ticket", act, "--help").out)[1] for act in acts]

    assert set(named) <= known, named


def test_help_speaks_both_languages():
    """The same help in English and, by option or environment, in Chinese."""
    english, chinese = program("--lang", "en", "--help").stdout, program("--lang=zh", "--help").stdout

    assert not re.search("[一-龥]", english)
    assert re.search("[一-龥]", chinese)
    assert program("--help", SHAREDOPS_LANG="zh_CN.UTF-8").stdout == chinese
    assert program("--help", LANG="zh_CN.UTF-8").stdout == chinese


def test_an_act_in_a_process_of_its_own(database):
    """The program as users start it: data on stdout without colours, exit code 0, then a refusal with its code."""
    opened = program("--db", database.url, "--as", "li.na", "ticket", "new", "打印机脱机", "--requester", "ana.ruiz")
    listed = program("--db", database.url, "ticket", "list", "--no-header", SHAREDOPS_USER="li.na", FORCE_COLOR="1")
    refused = program("--db", database.url, "ticket", "take", "INC-10001", SHAREDOPS_USER="ana.ruiz")

    assert (opened.returncode, opened.stderr) == (0, "")
    assert (listed.stdout.count("\n"), "\x1b" in listed.stdout, "打印机脱机" in listed.stdout) == (1, False, True)
    assert (refused.returncode, refused.stdout) == (4, "")
    assert "Traceback" not in refused.stderr
