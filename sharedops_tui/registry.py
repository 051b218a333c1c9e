"""The one registry of what a key can do: bindings, footer, help, palette, the key pages of docs and key files read it.

Pure data: it knows the name of an action, not what it does. `plain` are the keys of the preset that needs no letters,
so that an open Chinese input method never swallows one; an act without keys in a preset is reached by the palette.
"""

from dataclasses import dataclass

from sharedops_core.i18n import N_

APP, DESK, TICKET, QUEUE, LIST, VIEWS = "app", "desk", "ticket", "queue", "list", "views"
COMPOSER, REVIEW, KNOWLEDGE, DIALOG, PAGE = "composer", "review", "knowledge", "dialog", "page"
SAVED, FACETS, FILTER, COLUMNS = "saved", "facets", "filter", "columns"
BOARD, FIGURES, FOUND = "board", "figures", "found"
READING, FINDING, MATCHES = "reading", "finding", "matches"
"""The pane of a ticket, the line in which words to find there are typed, and the matches, while words are marked."""

TOGETHER = (
    (APP, DESK, QUEUE, LIST), (APP, DESK, QUEUE, VIEWS), (APP, DESK, TICKET, READING, LIST), (APP, COMPOSER),
    (APP, REVIEW), (APP, READING, MATCHES, LIST), (APP, READING, MATCHES, VIEWS), (APP, FINDING, MATCHES),
    (APP, KNOWLEDGE, VIEWS), (APP, DIALOG), (APP, PAGE, VIEWS),
    (APP, SAVED, VIEWS), (APP, FACETS, VIEWS), (APP, FILTER), (APP, DIALOG, FILTER),
    (APP, DIALOG, COLUMNS),
    (APP, BOARD, FIGURES), (APP, DESK, QUEUE, FOUND, LIST),
)  # fmt: skip
"""Places whose keys work at the same moment: within one of these sets a key has one meaning.

In the pane that has the keyboard its own keys come first: there r renames a saved view, and is no reply. The keys of
the matches come before all others, and only while there are some: N is the match before, and no new ticket.
"""

GROUPS = {
    "work": N_("Work on a ticket"), "write": N_("Write"), "list": N_("Lists"), "pane": N_("Views and panes"),
    "everywhere": N_("Everywhere"),
}  # fmt: skip


@dataclass(frozen=True)
class Act:
    """Something a key can do: where, by which keys, how it is called, and the move of a ticket it makes, if any.

    `needs` is the right of the matrix it asks without being a move.
    """

    id: str
    place: str
    group: str
    action: str
    keys: str
    plain: str
    label: str
    words: str
    move: str = ""
    needs: str = ""

    @property
    def name(self) -> str:
        """Return the last part of the id: what an act of the desk is called in code."""
        return self.id.rpartition(".")[2]

    @property
    def right(self) -> str:
        """Return the right of the matrix that it asks, empty when it asks none."""
        return self.move or self.needs


def _work(name: str, keys: str, plain: str, label: str, words: str, move: str = "") -> Act:
    return Act(f"ticket.{name}", DESK, "work", f"act('{name}')", keys, plain, label, words, move)


def _desk(name: str, action: str, keys: str, plain: str, label: str, words: str, needs: str = "") -> Act:
    group = "pane" if name.startswith("pane") else "work"
    return Act(name, DESK, group, action, keys, plain, label, words, needs=needs)


def _list(name: str, action: str, keys: str, plain: str, words: str) -> Act:
    return Act(f"list.{name}", LIST, "list", action, keys, plain, words, words)


def _queue(name: str, action: str, keys: str, plain: str, label: str, words: str) -> Act:
    return Act(f"queue.{name}", QUEUE, "pane", action, keys, plain, label, words)


def _write(name: str, place: str, action: str, keys: str, plain: str, label: str, words: str) -> Act:
    return Act(f"{place}.{name}", place, "write", action, keys, plain, label, words)


def _app(name: str, action: str, keys: str, plain: str, label: str, words: str) -> Act:
    return Act(f"app.{name}", APP, "everywhere", action, keys, plain, label, words)


