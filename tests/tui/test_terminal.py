"""The console in a real terminal: it starts, shows, resizes, survives the worst, and leaves the terminal as it was."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlmodel import Session, select

from sharedops_core.store.tables import Circular, Draft, Message
from tests.tui.poison import FOLDER, WORST, poison
from tests.tui.terminal import Terminal, console, environment

LEFT = "\x1b[?1049l"
SCREEN = Path("/usr/bin/screen")
OURS = re.compile(rb"\x1b(?:\[[0-9;]*[mH]|\[\?[0-9]+(?:;[0-9]+)*[hl]|\[\?[0-9]+\$p|\[[<>=]?[0-9]*u|\]22;[a-z-]+\x07)")
"""The sequences Textual draws with: styles, places, modes, questions, the keyboard protocol, the shape of the mouse."""

WALKS = {
    "li.na": "s9 jjj G s1 enter ] ] ] c esc q H enter esc esc K esc w esc :#INC esc N evil esc "
             "s9 f jjj space esc | esc S esc m esc T esc a esc x esc V t esc W evil esc \x0f esc e esc :@evil esc",
    "he.lin": "s wall enter jjj l enter jj esc q s jjj enter esc",
}  # fmt: skip
"""The keys of walks through panes, dialogs and boards, each pressed when the screen stands still."""


# Seconds are measured here, and a busy machine has fewer of them.
pytestmark = pytest.mark.flaky(reruns=2)


@pytest.fixture
def file(desk):
    """The database file of the small centre."""
    return Path(desk.url.removeprefix("sqlite:///"))


def crowded(seconds):
    """Return how long something may take when more programs want to run than there are processors."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def drafts(desk):
    """Return what is kept."""
    with Session(desk.reading) as session:
        return [draft.body for draft in session.exec(select(Draft))]


def waited_for(desk, body):
    """Return whether the draft is kept within three seconds."""
    limit = time.perf_counter() + 3
    while body not in drafts(desk) and time.perf_counter() < limit:
        time.sleep(0.05)
    return body in drafts(desk)


def composing(terminal, words):
    """Open a reply on the second own ticket and type."""
    terminal.wait_for("INC-10002")
    terminal.wait_until_quiet()
    terminal.press("jr")
    terminal.wait_for("Reply to the requester")
    terminal.press(words)
    terminal.wait_for(words)


def test_it_shows_the_queue_and_leaves_the_terminal_as_it_was(file, tmp_path):
    """80 x 24 shows the queue; ctrl+q ends with code 0, off the alternate screen, cursor and paste mode restored."""
    with console(file, tmp_path) as terminal:
        terminal.wait_for("INC-10001")
        terminal.wait_for("help")
        terminal.wait_until_quiet()
        terminal.press("\x11")
        assert terminal.process.wait(10) == 0
        time.sleep(0.1)
        ending = terminal.bytes[terminal.bytes.rindex(LEFT.encode()) :].decode()
        assert "\x1b[?25h" in ending
        assert b"\x1b[?2004l" in terminal.bytes
        assert not re.sub(r"\x1b\[[?0-9;<>]*[a-z]", "", ending).strip()


@pytest.fixture
def editor(tmp_path):
    """The variables that name an editor: it is interrupted, as by ctrl+c, and writes a line of its own."""
    program = tmp_path / "editor"
    program.write_text('#!/bin/sh\ntrap "" INT\nkill -INT 0\necho "and by the editor" >> "$1"\n', encoding="utf-8")
    program.chmod(0o755)
    return {"EDITOR": str(program), "VISUAL": ""}


def test_a_text_goes_on_in_the_editor_and_comes_back(file, tmp_path, editor):
    """ctrl+e hands what was typed to $EDITOR, and the console is back with what was saved there."""
    with console(file, tmp_path, variables=editor) as terminal:
        composing(terminal, "typed here")
        terminal.press("\x05")
        terminal.wait_for("and by the editor")
        terminal.press(" typed again")
        terminal.wait_for("typed again")


