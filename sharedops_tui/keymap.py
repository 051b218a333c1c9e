"""Which key does what for this user: a preset, then the user's own file; everything wrong is named before it starts.

Keys are read as people write them ("T", "ctrl+t", "shift+f5", "?") and given to the screens by Textual's names. A
symbol has its full-width twin with it, because a Chinese input method sends that one.
"""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from textual.binding import Binding, BindingType

from sharedops_core import sources
from sharedops_core.i18n import _, joined
from sharedops_tui import registry
from sharedops_tui.registry import ACTS, BY_ID, TOGETHER, Act

PRESETS = ("default", "vim", "plain")
UNBOUND = "unbound"
"""The name of a key that no keyboard has: Textual takes an empty one for "as before"."""

_VIM = {
    "desk.undo": "u", "desk.redo": "ctrl+r", "ticket.resume": "W", "pane.left": "h,[", "pane.right": "l,]",
    "desk.new": "O", "ticket.offer_duty": "N", "list.page_down": "ctrl+d,ctrl+f,pagedown", "ticket.modify": "m,=",
    "queue.save_view": "ctrl+s", "ticket.link": "",
}  # fmt: skip
"""What vim has elsewhere than the default, which knows j k g G ctrl+d ctrl+u v V y and / already."""

_RENAMED = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
_TWINS = {
    "?": "？", "/": "／", ":": "：", "!": "！", "[": "［【", "]": "］】", ".": "。", "-": "－", "+": "＋", "_": "＿",
    ",": "，", "<": "＜《", ">": "＞》", "|": "｜", ";": "；", "*": "＊", "=": "＝", "@": "＠", "&": "＆",
}  # fmt: skip
_NAMED = frozenset({
    "escape", "enter", "tab", "space", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown", "up",
    "down", "left", "right",
})  # fmt: skip
_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+j": "enter", "ctrl+h": "backspace", "ctrl+[": "escape"}
_TAKEN = frozenset(("ctrl+c", "ctrl+space", "ctrl+@"))
_SHOWN = {
    "escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "delete": "del", "insert": "ins", "up": "↑", "down": "↓",
    "left": "←", "right": "→",
}  # fmt: skip


def normal(key: str) -> str | None:
    """Return a key by Textual's name, None when no terminal can send it."""
    text = key.strip() if len(key) > 1 else key
    if len(text) == 1:
        return text if text.isalnum() else _name_of(text)
    *held, last = re.split(r"\+(?=.)", text)
    held = [one.lower() for one in held]
    if not held:
        return last if last in _NAMED or re.fullmatch(r"f([1-9]|1\d|2[0-4])", last) else None
    if held == ["shift"] and re.fullmatch(r"f([1-9]|1[0-2])", last):
        # A terminal sends shift+f5 as f17.
        return f"f{int(last[1:]) + 12}"
    if set(held) - {"ctrl", "alt", "shift"}:
        return None
    if len(last) == 1:
        return "+".join([*held, last.lower() if last.isalnum() else _name_of(last)]) if held != ["shift"] else None
    return "+".join([*held, last]) if last in _NAMED or re.fullmatch(r"f([1-9]|1[0-2])", last) else None


def _name_of(symbol: str) -> str:
    name = unicodedata.name(symbol, "").lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name)


def shown(key: str) -> str:
    """Return how a key is written in footer, help and docs."""
    *held, last = key.split("+") if len(key) > 1 else [key]
    if match := re.fullmatch(r"f(1[3-9]|2[0-4])", last):
        held, last = [*held, "shift"], f"f{int(match[1]) - 12}"
    mark = "".join({"ctrl": "^", "shift": "shift+", "alt": "alt+"}[one] for one in held)
    return mark + _SHOWN.get(last, last)


def keys_of(text: str) -> list[str]:
    """Return the keys of a registry or key-file text: commas part them, a comma alone is the key."""
    return [text] if text == "," else [one for one in text.split(",") if one]


def _bound(keys: list[str]) -> str:
    """Return keys as Textual wants them, full-width twins included."""
    names = [normal(one) or one for key in keys for one in (key, *_TWINS.get(key, ""))]
    return ",".join(names) or UNBOUND


def bindings(place: str, **actions: str) -> list[BindingType]:
    """Return the default bindings of a place; `actions` are those a widget does otherwise, then only these."""
    return [
        Binding(_bound(keys_of(act.keys)), actions.get(act.name, act.action), show=False, id=act.id,
                priority=act.keys.startswith("ctrl+") and (place == registry.COMPOSER or act.name == "quit"))
        for act in ACTS
        if act.place == place and (not actions or act.name in actions)
    ]  # fmt: skip


@dataclass(frozen=True)
class Keymap:
    """The keys of every act for one user."""

    keys: Mapping[str, list[str]] = field(default_factory=lambda: {act.id: keys_of(act.keys) for act in ACTS})

    def changed(self) -> dict[str, str]:
        """Return what differs from the default, as Textual wants it."""
        return {act.id: _bound(self.keys[act.id]) for act in ACTS if self.keys[act.id] != keys_of(act.keys)}

    def shown(self, act_id: str) -> str:
        """Return the keys of an act as they are written, the first one first."""
        return " ".join(map(shown, self.keys[act_id]))

    def first(self, act_id: str) -> str:
        """Return the key that the footer names, empty when there is none."""
        return next(map(shown, self.keys[act_id]), "")


