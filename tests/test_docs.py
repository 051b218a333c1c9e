"""The documentation is run: every command it shows works, and the profile it prints reads the log it prints."""

import gzip
import os
import re
import shlex
import shutil
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from sharedops_core.intake import profiles, tickets
from sharedops_core.views import ticket as cards
from tests.conftest import ROOT, SEES_ALL, SHARED, T0, own_server

PAGES = (
    "README.md",
    "README.zh-CN.md",
    "docs/profiles.md",
    "docs/clocks.md",
    "docs/queries.md",
    "docs/dispatch.md",
    "docs/dispatch.zh-CN.md",
    "docs/shift.md",
    "docs/shift.zh-CN.md",
    "docs/links.md",
    "docs/links.zh-CN.md",
    "docs/keys.md",
    "docs/keys.zh-CN.md",
    "docs/together.md",
    "docs/together.zh-CN.md",
)
TOGETHER = PAGES[-2:]
KEEPING = ("docs/keeping.md", "docs/keeping.zh-CN.md")
CENTRE = ("docs/centre.md", "docs/centre.zh-CN.md")
FAULTS = ("docs/faults.md", "docs/faults.zh-CN.md")
LOGS = {
    "incident_event_log.csv.gz": SHARED / "data/uci-servicenow-incidents/incident_event_log.csv.gz",
    "bpic2013_incidents.csv.gz": SHARED / "data/bpic2013-volvo/bpic2013_incidents.csv.gz",
}
_LINES = 1_000
"""Of a log; the whole one is read in `tests/intake`, and what a page shows afterwards need not take long."""
INTERACTIVE = ("demo", "console")


def blocks(page: str, language: str) -> list[str]:
    """Return the fenced blocks of a page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)


def commands(page: str) -> list[str]:
    """Return every line of a page that begins with `$ sharedops`, or names it by its path."""
    lines = [line for block in blocks(page, "console") for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if re.match(r"\$ (\S*/)?sharedops ", line)]


@pytest.fixture(scope="session")
def small_demo(tmp_path_factory):
    """A folder with a small demo desk, made once; pages that act on one get a copy."""
    made = tmp_path_factory.mktemp("demo")
    run(made, "sharedops init --demo 60")
    return made


@pytest.fixture
def folder(tmp_path):
    """A folder with the seed data, the beginnings of the logs and the example of a profile, as a reader has them."""
    folder = tmp_path
    (folder / "seed_data").symlink_to(ROOT / "seed_data")
    for name, file in LOGS.items():
        if file.exists():
            with (
                gzip.open(file, "rt", encoding="utf-8") as whole,
                gzip.open(folder / name, "wt", encoding="utf-8") as part,
            ):
                part.writelines(islice(whole, _LINES))
    (folder / "our_log.csv").write_text(blocks("docs/profiles.md", "csv")[0], encoding="utf-8")
    (folder / "our_profile.toml").write_text(blocks("docs/profiles.md", "toml")[0], encoding="utf-8")
    return folder


def run(folder: Path, command: str, user: str = "li.na") -> subprocess.CompletedProcess[str]:
    """Run one command of the documentation as the program itself would."""
    environment = os.environ | {
        "SHAREDOPS_DATABASE_URL": f"sqlite:///{folder / 'desk.db'}", "SHAREDOPS_USER": user, "PYTHONPATH": str(ROOT),
        "SHAREDOPS_CONFIG": str(folder / "config.toml"), "SHAREDOPS_LANG": "en",
    }  # fmt: skip
    words = [sys.executable, "-m", "sharedops_tui", *shlex.split(command)[1:]]
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_shown_works(page, folder, small_demo):
    """A reader who types what a page shows, from top to bottom, sees no error.

    What the page in the other language shows word for word has been run there.
    """
    elsewhere = commands(page.replace(".zh-CN", "")) if ".zh-CN" in page else []
    here = [command for command in commands(page) if command not in elsewhere]
    if here:
        shutil.copytree(small_demo, folder, dirs_exist_ok=True)
    for command in here:
        words = shlex.split(command)
        if set(words) & set(INTERACTIVE) or any(word in LOGS and not (folder / word).exists() for word in words):
            continue
        done = run(folder, command)
        assert done.returncode == 0, f"{page}: {command}\n{done.stderr}"


def test_the_profile_of_the_example_reads_the_log_of_the_example(database, folder):
    """The printed profile turns the printed log into the ticket the text describes."""
    with database.write() as session:
        done = tickets.import_log(session, folder / "our_log.csv", profiles.find(str(folder / "our_profile.toml")))
        card = cards.ticket(session, 1, T0, reader=SEES_ALL)
    assert (done.added, done.flaws) == (1, ())
    assert (card.number, card.subject, card.state, card.line) == ("T-1", "Printer offline", "confirmed", 2)


@pytest.fixture
def empty_server():
    """A server of this test alone: the page makes logins of fixed names."""
    with own_server(is_filled=False) as server:
        yield server


def _follow(page, server, folder):
    """Run the SQL of a page on a server, then its commands from top to bottom, each of which has to work."""
    for statement in blocks(page, "sql")[0].strip().split(";\n"):
        server.run(statement)
    for command in commands(page):
        typed = re.sub(r"postgresql://(\S+)@db.example/desk", lambda found: _address(server, found[1]), command)
        done = run(folder, typed, user="")
        assert done.returncode == 0, f"{page}: {command}\n{done.stderr}"


def test_a_centre_is_set_up_as_it_is_written(empty_server, folder):
    """The SQL and the commands of the page make a desk in which an agent works under a login of their own."""
    page = CENTRE[0]
    _follow(page, empty_server, folder)
    opened = run(folder, f"sharedops --db {_address(empty_server, 'mlin')} ticket new x --json", user="")
    assert '"mei.lin"' in opened.stdout, opened.stderr


def test_a_desk_is_kept_and_moved_as_it_is_written(empty_server, folder, monkeypatch):
    """The commands of the page work from top to bottom, with the login that its SQL makes, which runs no server."""
    page = KEEPING[0]
    monkeypatch.setenv("PATH", f"{empty_server.binaries}{os.pathsep}{os.environ['PATH']}")
    run(folder, "sharedops init --demo 60")
    _follow(page, empty_server, folder)


def _address(server, login):
    """Return the address of the desk, as one word of a command line."""
    return shlex.quote(server.url("desk").replace("://postgres@", f"://{login}@"))


@pytest.mark.parametrize("page", [*PAGES, *CENTRE, *KEEPING, *FAULTS])
def test_no_link_of_a_page_leads_nowhere(page):
    """Files and pictures that a page points to are there."""
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert [target for target in targets if not ((ROOT / page).parent / target).exists()] == []


@pytest.mark.parametrize(("english", "chinese"), [CENTRE, KEEPING, FAULTS, TOGETHER])
def test_pages_for_administrators_are_the_same_in_both_languages(english, chinese):
    """SQL and commands are word for word those of the page that is run."""
    assert (blocks(english, "sql"), commands(english)) == (blocks(chinese, "sql"), commands(chinese))


def test_both_readmes_show_the_same_commands():
    """The Chinese page is no poorer than the English one: what it shows, the English one shows too."""
    english, chinese = ({shlex.split(one)[1] for one in commands(page)} for page in PAGES[:2])
    assert chinese - {"--lang"} <= english