def test_a_console_that_may_start_no_program_starts_none(file, tmp_path, editor):
    """Where the administrator forbids it, ctrl+e says so, and the text stays as it is."""
    with console(file, tmp_path, variables=editor | {"SHAREDOPS_NO_PROGRAMS": "1"}) as terminal:
        composing(terminal, "typed here")
        terminal.press("\x05")
        terminal.wait_for("no other program may be")
        terminal.wait_until_quiet()
        assert b"and by the editor" not in terminal.bytes


def test_resizing_while_typing_keeps_the_text(file, tmp_path, desk):
    """However the window changes in the middle of a word, every letter arrives once and in order."""
    with console(file, tmp_path) as terminal:
        composing(terminal, "one ")
        for size, word in (((120, 40), "two "), ((80, 24), "three "), ((160, 48), "four")):
            terminal.press(word)
            terminal.resize(size)
        assert waited_for(desk, "one two three four")


def test_a_draft_survives_the_kill_of_the_process(file, tmp_path, desk):
    """After kill -9 in the middle of a draft, the draft is there when the ticket is opened again."""
    with console(file, tmp_path) as terminal:
        composing(terminal, "precious words")
        assert waited_for(desk, "precious words")
        terminal.process.kill()
    with console(file, tmp_path) as terminal:
        terminal.wait_for("INC-10002")
        terminal.wait_until_quiet()
        terminal.press("j\r")
        terminal.wait_for("precious words")


def test_a_text_to_many_survives_the_kill_of_the_process(file, tmp_path, desk):
    """After kill -9 in the middle of a text to many tickets, the next start opens it with the same list."""
    with console(file, tmp_path) as terminal:
        terminal.wait_for("INC-10002")
        terminal.wait_until_quiet()
        terminal.press("gVr")
        terminal.wait_for("one text, to 5 tickets")
        terminal.press("\r")
        terminal.wait_for("2 requesters on 5 tickets")
        terminal.press("precious words")
        terminal.wait_for("precious words")
        time.sleep(crowded(2))
        terminal.process.kill()
    with Session(desk.reading) as session:
        kept = [(one.body, sorted(one.known)) for one in session.exec(select(Circular))]
    assert kept == [("precious words", ["1", "2", "3", "4", "5"])]
    with console(file, tmp_path) as terminal:
        terminal.wait_for("2 requesters on 5 tickets")
        terminal.wait_for("precious words")


def test_an_outside_editor_goes_on_with_the_text(file, tmp_path, desk, monkeypatch):
    """ctrl+e hands the text to $EDITOR, takes back what it wrote, and the terminal is the console's again."""
    editor = tmp_path / "editor.sh"
    editor.write_text("#!/bin/sh\nprintf 'outside' >> \"$1\"\n", encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(editor))
    with console(file, tmp_path) as terminal:
        composing(terminal, "inside ")
        terminal.press("\x05")
        terminal.wait_for("inside outside")
        terminal.press("!")
        assert waited_for(desk, "inside outside!") or waited_for(desk, "!inside outside")


def test_a_kill_while_a_text_goes_out_loses_nothing(file, tmp_path, desk):
    """After kill -9 in the ten seconds the text is a draft that says it was being sent; nobody has received it."""
    with console(file, tmp_path) as terminal:
        composing(terminal, "on its way")
        terminal.press("\x13")
        terminal.wait_for("Send this")
        terminal.press("y")
        terminal.wait_for("goes out in")
        terminal.process.kill()
    with console(file, tmp_path) as terminal:
        terminal.wait_for("was being sent, is not sent")
        terminal.wait_for("on its way")
    with Session(desk.reading) as session:
        assert "on its way" not in list(session.exec(select(Message.body)))


