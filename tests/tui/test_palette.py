"""The palette finds whatever has a name, shows what was chosen lately first, and lets a theme be seen before."""

import pytest
from textual.command import CommandPalette
from textual.widgets import OptionList

from sharedops_core import i18n
from sharedops_tui.dialogs.intake import IntakeDialog
from sharedops_tui.screens.knowledge import KnowledgeScreen
from sharedops_tui.screens.ticket import TicketScreen
from tests.tui.screen import lines
from tests.tui.settling import press, settled

SIZE = (120, 40)


async def look(pilot, *keys):
    """Type into the palette and return what it offers."""
    await press(pilot, "ctrl+p", *keys)
    for _try in range(40):
        await pilot.pause(0.05)
        found = pilot.app.screen.query_one("CommandList", OptionList)
        if found.option_count:
            await pilot.pause(0.3)
            break
    return [str(option.hit.text) for option in found.options]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("#10008", "INC-10008  Mailbox is full"),
        ("Mailbox", "INC-10008  Mailbox is full"),
        ("@ana", "Ana Ruiz ana.ruiz"),
        ("@sun", "孙浩 sun.hao  network"),
        ("?printer", "KB-0204"),
        ("%vpn", "New ticket: IT-NET-VPN-01  VPN does not connect"),
        ("hand off to", "hand off to another team, with the five slots  H"),
        ("absence", "record that I am away, and who stands in for me"),
        ("View: Offered", "View: Offered to me"),
        ("closed: plain", "Keys until the console is closed: plain"),
        ("mono", "Theme: mono"),
    ],
)
async def test_everything_with_a_name_is_found(words, found, console):
    """Tickets by number or words, people and agents, knowledge, services, acts, views and settings."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "1", "g")
        offered = await look(pilot, f"text:{words}")
        assert found in offered[0].replace("theme:mono\n", "")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_nothing_found_is_said_in_the_language(language, console):
    """A name that nothing has gets a sentence that tells the signs."""
    i18n.activate(language)
    async with console.run_test(size=SIZE) as pilot:
        offered = await look(pilot, "text:zzzzqq")
        assert offered == [i18n._("nothing is called so; tickets #, people @, knowledge ?, services %")]
        assert (language == "en") == ("nothing is called so" in offered[0])


async def test_what_was_chosen_lately_stands_first(console):
    """A ticket that was opened from the palette is the first line the next time."""
    async with console.run_test(size=SIZE) as pilot:
        await look(pilot, "text:#10008")
        await press(pilot, "enter", "enter")
        assert isinstance(console.screen, TicketScreen)
        await press(pilot, "q")
        assert (await look(pilot))[0] == "INC-10008  Mailbox is full"


@pytest.mark.parametrize(("words", "ids"), [("@ana", [2, 4, 6, 8]), ("@wang.lei", [6])])
async def test_a_person_leads_to_their_open_tickets(words, ids, console):
    """Whichever view was shown, all open tickets of the person are listed, and the filter says whose they are."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "8")
        await look(pilot, f"text:{words}")
        await press(pilot, "enter")
        await settled(pilot)
        table = console.screen.query_one("#queue")
        assert sorted(row.ticket_id for row in table.rows) == ids
        assert console.screen.question.view == "open"
        assert words[1:] in console.screen.query_one("#filter").value
        assert table.has_focus


async def test_a_draft_is_found_again(console):
    """What is being written somewhere stands in the palette with its first words."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "1", "g", "j", "enter", "r", "text:half a sentence", "escape", "q")
        assert (await look(pilot))[0] == "Draft: INC-10002  half a sentence"


async def test_a_theme_is_seen_before_it_is_chosen(console):
    """Highlighting a theme wears it, leaving the palette puts the old one back, enter keeps it."""
    async with console.run_test(size=SIZE) as pilot:
        before = console.theme
        await look(pilot, "text:Theme: mono")
        assert console.theme == "mono"
        await press(pilot, "escape")
        assert console.theme == before
        await look(pilot, "text:Theme: mono")
        await press(pilot, "enter")
        await settled(pilot)
        assert console.theme == "mono"


async def test_what_cannot_be_done_says_why(console):
    """An act that the ticket under the cursor does not allow carries its reason."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "1", "g", "j")
        await look(pilot, "text:reopen; the same")
        assert "(reopen is not possible while" in "\n".join(lines(console))


async def test_a_key_preset_is_changed_live(console):
    """After choosing the plain keys the footer names them."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "1", "g", "j")
        await look(pilot, "text:closed: plain")
        await press(pilot, "enter")
        await settled(pilot)
        assert "f2 reply" in lines(console)[-1]


@pytest.mark.parametrize(("words", "screen"), [("?printer", KnowledgeScreen), ("%vpn", IntakeDialog)])
async def test_choosing_goes_there(words, screen, console):
    """An article opens in the knowledge search, a service begins a new ticket with it."""
    async with console.run_test(size=SIZE) as pilot:
        await look(pilot, f"text:{words}")
        await press(pilot, "enter")
        await settled(pilot)
        assert isinstance(console.screen, screen)
        assert not isinstance(console.screen, CommandPalette)
