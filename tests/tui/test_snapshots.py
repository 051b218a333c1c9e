"""Pictures of every screen and dialog in both languages and sizes; the text beside each is what a reviewer reads."""

import pytest

from sharedops_core import i18n
from tests.tui.screen import assert_same_text, lines, read, still
from tests.tui.settling import press

# A busy machine may draw a frame late; a picture that really is another one fails three times.
pytestmark = pytest.mark.flaky(reruns=2)

SCENES = {
    "queue": ["s", "9"],
    "filter": ["s", "9", "slash", "text:line:1 st"],
    "mistake": ["s", "9", "slash", "text:vpn line:9 x"],
    "nothing": ["s", "9", "slash", "text:nowhere", "enter"],
    "facets": ["s", "9", "f", "j", "j", "space"],
    "columns": ["s", "9", "vertical_line", "j", "plus"],
    "order": ["s", "9", "S"],
    "save_view": ["s", "9", "slash", "text:p:3", "enter", "W", "text:calm"],
    "thread": ["s", "1", "g", "enter"],
    "fields": ["s", "1", "g", "enter", "right_square_bracket"],
    "knowledge": ["s", "1", "g", "enter", "right_square_bracket", "right_square_bracket"],
    "held": ["s", "1", "g", "enter", "left_square_bracket", "left_square_bracket"],
    "audit": ["s", "1", "g", "enter", "left_square_bracket"],
    "found": ["s", "1", "g", "enter", "slash", "text:the", "enter"],
    "explain": ["s", "1", "g", "e"],
    "choice": ["s", "1", "g", "Q"],
    "promise": ["s", "1", "j", "b"],
    "composer": ["s", "1", "j", "r", "tab", "shift+tab", "text:Hi, 打印机"],
    "review": ["s", "1", "j", "c", "text:Toner", "ctrl+s"],
    "many": ["s", "1", "g", "V", "r", "enter", "tab", "shift+tab", "text:{requester}, {number} is ok"],
    "many_review": ["s", "1", "g", "V", "c", "enter", "text:Gateway {due}", "ctrl+s"],
    "template": ["s", "1", "j", "r", "ctrl+t"],
    "modify": ["s", "1", "j", "m"],
    "bulk": ["s", "9", "g", "V", "t"],
    "jump": ["s", "9", "g", "ctrl+o"],
    "hand_off": ["s", "1", "j", "H"],
    "wait": ["s", "1", "j", "w"],
    "intake": ["N", "text:ana", "enter", "text:vpn"],
    "search": ["K", "ctrl+u", "text:vpn"],
    "palette": ["ctrl+p"],
    "help": ["question_mark"],
}
"""The keys that lead to each picture, from the queue of 李娜."""

SIZES = {"80x24": (80, 24), "160x48": (160, 48), "240x70": (240, 70)}
SHOWN = [(language, size) for language in i18n.LANGUAGES for size in SIZES if (language, size) != ("en", "240x70")]
"""Where there is room for everything, the wide characters are what can go wrong."""


@pytest.mark.parametrize(("language", "size"), SHOWN)
@pytest.mark.parametrize("scene", SCENES)
def test_picture(scene, language, size, console, snap_compare, request):
    """Every screen looks as it was approved, in both languages, on a small and on a large terminal."""
    i18n.activate(language)
    seen = []

    async def act(pilot):
        await read(pilot)
        await press(pilot, *SCENES[scene][:3])
        await read(pilot)
        await press(pilot, *SCENES[scene][3:])
        await still(pilot)
        seen.extend(lines(pilot.app))

    assert snap_compare(console, terminal_size=SIZES[size], run_before=act)
    assert_same_text(request, seen)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("theme", ["harbour-light", "mono"])
def test_queue_in_other_themes(theme, language, console, snap_compare, request):
    """The queue looks as it was approved in the light theme and without colour."""
    i18n.activate(language)
    seen = []

    async def act(pilot):
        await read(pilot)
        pilot.app.theme = theme
        await press(pilot, "s", "9", "space")
        await still(pilot)
        seen.extend(lines(pilot.app))

    assert snap_compare(console, terminal_size=(120, 36), run_before=act)
    assert_same_text(request, seen)
