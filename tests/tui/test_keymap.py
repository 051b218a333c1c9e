"""Keys: one registry, no key with two meanings, presets, the user's own file with errors that say where."""

import subprocess
import sys

import pytest
from textual.keys import _character_to_key

from sharedops_core import i18n
from sharedops_core.rules import duty, lifecycle, push
from sharedops_tui import acts, keymap, registry
from sharedops_tui.app import SharedopsApp
from sharedops_tui.keymap import PRESETS, normal, preset
from sharedops_tui.present import keys
from sharedops_tui.registry import ACTS, BY_ID
from sharedops_tui.screens.boards import BoardScreen
from sharedops_tui.screens.found import FoundScreen
from sharedops_tui.screens.knowledge import KnowledgeScreen
from sharedops_tui.screens.queue import QueueScreen
from sharedops_tui.screens.ticket import TicketScreen
from sharedops_tui.widgets.composer import Composer, ReviewLine
from sharedops_tui.widgets.figure_table import FigureTable
from sharedops_tui.widgets.queue_table import QueueTable
from sharedops_tui.widgets.view_list import ViewList
from tests.conftest import ROOT

NEVER = {"ctrl+j", "ctrl+i", "ctrl+m", "ctrl+h", "ctrl+space", "ctrl+a", "ctrl+b", "ctrl+c"}
"""Keys that a terminal sends as others, and those of multiplexers, the terminal and its job control."""

OWNERS = (SharedopsApp, QueueScreen, TicketScreen, KnowledgeScreen, QueueTable, ViewList, Composer, ReviewLine,
          BoardScreen, FoundScreen, FigureTable)  # fmt: skip


@pytest.fixture
def settings(tmp_path):
    """Where the settings would be."""
    return tmp_path / "config.toml"


def found(settings, text):
    """Return what is wrong with a key file, without the path."""
    settings.with_name("keys.toml").write_text(text, encoding="utf-8")
    return [one.removeprefix(str(settings.with_name("keys.toml"))) for one in keymap.read(settings)[1]]


@pytest.mark.parametrize("name", PRESETS)
def test_no_key_has_two_meanings_at_once(name):
    """Within one place, and in places that work together, every key of every preset means one thing."""
    assert list(keymap.clashes(preset(name))) == []


@pytest.mark.parametrize("name", PRESETS)
def test_every_key_of_a_preset_can_be_pressed(name):
    """Each key has a name, and none is one that terminals or multiplexers take for themselves."""
    for act in ACTS:
        for key in preset(name)[act.id]:
            assert normal(key), (act.id, key)
            assert normal(key) not in NEVER, (act.id, key)


def test_plain_needs_no_letters():
    """With the preset for input methods every act has a key without a letter, or is found in the palette."""
    for act_id, all_keys in preset("plain").items():
        assert not [key for key in all_keys if len(key) == 1 and key.isalpha()], act_id
        assert all_keys or BY_ID[act_id].place == registry.DESK or act_id.startswith("queue.view."), act_id


def test_a_key_is_named_as_the_console_hears_it():
    """Symbols, full-width twins and shifted function keys have the names under which they arrive."""
    for symbol in "?/:!.,-+_[]<>*=#@？／：！。，《＊＝":
        assert normal(symbol) == _character_to_key(symbol)
    assert [normal(key) for key in ("T", "shift+f5", "Ctrl+T", "ctrl+left")] == ["T", "f17", "ctrl+t", "ctrl+left"]
    assert [normal(key) for key in ("crtl+t", "f25", "shift+t", "hello")] == [None] * 4


def test_every_binding_comes_from_the_registry():
    """No screen and no widget binds a key of its own: what is bound is in help, palette and docs."""
    for owner in OWNERS:
        assert {binding.id for binding in owner.BINDINGS} <= BY_ID.keys(), owner.__name__


