"""The registry of acts in words: hints for the footer, groups for the help, a page for the docs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from textual.content import Content

from sharedops_core.i18n import _, language
from sharedops_core.rules import completion, lifecycle, permissions, query
from sharedops_core.views.ticket import TicketCard
from sharedops_tui import registry
from sharedops_tui.keymap import PRESETS, Keymap, preset, shown
from sharedops_tui.registry import ACTS, BY_ID, GROUPS, Act

_FILTER = "queue.filter"
_AFTERWARDS = ("desk.undo", "ticket.knowledge", _FILTER, "desk.new", "app.commands")
_HELP = "app.help"
_UNDO_TEXT, _BEHIND_LEAVING = "^z", 2
"""What every text field does by itself, and where the composer's footer says so: elsewhere the key means the shell."""

_DIM, _INDENT, _WIDTH = "$foreground 60%", 22, 50
"""The style of what cannot be done, and where words stand in the help, which is 76 cells wide at 80 columns."""


@dataclass(frozen=True)
class Hint:
    """A key, what it does, and why it cannot do it now."""

    key: str
    label: str
    hindrance: str | None = None


def hindrance(act: Act, card: TicketCard | None, role: str) -> str | None:
    """Return why an act cannot be done: it is not for this agent, or not possible as the ticket stands; None if it can.

    Without a ticket it is the role that is asked, by the same matrix.
    """
    if act.right and (card is None or not act.move) and not permissions.granted(role, act.right):
        return _("this is not for your role")
    if not act.move:
        return None
    if card is None:
        return _("no ticket here")
    move = lifecycle.answering(act.move, card.holder)
    return card.denied.get(move) or lifecycle.hindrance(move, card.holder)


def hints(keymap: Keymap, card: TicketCard | None, role: str, search: str = _FILTER) -> list[Hint]:
    """Return the keys of queue and ticket: what cannot work now, or is not for this agent, carries its reason.

    `search` is the act that looks for words where the keyboard is.
    """
    found = [(act, hindrance(act, card, role)) for act in registry.FOOTER]
    shown = [one for one in found if one[1] is None or one[0].name not in registry.UNTIL_POSSIBLE]
    ids = [search if name == _FILTER else name for name in (*_AFTERWARDS, _HELP)]
    after = [_hint(keymap, act, hindrance(act, card, role)) for act in map(BY_ID.__getitem__, ids)]
    return [*(_hint(keymap, act, reason) for act, reason in shown), *after]


def place_hints(keymap: Keymap, place: str, *before: str) -> list[Hint]:
    """Return the keys of a place of its own, such as the composer or the review; `before` are acts of other places."""
    found = named(keymap, *before, *(act.id for act in ACTS if act.place == place))
    if place == registry.COMPOSER:
        found.insert(_BEHIND_LEAVING, Hint(_UNDO_TEXT, _("undo")))
    typed_in = place in (registry.COMPOSER, registry.KNOWLEDGE, registry.FILTER, registry.FINDING)
    # Where one types, a character is a character: the help is named by a key that is none.
    keys = [key for key in keymap.keys[_HELP] if len(key) > 1 or not typed_in]
    return [*found, Hint(shown(keys[0]) if keys else "-", _(BY_ID[_HELP].label))]


def match_hints(keymap: Keymap) -> list[Hint]:
    """Return the keys that work while words are marked."""
    return named(keymap, *(act.id for act in ACTS if act.place == registry.MATCHES))


def in_front(first: Sequence[Hint], others: Sequence[Hint]) -> list[Hint]:
    """Return hints behind others whose keys come first."""
    taken = {one.key for one in first}
    return [*first, *(one for one in others if one.key not in taken)]


def named(keymap: Keymap, *ids: str) -> list[Hint]:
    """Return the keys of acts."""
    return [_hint(keymap, BY_ID[name], None) for name in ids]


def _hint(keymap: Keymap, act: Act, reason: str | None) -> Hint:
    return Hint(keymap.first(act.id) or "-", _(act.label), reason)


def signs() -> list[tuple[str, str]]:
    """Return the signs of a list and what they say."""
    return [
        ("#", _("confidential: only you, its lane, holder and first-contact owner see this ticket")),
        ("* ! ~ ^", _("marked; past due; due soon; requester with priority")),
    ]


def help_text(keymap: Keymap, places: Sequence[str], card: TicketCard | None, role: str) -> Content:
    """Return the help for the places that have keys now; what cannot be done now says why."""
    parts: list[Content] = []
    for name, acts in _groups(lambda act: act.place in places):
        parts.append(Content.assemble("\n", (_(name), "bold $primary"), "\n"))
        for act, keys in acts(keymap.keys):
            reason = hindrance(act, card, role) if card or not permissions.granted(role, act.right) else None
            first, *rest = _lines(_(act.words))
            style = _DIM if reason else ""
            parts.append(Content.assemble((_padded(keys), "$accent"), (first, style), "\n"))
            below = [*rest, *_lines(f"({reason})")] if reason else rest
            parts += [Content.assemble((" " * _INDENT + line, _DIM if reason else ""), "\n") for line in below]
    parts.append(Content.assemble("\n", (_("Signs"), "bold $primary"), "\n"))
    for sign, words in signs():
        first, *rest = _lines(words)
        parts.append(Content.assemble((_padded(sign), "$accent"), first, "\n"))
        parts += [Content(" " * _INDENT + line + "\n") for line in rest]
    if registry.QUEUE in places:
        parts.append(_queries())
    return Content("").join(parts)