@pytest.mark.parametrize("is_controlling", [True, False])
def test_a_closed_window_ends_the_console_and_keeps_the_draft(is_controlling, file, tmp_path, desk):
    """Hanging up ends the process within two seconds, without a signal soon after; the last words are a draft."""
    with console(file, tmp_path, is_controlling=is_controlling) as terminal:
        composing(terminal, "unsaved words")
        terminal.hang_up()
        began = time.perf_counter()
        terminal.process.wait(5)
        assert time.perf_counter() - began < crowded(2 if is_controlling else 3.5)
    assert drafts(desk) == ["unsaved words"]


def test_being_told_to_end_keeps_the_draft_and_restores_the_terminal(file, tmp_path, desk):
    """SIGTERM is a polite request: the draft is kept and the terminal left as it was."""
    with console(file, tmp_path) as terminal:
        composing(terminal, "unsaved words")
        terminal.process.terminate()
        terminal.process.wait(3)
        time.sleep(0.1)
        assert LEFT.encode() in terminal.bytes
    assert drafts(desk) == ["unsaved words"]


@pytest.mark.parametrize(("login", "who"), [("nobody", "nobody"), ("wang.xiaoming", "王小明 is a requester")])
def test_a_wrong_login_gets_one_sentence(login, who, file, tmp_path):
    """Who is no agent here is told so in words, without a trace and without a full screen."""
    with console(file, tmp_path, login=login) as terminal:
        assert terminal.process.wait(10) != 0
        time.sleep(0.1)
        said = terminal.bytes.decode()
    assert who in said
    assert "Traceback" not in said
    assert "\x1b[?1049h" not in said
    assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize("words", [["console"], []])
def test_without_a_terminal_it_says_what_to_do(words, file, tmp_path):
    """In a pipe the console refuses, named or not, with one sentence that names a command for pipes."""
    command = [sys.executable, "-m", "sharedops_tui", "--db", f"sqlite:///{file}", "--as", "li.na", *words]

    ended = subprocess.run(
        command, env=environment(tmp_path), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )

    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"ticket list" in ended.stderr
    assert b"Traceback" not in ended.stderr


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared collection of hostile strings is not here")
@pytest.mark.parametrize("login", WALKS)
def test_no_hostile_byte_reaches_the_terminal(login, file, tmp_path, desk):
    """Of hostile text in every pane only visible marks arrive: no OSC, C1, bidi, zero width, DEL, bell, foreign ESC."""
    poison(desk, WORST)
    with console(file, tmp_path, (160, 50), login) as terminal:
        terminal.wait_for("sharedops")
        terminal.wait_until_quiet()
        for keys in WALKS[login].split():
            terminal.press({"esc": "\x1b", "enter": "\r"}.get(keys, keys))
            terminal.wait_until_quiet(0.12)
        terminal.press("r\x1b[200~" + WORST[2] + WORST[5] + "\x1b[201~")
        terminal.wait_until_quiet()
        shown = bytes(terminal.bytes)
        assert terminal.process.poll() is None
    text = OURS.sub(b"", shown).decode()
    assert not re.findall("[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", text)
    assert "␛]" in text
    assert "⟨9B⟩" in text
    assert b"\x1b[31mred" not in shown


def test_the_shell_has_the_terminal_for_a_while(file, tmp_path):
    """ctrl+z leaves a plain terminal to the shell, `fg` brings the console and the text back."""
    console_in_shell = Terminal(["/bin/bash", "--norc", "-i"], environment(tmp_path) | {"LC_ALL": "C.UTF-8"}, (80, 24))
    try:
        console_in_shell.press(f"{sys.executable} -m sharedops_tui --lang en --db sqlite:///{file} --as li.na\n")
        composing(console_in_shell, "half a")
        console_in_shell.press("\x1b")
        console_in_shell.wait_until_quiet()
        before = len(console_in_shell.bytes)
        console_in_shell.press("\x1a")
        console_in_shell.wait_for("Stopped", before)
        assert LEFT.encode() in console_in_shell.bytes[before:]
        before = len(console_in_shell.bytes)
        console_in_shell.press("fg\n")
        console_in_shell.wait_for("printer offline", before)
        console_in_shell.press("r")
        console_in_shell.wait_for("half a", before)
    finally:
        console_in_shell.close()


