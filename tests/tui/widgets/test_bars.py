"""The key bar and the view list."""

import pytest

from sharedops_core.views.rows import VIEWS as _VIEWS
from sharedops_tui.messages import ViewChosen
from sharedops_tui.widgets.key_bar import Hint, KeyBar
from sharedops_tui.widgets.view_list import ViewList
from tests.tui.screen import lines
from tests.tui.widgets.host import Host

VIEWS = list(_VIEWS)
HINTS = [Hint("t", "take"), Hint("H", "hand off", "waits for somebody"), Hint("^s", "打印"), Hint("?", "help")]


@pytest.mark.parametrize("width", [20, 30, 40, 80])
async def test_the_help_is_always_hinted_at(width):
    """However narrow the bar, its last hint is the help, and no hint is cut in the middle."""
    bar = KeyBar()
    async with Host(bar).run_test(size=(width, 3)) as pilot:
        bar.hints = HINTS
        await pilot.pause()
        shown = lines(pilot.app)[0]
        assert shown.endswith("? help")
        assert all(f"{hint.key} {hint.label}" in shown or hint.label[:3] not in shown for hint in HINTS)


async def test_what_cannot_work_now_is_dim():
    """A hint with a hindrance is drawn in another style than one without."""
    bar = KeyBar()
    async with Host(bar).run_test(size=(80, 3)) as pilot:
        bar.hints = HINTS
        await pilot.pause()
        styles = {s.text.strip(): s.style for s in pilot.app.screen._compositor.render_strips()[0]}
        assert styles["H hand off"].color != styles["take"].color


async def test_the_view_list_names_all_views_and_chooses():
    """Every view has its line; j, k and the mouse choose, round the ends."""
    views = ViewList()
    host = Host(views, ViewChosen)
    async with host.run_test(size=(24, 14)) as pilot:
        await pilot.press("j", "k")
        await pilot.click(views, offset=(3, 4))
        await pilot.click(views, offset=(3, 13))
        assert [message.view for message in host.told] == [VIEWS[1], VIEWS[-1], VIEWS[4]]
        assert len([line for line in lines(pilot.app) if line.strip()]) == len(VIEWS)


async def test_the_view_list_alarms_only_when_something_breaches():
    """The breaching view carries a sign beside its colour, and only with tickets in it."""
    views = ViewList()
    async with Host(views).run_test(size=(24, 12)) as pilot:
        for count in (0, 3):
            views.counts = dict.fromkeys(VIEWS, count)
            await pilot.pause()
            assert ("!" in "".join(lines(pilot.app))) is (count > 0)
