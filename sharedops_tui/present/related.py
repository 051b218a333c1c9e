"""What belongs to a ticket as text: links with state and subject, merged tickets, experts and watchers."""

from textual.content import Content

from sharedops_core.i18n import _, joined
from sharedops_core.rules import lifecycle, links
from sharedops_core.rules.text import one_line
from sharedops_core.views.related import CompanionRow, RelatedRow
from sharedops_core.views.ticket import TicketCard

_FIRST = ("merged_into", "child_of", "parent_of", "took_in")
"""What is said before the other links: where it goes on, its family, what came into it."""


def related(card: TicketCard) -> Content:
    """Return one line per link, then the people about the ticket."""
    rows = sorted(card.related, key=lambda one: _FIRST.index(one.role) if one.role in _FIRST else len(_FIRST))
    groups = [[_link(one) for one in rows], [_person(one) for one in card.people]]
    lines = [Content("\n").join(group) for group in groups if group]
    if not lines:
        return Content.styled(_("linked to nothing, and watched by nobody"), "$foreground 60%")
    hint = Content.styled(_("# and a number in the palette opens one of them"), "$foreground 60%")
    return Content("\n\n").join([*lines, hint] if rows else lines)


def experts(card: TicketCard) -> str:
    """Return for the head of a ticket who helps with it, or is asked to; empty while nobody is."""
    here = [one for one in card.people if one.state in ("invited", "joined")]
    names = [_named(one) for one in here]
    return " · " + _("experts: {names}").format(names=joined(names)) if names else ""


def _named(row: CompanionRow) -> str:
    name = one_line(row.name)
    return _("{name} (invited)").format(name=name) if row.state == "invited" else name


def _link(row: RelatedRow) -> Content:
    return Content.assemble(
        (f"{links.role_name(row.role)}  ", "$foreground 60%"),
        (one_line(row.number), "bold $primary"),
        (f"  {lifecycle.state_name(row.state)}  ", "$secondary"),
        one_line(row.subject),
    )


def _person(row: CompanionRow) -> Content:
    by = "" if row.name == row.by else "  " + _("asked by {who}").format(who=one_line(row.by))
    return Content.assemble(
        (f"{links.companion_name(row.state)}  ", "$foreground 60%"),
        (one_line(row.name), "bold"),
        (f"  {one_line(row.login)}  {row.at.astimezone():%m-%d %H:%M}{by}", "$foreground 70%"),
    )
