"""Boards as text: signs beside colours, bars on one scale, "-" where nothing can be said."""

import pytest
from rich.cells import cell_len

from sharedops_core import i18n
from sharedops_core.views.workload import AgentLoad, Workload
from sharedops_tui.present import boards, hours
from tests.conftest import T0


def agent(**facts):
    """Return an agent with four tickets in hand, who takes ten."""
    plain = {"login": "li.na", "name": "李娜", "role": "agent", "team_codes": ("desk",), "is_on_shift": True,
             "new": 1, "working": 2, "waiting": 1, "at_risk": 0, "breached": 0, "load": 3.5,
             "capacity": 10, "query": ""}  # fmt: skip
    return AgentLoad(**plain | facts)


def cells(row):
    """Return the texts of an agent's row by column."""
    columns = boards.load_columns(160)
    line = boards.load_lines(Workload(T0, (row,), T0), columns)[0]
    return {column.key: text for column, (text, _style) in zip(columns, line.cells, strict=True)}


@pytest.mark.parametrize(("load", "percent"), [(3.5, "35%"), (8.1, "81%~"), (10.0, "100%~"), (10.1, "101%!")])
def test_a_heavy_load_has_a_sign(load, percent):
    """Above 80 per cent it is marked, above 100 otherwise: not by colour alone."""
    assert cells(agent(load=load))["percent"] == percent


def test_what_cannot_be_said_is_a_dash():
    """No shift is neither on nor off, no capacity gives no percentage, nobody on shift no load of theirs."""
    found = cells(agent(is_on_shift=None, capacity=0))
    assert (found["shift"], found["percent"], found["bar"]) == ("-", "-", "")
    tiles = boards.load_tiles(Workload(T0, (agent(is_on_shift=None),), T0))
    assert [tile.digits for tile in tiles][:2] == ["-", "-"]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("width", [80, 120, 160, 240])
def test_both_rows_of_bars_stand_above_their_hours(language, width):
    """Whatever the labels take in cells, bars begin where the axis begins, and nothing is wider than the screen."""
    i18n.activate(language)
    lines = hours.hours([0] * 9 + [4] * 15, [1] * 24, width, 1).plain.splitlines()
    assert max(map(cell_len, lines)) <= width
    begins = lines[2].index("0")
    assert [cell_len(line[: line.index("▂" if n == 1 else "█")]) for n, line in enumerate(lines[:2])][1] == begins


def test_bars_share_one_scale():
    """Two of eight is a quarter of the height, in either row; the smallest number is seen, nought is not."""
    assert hours.bars([8, 2, 1, 0, 1000], 1000, 1, 1) == ["▁▁▁ █"]
    assert hours.bars([8, 2, 0], 8, 2, 1) == ["█  ", "█▄ "]


@pytest.mark.parametrize(("count", "wide"), [(24, 1), (24, 2), (24, 6), (23, 2), (25, 3)])
def test_hours_do_not_touch(count, wide):
    """The axis is as long as the bars, and its hours stand below their bars."""
    text = hours.axis(count, wide)
    assert text.startswith("00")
    assert all(text[place * wide :].startswith(f"{place:02}") for place in range(0, count, 6))