def test_a_console_without_a_shell_stays(file, tmp_path):
    """Where nobody could call it back, ctrl+z says so and does nothing."""
    with console(file, tmp_path) as terminal:
        terminal.wait_for("INC-10002")
        terminal.press("\x1a")
        terminal.wait_for("no shell is there")


@pytest.mark.skipif(not SCREEN.exists(), reason="GNU screen is not installed")
def test_esc_is_heard_inside_gnu_screen(file, tmp_path):
    """Screen keeps a bare esc back while the mouse is followed, so there it is not: esc closes the help at once."""
    facts = environment(tmp_path) | {"SCREENDIR": str(tmp_path / "screens"), "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "sharedops_tui", "--lang", "en", "--db", f"sqlite:///{file}", "--as", "li.na"]
    inside = Terminal([str(SCREEN), "-U", "-c", "/dev/null", *command], facts, (80, 24))
    try:
        inside.wait_for("printer offline")
        inside.press("?")
        inside.wait_for("Work on a ticket")
        before = len(inside.bytes)
        inside.press("\x1b")
        inside.wait_for("printer offline", before)
    finally:
        inside.press("\x11")
        inside.close()


def test_a_byte_that_is_no_utf8_is_one_strange_character(file, tmp_path):
    """Noise on the line, or a paste in another encoding, is seen as such and kills nothing."""
    with console(file, tmp_path) as terminal:
        composing(terminal, "half a")
        os.write(terminal._screen, b"\xff\xa3 sentence")
        terminal.wait_for("sentence")
        assert terminal.process.poll() is None


BREAKING = """
import sys
from sharedops_tui.widgets.composer import Composer
from textual._xterm_parser import XTermParser
def broken(self, *_what):
    raise ZeroDivisionError("odd \\x1b]0;OWNED\\x07")
feed = XTermParser.feed
def broken_by_a_key(self, data):
    return broken(self) if "\\x14" in data else feed(self, data)
{how}
sys.argv[1:] = ["--lang", "en", "--db", "sqlite:///{file}", "--as", "li.na", "console"]
from sharedops_tui.__main__ import main
main()
"""


@pytest.mark.parametrize("how", ["Composer.action_template = broken", "XTermParser.feed = broken_by_a_key"])
def test_a_console_that_breaks_says_one_sentence_and_keeps_the_words(how, file, tmp_path, desk):
    """Whatever nobody foresaw: the terminal is given back, the trace lies in a file, the exit code tells, and the
    words are there at the next start; also when the thread that reads the keys is what breaks."""
    terminal = Terminal([sys.executable, "-c", BREAKING.format(file=file, how=how)], environment(tmp_path), (80, 24))
    try:
        composing(terminal, "half a sentence")
        terminal.wait_for("sentence")
        before = len(terminal.bytes)
        terminal.press("\x14")
        assert terminal.process.wait(10) == 1
        shown = bytes(terminal.bytes[before:])
    finally:
        terminal.close()
    said = shown.rpartition(LEFT.encode())[2]
    assert (b"Something broke: ZeroDivisionError" in said, b"Traceback" in said, b"OWNED" in said) == (
        True,
        False,
        False,
    )
    (trace,) = (tmp_path / "XDG_STATE_HOME").glob("sharedops/log/error-*.txt")
    assert "ZeroDivisionError" in trace.read_text(encoding="utf-8")
    assert "in broken" in trace.read_text(encoding="utf-8")
    with console(file, tmp_path) as terminal:
        terminal.wait_for("INC-10002")
        assert waited_for(desk, "half a sentence")
