"""Pictures of the boards in both languages, from the smallest terminal to the screen on the wall."""

import pytest

from sharedops_core import i18n
from sharedops_core.store.tables import Person, Shift
from tests.tui.screen import assert_same_text, lines, still
from tests.tui.settling import press, settled

# A busy machine may draw a frame late; a picture that really is another one fails three times.
pytestmark = pytest.mark.flaky(reruns=2)

SIZES = {"80x24": (80, 24), "160x48": (160, 48), "240x70": (240, 70)}
SHOWN = [(language, size) for language in i18n.LANGUAGES for size in SIZES if (language, size) != ("en", "240x70")]
"""Where there is room for everything, the wide characters are what can go wrong."""
BOARDS = ("wallboard", "workload")


@pytest.fixture
def shifts(desk):
    """李娜 is on the early shift, 王磊 on the late one, and has taken more than can be done."""
    with desk.write() as session:
        for n, (starts, ends) in enumerate((("08:00", "16:00"), ("16:00", "24:00")), 1):
            session.add(Shift(id=n, code=f"s{n}", name_en="-", name_zh="-", starts=starts, ends=ends,
                              tz="Asia/Shanghai"))  # fmt: skip
        session.flush()
        session.get(Person, 1).shift_id, session.get(Person, 1).capacity = 1, 4
        session.get(Person, 2).shift_id, session.get(Person, 2).capacity = 2, 1


@pytest.mark.parametrize(("language", "size"), SHOWN)
@pytest.mark.parametrize("board", BOARDS)
def test_board(board, language, size, shifts, console_of_supervisor, snap_compare, request):
    """Both boards look as they were approved."""
    i18n.activate(language)
    seen = []

    async def act(pilot):
        await settled(pilot)
        await press(pilot, "s", f"text:{board}", "enter")
        await settled(pilot)
        await press(pilot, "j", "l")
        await still(pilot)
        seen.extend(lines(pilot.app))

    assert snap_compare(console_of_supervisor, terminal_size=SIZES[size], run_before=act)
    assert_same_text(request, seen)
