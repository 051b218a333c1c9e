"""The keys in words: groups for the help, hints for the bar."""

from collections.abc import Mapping

from rich.cells import cell_len
from textual.content import Content

from sharedops_core.i18n import _


def groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the help in groups of (binding id, what it does)."""
    return [
        (_("Work on a ticket"), _work()),
        (_("Lists"), _lists()),
        (_("Views and panes"), _panes()),
        (_("Everywhere"), _everywhere()),
    ]


def _work() -> list[tuple[str, str]]:
    return [
        ("ticket.take", _("take")),
        ("ticket.assign", _("assign to a colleague of the team")),
        ("ticket.reply", _("reply to the requester")),
        ("ticket.note", _("internal note, never seen by the requester")),
        ("ticket.wait", _("wait, with the reason that decides which clock stands")),
        ("ticket.resume", _("go on with a ticket that waits")),
        ("ticket.hand_off", _("hand off to another team, with the five slots")),
        ("ticket.accept", _("accept what is offered")),
        ("ticket.give_back", _("give back what is offered")),
        ("ticket.escalate", _("escalate to the lead, then to the supervisor")),
        ("ticket.prioritise", _("change the priority; the clocks keep start and pauses")),
        ("ticket.reclassify", _("another service item; the clocks keep start and pauses")),
        ("ticket.explain", _("why it is due then, line by line")),
        ("ticket.promise", _("promise the requester something by a moment")),
        ("ticket.keep", _("the promise that is due first has been kept")),
        ("ticket.resolve", _("resolve, with the solution for the requester")),
        ("ticket.confirm", _("confirm on the requester's word")),
        ("ticket.reopen", _("reopen; the same clocks go on")),
        ("ticket.rate", _("record the requester's rating")),
        ("ticket.cancel", _("cancel, with a reason")),
        ("ticket.knowledge", _("knowledge for this ticket")),
        ("ticket.copy", _("copy the number")),
        ("composer.send", _("review before sending: y send, n discard, e edit, p keep draft")),
        ("composer.editor", _("write in $EDITOR")),
    ]


def _lists() -> list[tuple[str, str]]:
    return [
        ("list.down", _("down")),
        ("list.up", _("up")),
        ("list.page_down", _("page down")),
        ("list.page_up", _("page up")),
        ("list.first", _("first")),
        ("list.last", _("last")),
        ("list.open", _("open")),
        ("list.mark", _("mark; an act then works on all marked")),
        ("queue.filter", _("filter")),
        ("queue.clear", _("drop filter and marks")),
        ("queue.sort", _("sort by due time, priority, age, last change")),
        ("queue.freeze", _("freeze the order")),
        ("queue.reload", _("show what is new")),
    ]


def _panes() -> list[tuple[str, str]]:
    return [
        ("queue.view.mine", _("my tickets; the other digits are the other views")),
        ("queue.next_view", _("next view")),
        ("queue.breaching", _("breached and due within 30 minutes")),
        ("queue.preview", _("preview on or off")),
        ("ticket.tab_left", _("tab to the left")),
        ("ticket.tab_right", _("tab to the right")),
        ("ticket.previous", _("previous ticket of the queue")),
        ("ticket.next", _("next ticket of the queue")),
    ]


def _everywhere() -> list[tuple[str, str]]:
    return [
        ("desk.new", _("new ticket")),
        ("desk.notices", _("what you were told")),
        ("app.commands", _("commands: acts, tickets #, people @, knowledge ?, views, themes")),
        ("app.language", _("other language")),
        ("app.help", _("this help")),
        ("app.quit", _("quit; drafts are kept")),
    ]


def signs() -> list[tuple[str, str]]:
    """Return the signs of a list and what they say."""
    return [
        ("#", _("confidential: only you, its lane, holder and first-contact owner see this ticket")),
        ("* ! ~ ^", _("marked; past due; due soon; requester with priority")),
    ]


def help_text(keys: Mapping[str, str]) -> Content:
    """Return the help for the keys that work on a screen; `keys` is binding id → keys as the user has them."""
    parts: list[Content] = []
    for name, lines in groups():
        known = [(keys[binding], words) for binding, words in lines if binding in keys]
        if known:
            parts.append(Content.assemble("\n", (name, "bold $primary"), "\n"))
            parts += [Content.assemble((_padded(shown), "$accent"), words, "\n") for shown, words in known]
    parts.append(Content.assemble("\n", (_("Signs"), "bold $primary"), "\n"))
    parts += [Content.assemble((_padded(sign), "$accent"), words, "\n") for sign, words in signs()]
    return Content("").join(parts)


def _padded(keys: str) -> str:
    return "  " + keys + " " * max(2, 20 - cell_len(keys))