_VIEW_NAMES = {
    "mine": N_("Mine"), "first_contact": N_("First contact"), "line_1": N_("Line 1"), "line_2": N_("Line 2"),
    "line_3": N_("Line 3"), "breaching": N_("Breaching"), "waiting": N_("Waiting"), "offered": N_("Offered to me"),
    "open": N_("All open"), "resolved": N_("Resolved"), "tasks": N_("Tasks for me"), "watching": N_("Watching"),
}  # fmt: skip
"""The views have no keys but those of a user's own file: the digits are the panes, and the menu's of views."""

ACTS = (
    _work("take", "t", "f5", N_("take"), N_("take"), "take"),
    _work("reply", "r", "f2", N_("reply"), N_("reply to the requester"), "reply"),
    _work("note", "c", "f4", N_("note"), N_("internal note, never seen by the requester"), "note"),
    _work("hand_off", "H", "f8", N_("hand off"), N_("hand off to another team, with the five slots"), "hand_off"),
    _work("accept", "A", "f20", N_("accept"), N_("accept what is offered"), "accept"),
    _work("give_back", "B", "f21", N_("give back"), N_("give back, or reject, what is offered"), "give_back"),
    _work("reject", "", "", N_("reject"), N_("reject the ticket that is offered to you, with a reason"), "reject"),
    _work("decide", "J", "f24", N_("decide"), N_("as a lead, decide where a ticket stays that teams pass to and fro"),
          "decide"),
    _work("wait", "w", "f6", N_("wait"), N_("wait, with the reason that decides which clock stands"), "wait"),
    _work("resume", "u", "f18", N_("go on"), N_("go on with a ticket that waits"), "resume"),
    _work("resolve", "x", "f7", N_("resolve"), N_("resolve, with the solution for the requester"), "resolve"),
    _work("escalate", "E", "f9", N_("escalate"), N_("escalate to the lead, then to the supervisor"), "escalate"),
    _work("chase", "U", "", N_("chase"), N_("urge whoever has the ticket in hand; the second time its lead, too"),
          "chase"),
    _work("offer_duty", "O", "", N_("offer duty"),
          N_("offer the first-contact duty to a colleague, or answer the offer of it"),
          "offer_duty"),
    _work("accept_duty", "", "", N_("take over duty"), N_("take over the first-contact duty that is offered"),
          "accept_duty"),
    _work("decline_duty", "", "", N_("decline duty"), N_("decline the first-contact duty that is offered"),
          "decline_duty"),
    _work("link", "l", "", N_("link"),
          N_("bring it together with others, then a letter: l link, u unlink, p parent, m merge, s split, w watcher"),
          "link"),
    _work("relate", "", "", N_("link to"), N_("link it to another ticket"), "link"),
    _work("unlink", "", "", N_("unlink"), N_("take a link to another ticket away"), "unlink"),
    _work("parent", "", "", N_("parent or child"), N_("make it the parent or the child of another ticket"), "link"),
    _work("merge", "", "", N_("merge"), N_("let it go on in another ticket, which keeps every word"), "merge"),
    _work("split", "", "", N_("split"), N_("make a second ticket of a second matter"), "split"),
    _desk("ticket.watch", "act('watch')", "@", "", N_("watch"),
          N_("hear what becomes of the ticket, or no longer"), "watch"),
    _desk("ticket.add_watcher", "act('add_watcher')", "", "", N_("add a watcher"),
          N_("let a colleague hear what becomes of the ticket"), "watch"),
    _work("invite", "&", "", N_("invite"), N_("invite an expert to help, or answer the invitation"), "invite"),
    _work("join", "", "", N_("join"), N_("come to help where you are invited"), "join"),
    _work("decline_invite", "", "", N_("decline invitation"),
          N_("decline to help where you are invited, or help no longer"), "decline_invite"),
    _work("assign", "a", "f17", N_("assign"), N_("assign to a colleague of the team"), "assign"),
    _work("reopen", "X", "f19", N_("reopen"), N_("reopen; the same clocks go on"), "reopen"),
    _work("confirm", "C", "f22", N_("confirm"), N_("confirm on the requester's word"), "confirm"),
    _work("cancel", "D", "f23", N_("cancel"), N_("cancel, with a reason"), "cancel"),
    _work("modify", "m", "f16", N_("modify"),
          N_("modify, then a letter: s state, p priority, q queue, i item, d due, a holder, t tags"), "change"),
    _work("prioritise", "", "", N_("priority"), N_("change the priority; the clocks keep start and pauses"), "change"),
    _work("reclassify", "I", "f14", N_("service item"),
          N_("another service item; the clocks keep start and pauses"), "change"),
    _work("tag", "", "", N_("tags"), N_("tag it: the words that tickets are filed under"), "change"),
    _work("promise", "b", "ctrl+r", N_("promise"), N_("promise the requester something by a moment"), "promise"),
    _work("keep", "o", "ctrl+t", N_("promise kept"), N_("the promise that is due first has been kept"), "keep"),
    _work("rate", "M", "", N_("rate"), N_("record what the requester says: stars, ease, words"), "rate"),
    Act("ticket.tasks", DESK, "work", "act('tasks')", "d", "", N_("tasks"),
        N_("tasks for other teams: ask, take, finish, turn down, withdraw"), needs="ask_task"),
    _work("ask_task", "", "", N_("ask for a task"), N_("ask another team for a piece of work; the ticket stays"),
          "ask_task"),
    _work("take_task", "", "", N_("take a task"), N_("take a task on that is asked of you or your team"), "take_task"),
    _work("finish_task", "", "", N_("finish a task"), N_("finish a task, with what came of it"), "finish_task"),
    _work("decline_task", "", "", N_("turn down a task"), N_("turn a task down, with the reason"), "decline_task"),
    _work("withdraw_task", "", "", N_("withdraw a task"), N_("withdraw a task that is not needed any more"),
          "withdraw_task"),
    _desk("ticket.explain", "explain", "e", "ctrl+e", N_("explain"), N_("why it is due then, line by line")),
    _desk("ticket.dispatch", "explain('dispatch')", "Q", "", N_("who next"),
          N_("who is to have it by the rules of dispatch, and why")),
    _desk("ticket.knowledge", "knowledge", "K", "ctrl+k", N_("knowledge"), N_("knowledge for this ticket")),
    _desk("desk.undo", "undo", "z", "f10", N_("undo"), N_("undo the last act, or the sending of a reply")),
    _desk("desk.redo", "redo", "Z", "f11", N_("redo"), N_("do again what was undone")),
    _desk("desk.repeat", "repeat", ".", ".", N_("repeat"), N_("the last act once more, on this ticket")),
    _desk("desk.next", "begin('next')", "ctrl+n", "ctrl+n", N_("next for me"),
          N_("take the ticket of my teams most at risk that nobody holds"), "take"),
    _desk("desk.new", "begin('new')", "N", "f12", N_("new"), N_("new ticket"), "open"),
    _desk("desk.shift", "begin('shift')", "L", "", N_("hand shift over"),
          N_("hand the shift over by a sheet, or read and sign the one that waits for you"), "take"),
    _desk("desk.absent", "begin('absence')", "", "", N_("absence"),
          N_("record that I am away, and who stands in for me"), "be_absent"),
    _desk("ticket.copy", "copy('number')", "y", "ctrl+y", N_("copy"), N_("copy the number")),
    _desk("ticket.copy_link", "copy('link')", "Y", "", N_("copy the link"),
          N_("copy the number with the subject, for a mail or a chat")),
    _desk("ticket.pager", "pager", "f3", "f3", N_("pager"), N_("read the ticket in $PAGER")),
    _desk("board.wallboard", "app.board('wallboard')", "", "", N_("wallboard"),
          N_("wallboard: lines and teams, live"), "oversee"),
    _desk("board.workload", "app.board('workload')", "", "", N_("workload"),
          N_("workload: what every agent has in hand"), "oversee"),
    _desk("desk.notices", "notices", "T", "f15", N_("told"), N_("what you were told")),
    _write("send", COMPOSER, "review", "ctrl+s", "ctrl+s", N_("review and send"),
           N_("review before sending: y send, n discard, e edit, p keep draft")),
    _write("leave", COMPOSER, "leave", "escape", "escape", N_("keep as draft"), N_("close, and keep a draft")),
    _write("editor", COMPOSER, "edit_outside", "ctrl+e", "ctrl+e", N_("editor"), N_("write in $EDITOR")),
    _write("template", COMPOSER, "template", "ctrl+t", "ctrl+t", N_("template"),
           N_("put a template in, its fields filled")),
    _write("knowledge", COMPOSER, "article", "ctrl+k", "ctrl+k", N_("article"),
           N_("put a knowledge article in")),
    _write("promise", COMPOSER, "promise", "ctrl+r", "ctrl+r", N_("promise"),
           N_("promise something by a moment; it becomes a clock")),
    _write("send", REVIEW, "answer('send')", "y,enter", "enter", N_("send"), N_("send it")),
    _write("discard", REVIEW, "answer('discard')", "n", "delete", N_("discard"), N_("throw it away")),
    _write("edit", REVIEW, "answer('edit')", "e,escape", "escape", N_("edit"), N_("go on writing")),
    _write("keep", REVIEW, "answer('keep')", "p", "f6", N_("keep draft"), N_("keep a draft and close")),
    _list("down", "move(1)", "down,j", "down", N_("down")),
    _list("up", "move(-1)", "up,k", "up", N_("up")),
    _list("page_down", "page(1)", "pagedown,ctrl+d", "pagedown,ctrl+d", N_("page down")),
    _list("page_up", "page(-1)", "pageup,ctrl+u", "pageup,ctrl+u", N_("page up")),
    _list("first", "edge(0)", "home,g", "home", N_("first")),
    _list("last", "edge(-1)", "end,G", "end", N_("last")),
    _list("open", "open", "enter", "enter", N_("open")),
    _list("mark", "mark", "space", "space", N_("mark; an act, a reply or a note is then for all marked")),
    _list("mark_range", "mark_range", "v", "insert", N_("mark from the last mark to here")),
    _list("mark_all", "mark_all", "V", "*", N_("mark the whole list, or nothing")),
    Act("views.down", VIEWS, "pane", "move(1)", "down,j", "down", N_("next"), N_("next view or line")),
    Act("views.up", VIEWS, "pane", "move(-1)", "up,k", "up", N_("previous"), N_("previous view or line")),
    _queue("filter", "filter", "/", "/", N_("filter"), N_("filter; tab completes, the fields are below")),
    Act("filter.complete", FILTER, "list", "complete", "tab", "tab", N_("complete"), N_("type what is offered first")),
    _queue("facets", "facets", "f", "=", N_("facets"), N_("facets with counts; space narrows the list")),
    Act("facets.toggle", FACETS, "list", "flip", "space,enter", "space,enter", N_("narrow"),
        N_("narrow the list to a value, or no longer")),
    _queue("clear", "clear", "escape", "escape", N_("drop filter and marks"), N_("drop filter and marks")),
    *(_queue(f"view.{view}", f"view('{view}')", "", "", name, name) for view, name in _VIEW_NAMES.items()),
    _queue("switch", "switch", "s", "ctrl+w", N_("switch"), N_("choose a view by its digit, or a board")),
    _queue("last_view", "view('last')", "-", "-", N_("previous view"), N_("back to the view before")),
    _queue("sort", "sort", "S", "ctrl+x", N_("sort"), N_("choose the order; the present one is turned round")),
    _queue("sort_left", "sort_by(-1)", "<", "<", N_("sort before"), N_("sort by the criterion before")),
    _queue("sort_right", "sort_by(1)", ">", ">", N_("sort next"), N_("sort by the next criterion")),
    _queue("columns", "columns", "|", "|", N_("columns"), N_("choose, order and resize the columns")),
    _queue("save_view", "save_view", "W", "ctrl+s", N_("save the view"), N_("save what is shown as a view")),
    Act("facets.leave", FACETS, "list", "leave", "escape", "escape", N_("to the list"),
        N_("from the facets to the list; they stay")),
    Act("saved.leave", SAVED, "pane", "leave", "enter,escape", "enter,escape", N_("to the list"),
        N_("from the views to the list")),
    Act("saved.rename", SAVED, "pane", "change('rename')", "r,f2", "f2", N_("rename"), N_("rename the saved view")),
    Act("saved.remove", SAVED, "pane", "change('remove')", "d,delete", "delete", N_("remove"),
        N_("remove the saved view")),
    Act("columns.toggle", COLUMNS, "pane", "flip", "space", "space", N_("show"), N_("show the column, or hide it")),
    Act("columns.next", COLUMNS, "pane", "go(1)", "j", "ctrl+d", N_("down"), N_("down")),
    Act("columns.previous", COLUMNS, "pane", "go(-1)", "k", "ctrl+u", N_("up"), N_("up")),
    Act("columns.down", COLUMNS, "pane", "shift(1)", "J,shift+down", "shift+down", N_("to the right"),
        N_("the column further to the right")),
    Act("columns.up", COLUMNS, "pane", "shift(-1)", "K,shift+up", "shift+up", N_("to the left"),
        N_("the column further to the left")),
    Act("columns.wider", COLUMNS, "pane", "widen(1)", "+,right", "+,right", N_("wider"), N_("wider")),
    Act("columns.narrower", COLUMNS, "pane", "widen(-1)", "-,left", "-,left", N_("narrower"), N_("narrower")),
    Act("columns.usual", COLUMNS, "pane", "usual", "0", "0", N_("as usual"), N_("the usual columns again")),
    _queue("freeze", "freeze", "F", "ctrl+f", N_("freeze"), N_("freeze the order")),
    _queue("reload", "load", "R", "ctrl+g", N_("reload"), N_("show what is new")),
    _queue("breaching", "view('breaching')", "!", "!", N_("breaching"), N_("breached and due within 30 minutes")),
    _queue("preview", "preview('shown')", "p", ",", N_("preview"), N_("preview on or off")),
    _queue("preview_side", "preview('side')", "P", ";", N_("preview to the side"), N_("preview at the right or below")),
    _desk("pane.views", "pane('views')", "1", "1", N_("views"), N_("pane 1: the views")),
    _desk("pane.facets", "pane('facets')", "2", "2", N_("facets"), N_("pane 2: the facets")),
    _desk("pane.list", "pane('list')", "3", "3", N_("list"), N_("pane 3: the list")),
    _desk("pane.ticket", "pane('ticket')", "4", "4", N_("ticket"), N_("pane 4: the ticket")),
    _desk("pane.knowledge", "pane('knowledge')", "5", "5", N_("knowledge"),
          N_("pane 5: knowledge that fits the ticket")),
    _desk("pane.next", "app.focus_next", "tab", "tab", N_("next pane"), N_("next pane")),
    _desk("pane.previous", "app.focus_previous", "shift+tab", "shift+tab", N_("previous pane"), N_("previous pane")),
    _desk("pane.left", "tab(-1)", "[", "[", N_("tab to the left"), N_("tab to the left")),
    _desk("pane.right", "tab(1)", "]", "]", N_("tab to the right"), N_("tab to the right")),
    _desk("pane.zoom", "zoom(True)", "+", "+", N_("zoom"), N_("the pane with the keyboard alone")),
    _desk("pane.unzoom", "zoom(False)", "_", "_", N_("all panes"), N_("all panes again")),
    Act("ticket.previous", TICKET, "pane", "step(-1)", "ctrl+left", "ctrl+left", N_("previous ticket"),
        N_("previous ticket of the queue")),
    Act("ticket.next", TICKET, "pane", "step(1)", "ctrl+right", "ctrl+right", N_("next ticket"),
        N_("next ticket of the queue")),
    Act("ticket.back", TICKET, "pane", "back", "q,escape,-", "escape,-", N_("back"), N_("back to the queue")),
    Act("reading.find", READING, "pane", "find", "/", "/", N_("find"), N_("find words in what the ticket shows")),
    Act("finding.keep", FINDING, "pane", "keep", "enter", "enter", N_("to the text"),
        N_("from the words to the text; the matches stay marked")),
    Act("matches.next", MATCHES, "pane", "match(1)", "n", ">", N_("next match"),
        N_("next match, while words are marked")),
    Act("matches.previous", MATCHES, "pane", "match(-1)", "N", "<", N_("match before"),
        N_("match before, while words are marked")),
    Act("matches.clear", MATCHES, "pane", "end_find", "escape", "escape", N_("clear"), N_("take the marks away")),
    Act("knowledge.find", KNOWLEDGE, "pane", "search", "/", "/", N_("search"), N_("other words")),
    Act("knowledge.insert", KNOWLEDGE, "pane", "insert", "i", "ctrl+e", N_("insert"),
        N_("put the article into a reply to the ticket it was looked up for")),
    Act("knowledge.copy", KNOWLEDGE, "pane", "copy", "y", "ctrl+y", N_("copy the text"), N_("copy the text")),
    Act("knowledge.back", KNOWLEDGE, "pane", "back", "escape,q", "escape", N_("back"), N_("back")),
    Act("dialog.accept", DIALOG, "write", "accept", "ctrl+s", "ctrl+s", N_("do it"), N_("do what the dialog asks")),
    Act("dialog.cancel", DIALOG, "write", "cancel", "escape", "escape", N_("cancel"), N_("leave; nothing is done")),
    Act("page.close", PAGE, "pane", "dismiss", "escape,q,enter", "escape,enter", N_("close"), N_("close")),
    Act("board.switch", BOARD, "pane", "switch", "s", "ctrl+w", N_("switch"), N_("the other board")),
    Act("board.reload", BOARD, "pane", "load", "R", "ctrl+g", N_("reload"), N_("read the figures now")),
    Act("board.back", BOARD, "pane", "back", "q,escape,-", "escape,-", N_("back"), N_("back to the queue")),
    Act("figures.open", FIGURES, "list", "open", "enter", "enter", N_("show tickets"),
        N_("the tickets behind the figure under the cursor")),
    Act("figures.down", FIGURES, "list", "go(1, 0)", "down,j", "down", N_("down"), N_("next row")),
    Act("figures.up", FIGURES, "list", "go(-1, 0)", "up,k", "up", N_("up"), N_("row before")),
    Act("figures.right", FIGURES, "list", "go(0, 1)", "right,l", "right", N_("to the right"), N_("next figure")),
    Act("figures.left", FIGURES, "list", "go(0, -1)", "left,h", "left", N_("to the left"), N_("figure before")),
    Act("figures.page_down", FIGURES, "list", "page(1)", "pagedown,ctrl+d", "pagedown,ctrl+d", N_("page down"),
        N_("page down")),
    Act("figures.page_up", FIGURES, "list", "page(-1)", "pageup,ctrl+u", "pageup,ctrl+u", N_("page up"),
        N_("page up")),
    Act("figures.first", FIGURES, "list", "edge(0)", "home,g", "home", N_("first"), N_("first")),
    Act("figures.last", FIGURES, "list", "edge(-1)", "end,G", "end", N_("last"), N_("last")),
    Act("found.back", FOUND, "pane", "back", "q", "backspace", N_("back"), N_("back to the board")),
    _app("commands", "command_palette", "ctrl+p,:", "ctrl+p,:", N_("commands"),
         N_("commands: acts, tickets #, people @, knowledge ?, services %, views, themes")),
    _app("jump", "jump", "ctrl+o", "ctrl+o", N_("jump"), N_("jump to a pane by its letter")),
    _app("language", "language", "ctrl+l", "ctrl+l", N_("language"), N_("other language")),
    _app("suspend", "suspend", "ctrl+z", "ctrl+z", N_("to the shell"),
         N_("to the shell for a while, `fg` comes back; while you write it undoes what you typed")),
    _app("help", "help", "?,f1", "?,f1", N_("help"), N_("this help")),
    _app("quit", "quit", "ctrl+q", "ctrl+q", N_("quit"), N_("quit; asks when something is being written")),
)  # fmt: skip
"""Every act, in the order of footer, help and docs."""

BY_ID = {act.id: act for act in ACTS}

FOOTER = tuple(act for act in ACTS if act.place == DESK and act.move and act.name not in ("modify", "prioritise",
               "reclassify", "tag", "promise", "keep", "rate", "cancel", "chase",
               "offer_duty", "accept_duty", "decline_duty", "reject", "link", "relate", "unlink", "parent", "merge",
               "split", "invite", "join", "decline_invite",
               "ask_task", "take_task", "finish_task", "decline_task", "withdraw_task"))  # fmt: skip
"""The acts that the footer of queue and ticket hints at, those first that are done most."""

UNTIL_POSSIBLE = frozenset({"decide", "accept", "give_back", "resume", "reopen", "confirm"})
"""Acts that the footer is silent about until they can be done."""
