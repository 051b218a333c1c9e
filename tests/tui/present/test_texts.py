"""Status line, titles, thread, fields, audit, articles and keys as text."""

import re
from dataclasses import dataclass, replace

import pytest
from rich.cells import cell_len

from sharedops_core import i18n
from sharedops_core.rules import lifecycle
from sharedops_core.rules.lifecycle import Holder
from sharedops_core.views.pulse import Pulse
from sharedops_core.views.queue import SORTS, VIEWS, Question
from sharedops_tui.keymap import Keymap, preset
from sharedops_tui.present import keys
from sharedops_tui.present.article import article_text, hit_line
from sharedops_tui.present.audit import audit
from sharedops_tui.present.fields import fields, summary
from sharedops_tui.present.queue_title import subtitle, title
from sharedops_tui.present.status import status_line, view_line
from sharedops_tui.present.thread import thread
from tests.tui.poison import ACTING, FOLDER, WORST, everything
from tests.tui.present.rows import NOW, card

PULSE = Pulse(42, 2, 3, 9, 18, 4.62, 0)
STRINGS = everything() if FOLDER.is_dir() else WORST


@dataclass
class Found:
    """An article as the search returns it."""

    body_en: str
    title_en: str = "VPN"
    key: str = "KB-0101"
    kind: str = "how_to"
    audience: str = "everyone"
    title_zh: str = ""
    body_zh: str = ""


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("width", range(40, 201, 7))
def test_the_status_line_fills_its_width(width, language):
    """Who works here and the time are always there; figures that do not fit are left out whole."""
    i18n.activate(language)

    line = status_line("li.na", "李娜", 1, PULSE, NOW, width)

    assert line.cell_length == width
    assert line.plain.startswith(" sharedops")
    assert line.plain.endswith(f"{NOW.astimezone():%H:%M:%S} ")


def test_a_wide_status_line_has_every_figure():
    """Satisfaction is rounded to one place, and a desk without answers shows a dash."""
    assert "open 42 | breached 2 | at risk 3 | waiting 9 | resolved 24 h 18 | CSAT 7 d 4.6" in (
        status_line("li.na", "李娜", 1, PULSE, NOW, 160).plain
    )


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("count", [None, 0, 7, 9_999, 123_456])
def test_a_view_line_fits_its_list(count, language):
    """Sign, name and count of every view fit 22 cells in both languages, however many tickets a desk has."""
    i18n.activate(language)
    own = {"mine", "first_contact", "offered"}
    counts = {} if count is None else {view: min(count, 9_999) if view in own else count for view in VIEWS}

    lines = [view_line(view, counts, is_current=view == "mine", width=22) for view in VIEWS]

    assert all(line.cell_length <= 22 for line in lines)
    assert len({line.cell_length for line in lines if not line.plain.endswith("+ ")} - {22}) <= 1


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_titles_name_view_sort_and_filter(language):
    """Every view and sort order has a name; the filter is shown as typed, harmless and on one line."""
    i18n.activate(language)
    found = [title(Question(view, 1, "a\x1b[2J\nb", sort), view, {view: 3}).plain for view in VIEWS for sort in SORTS]

    assert len(set(found)) == len(VIEWS) * len(SORTS)
    assert all("a␛[2J b" in text and "3" in text for text in found)


def test_the_lower_edge_counts_marks_and_news():
    """Marks, news and a frozen order are said in words; without them the edge is empty."""
    assert subtitle(0, 0, is_frozen=False).plain == ""
    assert subtitle(2, 1, is_frozen=True).plain == "2 marked  |  1 change, R shows it  |  order frozen"


def test_a_thread_stands_in_the_order_of_time():
    """Messages and hand-offs stand where they happened, each line with its mark at the left."""
    lines = thread(card("two\nlines")).plain.split("\n")

    heads = [line for line in lines if ":0" in line[:12]]
    assert [head.split("  ")[-1] for head in heads[:2]] == ["from the requester", "to the requester"]
    assert "hand-off" in heads[2]
    assert "internal note" in heads[3]
    assert all(line.startswith("▌") for line in lines if line)


