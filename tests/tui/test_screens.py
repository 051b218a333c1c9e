"""What the screens promise as a whole: a language at a time, seconds that do no harm, an end that keeps everything."""

import asyncio
import re

import pytest
from textual.widgets import Input

from sharedops_core import config, i18n
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from sharedops_tui.screens.ticket import TicketScreen
from tests.tui.screen import lines, still
from tests.tui.settling import press

SIZE = (160, 48)
DATA = re.compile(
    r"VPN|drops|every|minutes|printer|offline|3F|payroll|login|fails|bold|Invoice|says|mused|nope|Laptop|Mailbox|"
    r"sharedops|li\.na|Ana|Ruiz|INC|KB|We are|looking|the gateway|reset|ctrl|esc|"
    r"steps|did not help|idle timeout at|call|back|check|by|check it|enter|tab|"
    r"CSAT|full|does|wake|up|not|at|en|zh|\bP\d|\bL\d"
)
"""Words that are data, names or keys, and stay as they are in every language."""


def words_of(catalogue):
    """Return the English words that a Chinese screen must not show: those of the catalogue's own sentences."""
    found = set()
    for english, chinese in catalogue._catalog.items():
        if isinstance(english, str) and english and english != chinese:
            found |= set(re.findall(r"[A-Za-z]{3,}", DATA.sub(" ", english)))
    return found


def english_on(app, vocabulary):
    """Return the catalogue's English words that are on the screen."""
    shown = DATA.sub(" ", "\n".join(lines(app)))
    return vocabulary & set(re.findall(r"[A-Za-z]{3,}", shown))


@pytest.mark.parametrize(
    "keys",
    [
        ["s", "9"],
        ["s", "1", "g", "enter"],
        ["s", "1", "g", "enter", "right_square_bracket"],
        ["s", "1", "j", "r"],
        ["s", "9", "slash"],
        ["K"],
    ],
    ids=["queue", "thread", "fields", "composer", "filter", "knowledge"],
)
async def test_the_other_language_is_spoken_at_once(keys, console):
    """ctrl+l leaves no English word of the catalogue on the screen, and a second one brings every one back."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, *keys)
        await still(pilot)
        english = lines(console)
        i18n.activate("zh")
        vocabulary = words_of(i18n._Active.catalogue)
        i18n.activate("en")
        assert english_on(console, vocabulary)
        await press(pilot, "ctrl+l")
        assert english_on(console, vocabulary) == set()
        await press(pilot, "ctrl+l")
        await still(pilot)
        assert lines(console) == english


async def test_a_second_passes_while_a_ticket_opens(console):
    """A tick in the moment in which a screen is being built breaks nothing."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "9")
        for number in range(1, 6):
            console.push_screen(TicketScreen(number))
            for _step in range(20):
                console._tick()
                await asyncio.sleep(0)
            await press(pilot, "q")
        assert len(console.screen_stack) == 2


async def test_the_palette_opens_by_both_keys(console):
    """ctrl+p and : open the commands; a search by its sign finds tickets, and enter opens one."""
    async with console.run_test(size=SIZE) as pilot:
        for key in ("ctrl+p", "colon"):
            await press(pilot, key)
            assert console.screen.query_one(Input).placeholder
            await press(pilot, "escape")
        await press(pilot, "ctrl+p", "text:#Mailbox", "enter")
        await press(pilot, "enter")
        assert isinstance(console.screen, TicketScreen)


async def test_an_empty_queue_says_so(console):
    """A view without tickets shows the empty preview, and no key does harm."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "5", "t", "enter", "space", "r", "H", "y")
        assert "no ticket here" in "\n".join(lines(console))


async def test_the_help_has_the_keys_as_they_are_remapped(desk):
    """A key the user has moved stands in the help under its new name."""
    settings = config.load()
    settings.path.parent.mkdir(parents=True, exist_ok=True)
    settings.path.with_name("keys.toml").write_text('ticket.take = "f5"', encoding="utf-8")
    console = SharedopsApp(Bridge(desk, "li.na"), settings)
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "question_mark")
        assert re.search(r"F5|f5", "\n".join(line for line in lines(console) if "take" in line))
