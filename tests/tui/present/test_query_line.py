"""What stands below the filter: the whole mistake, however long, with its caret below what is wrong."""

import pytest
from rich.cells import cell_len

from sharedops_core import i18n
from sharedops_core.rules import query
from sharedops_tui.present.query_line import mistake

QUERIES = (
    "nosuch:1", "vpn line:1 who:me nosuch:1", "line:1 登录失败 who:me -who:li.na priority:1 team:desk 无此:1",
    "kind:", "line:1 登录失败 who:me state:x", "state:any " * 7 + "kind:x", "team<3", 'a "b',
)  # fmt: skip


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("text", QUERIES)
def test_a_mistake_is_read_whole_at_eighty_columns(text, language):
    """No word of the sentence is cut, no line is wider than the room, and the caret stands below the mistake."""
    i18n.activate(language)
    with pytest.raises(query.BadQuery) as refused:
        query.parse(text)
    lines = mistake(refused.value, 76).plain.split("\n")
    assert all(cell_len(line) <= 76 for line in lines)
    said = "".join("".join(lines).replace("^", "", 1).split())
    assert said == "".join(refused.value.sentence.split())
    assert cell_len(lines[0].partition("^")[0]) == query.width(text[: refused.value.at])