def preset(name: str) -> dict[str, list[str]]:
    """Return the keys of a preset."""
    if name == "plain":
        return {act.id: keys_of(act.plain) for act in ACTS}
    own = _VIM if name == "vim" else {}
    return {act.id: keys_of(own.get(act.id, act.keys)) for act in ACTS}


def clashes(keys: Mapping[str, list[str]]) -> Iterator[tuple[str, Act, Act]]:
    """Yield each key that would mean two things at the same moment, with both of them."""
    told = set()
    for places in TOGETHER:
        meaning: dict[str, Act] = {}
        for act in (act for act in ACTS if act.place in places):
            for key in keys[act.id]:
                before = meaning.setdefault(normal(key) or key, act)
                if before is not act and (key, before.id, act.id) not in told:
                    told.add((key, before.id, act.id))
                    yield key, before, act


def files(settings: Path) -> list[Path]:
    """Return where keys are looked for: the table [keys] of the settings, then keys.toml beside them."""
    return [settings, settings.with_name("keys.toml")]


def read(settings: Path) -> tuple[Keymap, list[str]]:
    """Return the keys of the user and everything that is wrong with their files."""
    wishes: list[_Wish] = []
    findings: list[str] = []
    for file in files(settings):
        found, wrong = _wishes(file, is_whole=file.name == "keys.toml")
        wishes += found
        findings += wrong
    chosen = next((wish for wish in reversed(wishes) if wish.name == "preset"), None)
    keys = preset(chosen.keys[0] if chosen and not findings else "default")
    lines = {}
    for wish in wishes:
        if wish.name != "preset":
            keys[wish.name] = wish.keys
            lines[wish.name] = wish
    for key, before, act in clashes(keys):
        culprit = lines.get(act.id) or lines.get(before.id) or chosen
        if culprit is not None:
            findings.append(
                _("{place}: {key} would mean {one} and {two} at once; give one of them another key").format(
                    place=culprit.place, key=key, one=before.id, two=act.id
                )
            )
    return Keymap(keys), findings


@dataclass(frozen=True)
class _Wish:
    place: str
    name: str
    keys: list[str]


def _wishes(file: Path, *, is_whole: bool) -> tuple[list[_Wish], list[str]]:
    try:
        text = sources.text(file)
        document = tomllib.loads(text)
    except FileNotFoundError:
        return [], []
    except (OSError, ValueError, RecursionError) as error:
        # The settings file itself is named by whoever reads the settings.
        return [], [_("{file}: cannot be read: {why}").format(file=file, why=error)] if is_whole else []
    table = document if is_whole else document.get("keys", {})
    found, findings = [], []
    for name, value in _flat(table if isinstance(table, dict) else {}):
        place = f"{file}:{_line(text, name)}"
        wish, wrong = _wish(place, name, value)
        findings += wrong
        if wish is not None:
            found.append(wish)
    return found, findings


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Yield names and values: ticket.take = "t" is a table in a table for TOML, and one name for people."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value


def _line(text: str, name: str) -> int:
    """Return the line on which a name is set: TOML readers do not tell."""
    last = name.rpartition(".")[2]
    for pattern in (rf'^\s*"?{re.escape(name)}"?\s*=', rf'^\s*"?{re.escape(last)}"?\s*=', re.escape(last)):
        if match := re.search(pattern, text, re.MULTILINE):
            return text.count("\n", 0, match.start()) + 1 + text[match.start() : match.end()].count("\n")
    return 1


def _wish(place: str, name: str, value: object) -> tuple[_Wish | None, list[str]]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        text = _('{place}: {name} = {value!r}; right would be a key such as "t" or a list such as ["t", "f5"]')
        return None, [text.format(place=place, name=name, value=value)]
    if name == "preset":
        return _preset(place, texts)
    if name not in BY_ID:
        near = joined(difflib.get_close_matches(name, BY_ID, 3, 0.5)) or "ticket.take"
        return None, [_("{place}: {name} is no act; near it: {near}").format(place=place, name=name, near=near)]
    keys = [key for text in texts for key in keys_of(text)]
    wrong = [said.format(place=place, name=name, key=key) for key in keys if (said := _objection(key))]
    return _Wish(place, name, keys), wrong


def _preset(place: str, texts: list[str]) -> tuple[_Wish | None, list[str]]:
    if len(texts) == 1 and texts[0] in PRESETS:
        return _Wish(place, "preset", texts), []
    text = _("{place}: there is no preset {value}; there are: {presets}")
    return None, [text.format(place=place, value=joined(texts), presets=joined(PRESETS))]


def _objection(key: str) -> str | None:
    """Return what is wrong with a key, as a sentence with places to fill."""
    name = normal(key)
    if key.lower() in _SAME:
        return _("{place}: {name}: a terminal sends the same for {key} as for another key; take another one")
    if key.lower() in _TAKEN:
        return _("{place}: {name}: {key} belongs to the terminal; take another one")
    if name is None:
        return _('{place}: {name}: there is no key {key}; right would be "t", "T", "ctrl+t", "f5", "space" or "?"')
    return None
