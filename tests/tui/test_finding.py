"""Finding words in a ticket, with real keys; the words of a filter are marked in the list."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from sharedops_core import i18n
from sharedops_tui.dialogs.intake import IntakeDialog
from sharedops_tui.screens.help import HelpScreen
from sharedops_tui.screens.queue import QueueScreen
from sharedops_tui.widgets.ticket_pane import TABS, TicketPane
from sharedops_tui.widgets.ticket_view import TicketView
from tests.tui.present.rows import NOW, card
from tests.tui.screen import lines
from tests.tui.settling import press, settled
from tests.tui.widgets.host import Host

SIZE = (80, 24)
LONG = "\n".join(f"第 {number} 行 VPN line" if number % 10 == 0 else f"line {number}" for number in range(60))


@pytest.fixture
def view():
    """A ticket in an app of its own."""
    return TicketView(lambda: NOW)


def marks(app, sign="reverse"):
    """Return the texts in the ticket that carry a sign, "reverse" or "underline", without the scrollbar."""
    text = app.screen.query(TicketPane).last().searched
    region = text.region.intersection(text.parent.region.shrink((1, 0, 0, 0)))
    strips = app.screen._compositor.render_strips()[region.y : region.bottom]
    pieces = [piece for strip in strips for piece in strip.crop(region.x, region.right)]
    return [one.text for one in pieces if one.style and getattr(one.style, sign) and one.text.strip()]


def edge(pane):
    """Return what the lower edge says of matches."""
    return pane._edge[0].plain


async def opened(pilot: Pilot[None], text: str, *keys: str) -> TicketPane:
    """Show a ticket with a text, and press keys."""
    pane = pilot.app.screen.query_one(TicketPane)
    pane.show(replace(card(), thread=[replace(card().thread[0], body=text)]))
    pane.take_focus()
    await settled(pilot)
    await press(pilot, *keys)
    return pane


async def test_words_are_found_while_they_are_typed(view):
    """The first match behind the place of the reader comes into view, is marked, and the edge counts."""
    async with Host(view).run_test(size=SIZE) as pilot:
        pane = await opened(pilot, LONG, "g", "/", "text:ｖｐｎ")
        assert marks(pilot.app) == ["VPN"]
        assert edge(pane) == "match 1 of 6"
        await press(pilot, "enter", "n", "n")
        assert edge(pane) == "match 3 of 6"
        assert marks(pilot.app) == ["VPN"]
        assert "第 20 行 VPN" in "\n".join(lines(pilot.app))


async def test_the_search_goes_round_and_says_so(view):
    """Before the first match comes the last one, behind the last the first; the edge tells the turn."""
    async with Host(view).run_test(size=SIZE) as pilot:
        pane = await opened(pilot, LONG, "g", "/", "text:vpn", "enter", "N")
        assert edge(pane) == "match 6 of 6 · from the end again"
        await press(pilot, "n")
        assert edge(pane) == "match 1 of 6 · from the beginning again"
        await press(pilot, "n")
        assert edge(pane) == "match 2 of 6"


async def test_a_match_across_two_lines_is_marked_on_both(view):
    """A text is looked through as it was written, not as the width breaks it."""
    async with Host(view).run_test(size=SIZE) as pilot:
        await opened(pilot, "无" * 36 + "法登录系统", "g", "/", "text:无法登录系")
        assert len(marks(pilot.app)) == 2
        assert "".join(marks(pilot.app)) == "无法登录系"


async def test_n_means_the_match_before_only_while_words_are_marked(console):
    """With marks N goes back among them and the footer says so; without them it opens a new ticket, as ever."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "9", "g", "enter", "/", "text:VPN", "enter", "N")
        assert "N match before" in lines(console)[-1]
        await press(pilot, "escape")
        assert not marks(console)
        assert not edge(console.screen.query_one(TicketPane))
        assert "match" not in lines(console)[-1]
        await press(pilot, "N")
        assert isinstance(console.screen, IntakeDialog)