def test_every_act_on_a_ticket_can_be_done():
    """Each act of the registry that makes a move has a deed, and each move an agent can make has an act."""
    names = {act.name for act in ACTS if act.move and act.place == registry.DESK}
    assert names == acts.DEEDS.keys() | {*acts.COMPOSED, "modify", "link"}
    by_time = {"alarm", "expire", "recompute", "overdue_task", *duty.BY_TIME, *push.BY_TIME}
    by_hand = lifecycle.MOVES.keys() - {"receive", "absorb", "hear", *by_time}
    assert {act.move for act in ACTS if act.move} == by_hand


def test_a_preset_and_own_keys(settings):
    """The file chooses a preset and moves single acts; a list gives several keys."""
    assert found(settings, 'preset = "vim"\nticket.take = "T"\ndesk.notices = ["ctrl+t", "f5"]\n') == []
    read, _wrong = keymap.read(settings)
    assert (read.shown("desk.undo"), read.shown("ticket.take"), read.shown("desk.notices")) == ("u", "T", "^t f5")
    assert read.changed()["ticket.take"] == "T"


def test_the_settings_may_hold_the_keys(settings):
    """A table [keys] of the settings does the same as the file beside it."""
    settings.write_text('theme = "mono"\n[keys]\n"ticket.take" = "f5"\n', encoding="utf-8")
    assert (keymap.read(settings)[0].first("ticket.take"), keymap.read(settings)[1]) == ("f5", [])


def test_an_act_can_lose_its_key(settings):
    """An empty list takes the key away; nothing else happens."""
    assert found(settings, "ticket.cancel = []\n") == []
    assert keymap.read(settings)[0].changed() == {"ticket.cancel": keymap.UNBOUND}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\nticket.tak = "t"\n', ":2: ticket.tak is no act; near it: ticket.take"),
        ('[ticket]\n\ntake = "crtl+t"\n', ":3: ticket.take: there is no key crtl+t; right would be "),
        ('ticket.take = "ctrl+i"', ":1: ticket.take: a terminal sends the same for ctrl+i as for another key"),
        ('ticket.take = "ctrl+c"', ":1: ticket.take: ctrl+c belongs to the terminal"),
        ('preset = "emacs"', ":1: there is no preset emacs; there are: default, vim, plain"),
        ("ticket.take = 7", ':1: ticket.take = 7; right would be a key such as "t"'),
        ('\n\nticket.take = "x"', ":3: x would mean ticket.take and ticket.resolve at once"),
        ('ticket.take = "', ": cannot be read: "),
    ],
)
def test_a_wrong_key_file_is_told_with_its_line(settings, text, said):
    """File, line, what is wrong and what would be right, one sentence each; the keys stay those of the preset."""
    wrong = found(settings, text)
    assert len(wrong) == 1
    assert wrong[0].startswith(said)


def test_validate_checks_keys_themes_and_templates(tmp_path):
    """`config validate` knows everything that the console would refuse, and says all of it."""
    settings = tmp_path / "config.toml"
    settings.write_text('theme = "harbor"\n', encoding="utf-8")
    settings.with_name("keys.toml").write_text('ticket.tak = "t"\n', encoding="utf-8")
    command = [sys.executable, "-m", "sharedops_tui", "--lang", "en", "config", "validate"]
    home = {"SHAREDOPS_CONFIG": str(settings), "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    ended = subprocess.run(command, env=home, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert f"{settings.with_name('keys.toml')}:1: ticket.tak is no act" in ended.stderr
    assert f"{settings}: there is no theme harbor; there are: " in ended.stderr


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_key_pages_of_the_docs_are_those_of_the_registry(language):
    """docs/keys.md and its Chinese twin are what `make keys` writes from the registry of today."""
    i18n.activate(language)
    page = ROOT / "docs" / ("keys.md" if language == "en" else "keys.zh-CN.md")
    assert page.read_text(encoding="utf-8") == keys.docs_page()


@pytest.mark.parametrize("page", ["keys.md", "keys.zh-CN.md"])
def test_the_example_of_the_page_about_keys_is_right(page, settings):
    """Whoever copies it has a key file without a mistake."""
    example = (ROOT / "docs" / page).read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    assert "ticket.take" in example
    assert found(settings, example) == []