def _queries() -> Content:
    """Return the fields of the filter and what they take."""
    rule = _("all terms must hold; a comma means or, - in front of a term means not")
    lines = [Content.assemble("\n", (_("Filter"), "bold $primary"), "\n", "  ", rule, "\n")]
    for name, field in query.FIELDS.items():
        lines.append(Content.assemble((_padded(name), "$accent"), completion.field_name(name), "\n"))
        if field.words or field.kind in {query.SPAN, query.DAY}:
            said = _lines(query.wanted(field))
            lines += [Content.assemble((" " * _INDENT + one, "$foreground 65%"), "\n") for one in said]
    return Content("").join(lines)


_Lines = Callable[[Mapping[str, Sequence[str]]], list[tuple[Act, str]]]


def _groups(is_wanted: Callable[[Act], bool]) -> list[tuple[str, _Lines]]:
    """Return the groups that have an act, each with its lines for some keys; acts with the same words share one."""

    def lines(group: str) -> _Lines:
        def said(keys: Mapping[str, Sequence[str]]) -> list[tuple[Act, str]]:
            found: dict[str, tuple[Act, list[str]]] = {}
            for act in (act for act in ACTS if act.group == group and is_wanted(act)):
                found.setdefault(act.words, (act, []))[1].extend(map(shown, keys[act.id]))
            return [(act, _joined(all_keys)) for act, all_keys in found.values() if all_keys]

        return said

    return [
        (name, lines(group)) for group, name in GROUPS.items() if any(a.group == group for a in ACTS if is_wanted(a))
    ]


def _joined(keys: Sequence[str]) -> str:
    once = list(dict.fromkeys(keys))
    return f"{once[0]}..{once[-1]}" if len(once) > 6 else " ".join(once)


def _padded(keys: str) -> str:
    return "  " + keys + " " * max(2, _INDENT - 2 - cell_len(keys))


def _lines(text: str) -> list[str]:
    """Return a text in lines that fit beside the keys; Chinese breaks anywhere, English between words."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(joined) <= _WIDTH:
            lines[-1] = joined
        else:
            lines += chop_cells(word, _WIDTH)
    return [line for line in lines if line]


def docs_page() -> str:
    """Return the page about keys in the language in use, as Markdown: one table per group, a column per preset."""
    maps = {name: preset(name) for name in PRESETS}
    title, head = _("Keys"), [_("act"), *PRESETS, _("what it does")]
    lines = [f"# {title}", "", _DOCS_TOP[language()], ""]
    for name, acts in _groups(lambda _act: True):
        lines += [
            f"## {_(name)}",
            "",
            f"| {' | '.join(head)} |",
            "|---|---|---|---|---|",
        ]
        of = {one: {act.id: shown for act, shown in acts(keys)} for one, keys in maps.items()}
        for act in dict.fromkeys(act for keys in maps.values() for act, _keys in acts(keys)):
            cells = [_code(of[one].get(act.id, "")) for one in PRESETS]
            lines.append(f"| `{act.id}` | {' | '.join(cells)} | {_(act.words)} |")
        lines.append("")
    return "\n".join(lines)


def _code(keys: str) -> str:
    return " ".join("`" + key.replace("|", "\\|") + "`" for key in keys.split()) or "`^p`"


_OWN = """```toml
preset = "vim"

ticket.take = "f5"
ticket.wait = ["w", "f6"]
```"""
_DOCS_TOP = {
    "en": f"""Every key of the console, from the same table that footer, help and palette read. `^` is ctrl;
`^p` stands where a preset has no key: the palette reaches every act by its name.

Choose a preset, and give single acts other keys, in `keys.toml` beside the settings file (`sharedops config path`), or
in a table `[keys]` of the settings:

{_OWN}

`sharedops config validate` names, with file and line, every name that is no act, every key that no terminal sends, and
every key that would mean two things at once. The preset `plain` needs no letters, so that an open Chinese input
method swallows none; full-width ？／：！ work like their narrow twins in every preset.

The digits choose panes; `queue.switch` and a digit choose a view. A view that is to have a key of its own gets it by
its name: `queue.view.mine`, `first_contact`, `line_1`, `line_2`, `line_3`, `breaching`, `waiting`, `offered`,
`open`, `resolved`, `watching`.""",
    "zh": f"""控制台的全部按键，与底栏、帮助和命令面板出自同一张表。`^` 是 ctrl；
某个预设没有给键时写 `^p`：命令面板按名称可以找到每一个操作。

在设置文件旁边（`sharedops config path`）的 `keys.toml` 里选择预设、给单个操作换键，也可以写在设置的 `[keys]` 表里：

{_OWN}

`sharedops config validate` 会带文件和行号指出：哪个名称不是操作，哪个键终端发不出来，哪个键同时有两个意思。
预设 `plain` 不需要字母键，开着中文输入法也不会被吞掉；全角 ？／：！ 在每个预设里都与半角等效。

数字键用来选窗格；先按 `queue.switch` 的键再按数字，选的是视图。想让某个视图有自己的键，按名称指定：
`queue.view.mine`、`first_contact`、`line_1`、`line_2`、`line_3`、`breaching`、`waiting`、`offered`、`open`、
`resolved`、`watching`。""",
}