async def test_esc_takes_marks_away_before_it_leaves(console):
    """The first esc clears, typed words or marks, and the ticket stays; the next one goes back to the queue."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "9", "g", "enter", "/", "text:vpn", "escape")
        assert console.screen.query_one(TicketPane).has_pseudo_class("focus-within")
        assert not console.screen.query_one(TicketPane).is_finding
        await press(pilot, "escape")
        assert isinstance(console.screen, QueueScreen)


@pytest.mark.parametrize("tab", [tab for tab in TABS if tab != "knowledge"])
async def test_every_tab_can_be_searched(tab, view):
    """Words are looked for in the tab that is shown, and in the next one when the tabs are turned."""
    async with Host(view).run_test(size=SIZE) as pilot:
        pane = await opened(pilot, "words")
        pane.tab = tab
        await press(pilot, "/", "text:words", "enter")
        assert marks(pilot.app) == ["words"]
        pane.turn(1)
        pane.turn(-1)
        await pilot.pause()
        assert set(marks(pilot.app, "underline")) == {"words"}


async def test_the_article_of_a_ticket_can_be_searched(console):
    """On the tab with knowledge it is the article under the cursor that is looked through."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "9", "/", "text:VPN", "enter", "enter", "]", "]", "/", "text:profile", "enter")
        assert marks(console) == ["profile"]
        assert edge(console.screen.query_one(TicketPane)) == "match 1 of 1"


async def test_a_ticket_that_grows_keeps_the_match(view):
    """When others write meanwhile, the match that is shown stays the same one; there are only more of them."""
    async with Host(view).run_test(size=SIZE) as pilot:
        pane = await opened(pilot, LONG, "g", "/", "text:vpn", "enter", "n")
        pane.show(replace(pane.card, thread=pane.card.thread * 2))
        await pilot.pause()
        assert edge(pane) == "match 2 of 12"


async def test_nothing_found_is_said(view):
    """Words that do not occur get a sentence, and n moves nothing."""
    async with Host(view).run_test(size=SIZE) as pilot:
        pane = await opened(pilot, LONG, "/", "text:[/nope]", "enter", "n")
        assert edge(pane) == "no match"


async def test_the_help_lists_the_keys_of_matches_only_while_there_are_some(console):
    """What a key means now stands in the help, and what it does not mean now does not."""
    async with console.run_test(size=(80, 140)) as pilot:
        await press(pilot, "s", "9", "g", "enter", "?")
        assert isinstance(console.screen, HelpScreen)
        assert "next match" not in "\n".join(lines(console))
        await press(pilot, "escape", "/", "text:vpn", "enter", "?")
        assert "next match" in "\n".join(lines(console))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_the_preview_finds_where_the_keyboard_is(language, console):
    """In the ticket below the list / finds words; in the list it narrows the list, and n there is no key."""
    i18n.activate(language)
    async with console.run_test(size=(160, 48)) as pilot:
        await press(pilot, "s", "9", "g")
        filter_, find = f"/ {i18n._('filter')}", f"/ {i18n._('find')}"
        assert filter_ in lines(console)[-1]
        console.screen.query_one(TicketPane).take_focus()
        await press(pilot, "/", "text:N", "enter")
        assert find in lines(console)[-1]
        await press(pilot, "escape")
        assert filter_ not in lines(console)[-1]
        assert not console.screen.query_one("#filter").display


async def test_a_mono_theme_shows_the_match(view):
    """Without colours the match that is shown is reverse, the others are underlined."""
    async with Host(view).run_test(size=SIZE) as pilot:
        pilot.app.theme = "mono"
        await opened(pilot, LONG, "g", "/", "text:line")
        assert (marks(pilot.app), set(marks(pilot.app, "underline"))) == (["line"], {"line"})


async def test_the_list_marks_the_words_of_its_filter(console):
    """In number, requester and subject the words that were asked for stand out, by more than colour."""
    async with console.run_test(size=(160, 24)) as pilot:
        await press(pilot, "s", "9", "/", "text:ana", "enter")
        table = console.screen.query_one("#queue")
        drawn = [one for place in table.seen for one in table.render_line(place + 1) if one.style.underline]
        assert {one.text for one in drawn} == {"Ana"}
        assert all(one.style.bold for one in drawn)
        await press(pilot, "escape")
        assert not [one for place in table.seen for one in table.render_line(place + 1) if one.style.underline]
