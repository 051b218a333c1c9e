"""Sheets of shifts as text."""

from datetime import datetime

from textual.content import Content

from sharedops_core.i18n import _
from sharedops_core.rules.text import one_line
from sharedops_core.views.sheets import SheetCard, SheetRow, spelled_out


def sheet_parts(card: SheetCard, now: datetime) -> list[Content]:
    """Return one part per section; each line stands for itself, whatever is in it."""
    return [
        Content("\n").join(
            [Content.styled(one_line(title), "bold $primary"), *(Content(one_line(line)) for line in lines)]
        )
        for title, lines in spelled_out(card, now)
    ]


def row_name(row: SheetRow) -> str:
    """Return a sheet in a list: whose, since when, and by when it is to be signed."""
    words = _("sheet {n} of {who}, {at}").format(
        n=row.sheet_id, who=one_line(row.author_name), at=f"{row.sent_at.astimezone():%m-%d %H:%M}"
    )
    by = _("sign by {at}").format(at=f"{row.sign_by.astimezone():%H:%M}") if row.sign_by else ""
    return f"{words}  {by}".strip()