def test_nothing_said_yet_is_said():
    """An empty thread is no empty screen."""
    assert thread(card(thread=(), handoffs=())).plain == "nothing has been said yet"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_string_acts_in_any_text(language):
    """Thread, fields, summary, audit and article of every hostile string hold no control and no clickable style."""
    i18n.activate(language)
    for string in STRINGS:
        ticket, article = card(string), Found(f"# {string}\n| {string} |\n1. {string}", string, string, string, string)
        for content in (
            thread(ticket),
            fields(ticket, NOW),
            summary(ticket, NOW),
            audit(ticket),
            article_text(article),
        ):
            assert not ACTING.search(content.plain), repr(string)
            assert all("@" not in str(span.style) and "link" not in str(span.style) for span in content.spans)
        assert not ACTING.search(hit_line(article))


def test_markup_in_a_text_is_text():
    """Square brackets are shown as written."""
    assert "[@click=app.quit]press[/] [/nope]" in thread(card("[@click=app.quit]press[/] [/nope]")).plain


def test_an_article_has_steps_headings_and_tables():
    """Markdown marks become styles, a table row one line, its rule nothing; a stray mark stays a character."""
    body = "## Check\n1. Leave **now**: `vpn`\n| Client | Remedy |\n|---|:--|\n| 5.1 | **up** |\n* 2 * 3 ** 4"

    shown = article_text(Found(body))

    lines = shown.plain.split("\n")[3:]
    assert lines == ["Check", "1. Leave now: vpn", "Client  ›  Remedy", "5.1  ›  up", "* 2 * 3 ** 4"]
    assert {"bold $secondary", "bold", "$accent"} <= {str(span.style) for span in shown.spans}


def test_a_wide_table_says_each_cell_by_the_name_of_its_column():
    """Three columns have no room beside each other: no cell is lost, and each says what it is."""
    body = "| | Accept | Give |\n|---|---|---|\n| **up to 300** yuan | yes | `form` |\n| cash | never |\n\n|a|b|c|"
    lines = article_text(Found(body)).plain.split("\n")[3:]
    assert lines == [
        "up to 300 yuan", "  Accept  ›  yes", "  Give  ›  form", "cash", "  Accept  ›  never", "", "a  ›  b  ›  c",
    ]  # fmt: skip


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_fields_stand_in_one_column(language):
    """The value of every field begins in the same cell, in both languages."""
    i18n.activate(language)

    lines = [line for line in fields(card("VALUE"), NOW).plain.split("\n") if line.endswith("VALUE")]

    assert lines
    assert {cell_len(line) - cell_len(line[20:].lstrip()) for line in lines} <= {20} | set(range(20, 60))


def test_the_help_lists_the_places_that_have_keys():
    """Acts of other places are left out; what cannot be done now says why."""
    shown = card(holder=Holder("resolved", is_assigned=True, is_mine=True))
    text = keys.help_text(Keymap(), ["desk", "list"], shown, "agent").plain

    assert "mark; an act, a reply or a note is then" in text
    assert "drop filter and marks" not in text
    assert re.search(r"wait, with the reason[^\n]*\n +stands\n +\(wait is not possible while", text)


def test_the_help_shows_the_keys_of_the_user():
    """A line has the keys as they are for this user; an act without a key has none."""
    text = keys.help_text(Keymap(preset("plain")), ["desk"], None, "agent").plain

    assert re.search(r"shift\+f7 +reopen", text)
    assert "record the requester's rating" not in text


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_columns_of_the_audit_stand_below_each_other(language):
    """However long the words for acts are, what follows them begins in the same column on every line."""
    i18n.activate(language)
    event = card().events[0]
    lines = audit(card(events=[replace(event, actor="李娜", act=act) for act in lifecycle.MOVES])).plain.split("\n")
    state = f"{lifecycle.state_name('accepted')} →"
    assert len({cell_len(line.partition(state)[0]) for line in lines}) == 1


def test_the_composer_says_what_ctrl_z_does_there():
    """While one writes the key takes back what was typed, everywhere else it leads to the shell; both are said."""
    hints = {hint.key: hint.label for hint in keys.place_hints(Keymap(), "composer")}
    assert hints["^z"] == "undo"
    said = keys.help_text(Keymap(), ["app", "composer"], None, "agent").plain
    assert "to the shell for a while" in said
    assert "while you write it undoes" in " ".join(said.split())


def test_a_push_says_its_pool_in_words():
    """The journal keeps the code of the pool, its reader a word."""
    i18n.activate("zh")
    event = replace(card().events[0], detail={"to": "ren.jing", "pool": "team"})
    assert "范围 本团队" in audit(card(events=[event])).plain
