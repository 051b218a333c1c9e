"""Profiles: how the log of another desk is read, as a file that users can write themselves (docs/profiles.md)."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sharedops_core import config, sources
from sharedops_core.errors import BadInput, NotFound
from sharedops_core.i18n import _, joined
from sharedops_core.rules import lifecycle
from sharedops_core.rules.request import CHANNELS, KINDS

_COLUMN = re.compile(r"\{([^{}]+)\}")
_SECTIONS: dict[str, dict[str, type]] = {
    "log": {"key": str, "at": str, "format": str, "zone": str, "missing": list},
    "ticket": dict.fromkeys(
        ("subject", "requester", "opened_by", "opened_at", "resolved_at", "closed_at", "kind", "channel", "policy"), str
    ),
    "row": {"state": str, "priority": str, "team": str, "holder": str, "actor": str, "automatic": list},
    "states": {},
    "priorities": {},
    "channels": {},
    "stated": {"reassignments": str, "reopens": str, "missed": dict, "closed_code": str},
}
_NEEDED = (("log", "key"), ("log", "at"), ("log", "format"), ("row", "state"))


@dataclass(frozen=True)
class Profile:
    """A checked profile. Templates are texts with {column}; the time columns are plain column names."""

    code: str
    title_en: str
    title_zh: str
    key: str
    at: str
    format: str
    zone: ZoneInfo
    missing: frozenset[str]
    ticket: Mapping[str, str]
    row: Mapping[str, str]
    automatic: frozenset[str]
    states: Mapping[str, tuple[str, str | None]]
    priorities: Mapping[str, int]
    channels: Mapping[str, str]
    lines: Sequence[tuple[str, int]]
    stated: Mapping[str, str]
    missed_values: frozenset[str] = field(default=frozenset())

    def columns(self) -> list[str]:
        """Return every column of the log that the profile reads."""
        names = [self.key, self.at, *self.stated.values()]
        names += [self.ticket[name] for name in ("opened_at", "resolved_at", "closed_at") if name in self.ticket]
        for template in (*self.row.values(), *(self.ticket.get(name, "") for name in _TEMPLATES)):
            names += _COLUMN.findall(template)
        return list(dict.fromkeys(names))

    def line_of(self, team: str) -> int:
        """Return the line of a team by its name."""
        return next((line for text, line in self.lines if text in team), 1)


_TEMPLATES = ("subject", "requester", "opened_by", "channel")


def find(name: str) -> Profile:
    """Return a shipped profile by its name, or the one in a file; raises NotFound or BadInput with every finding."""
    file = Path(name)
    if file.suffix != ".toml":
        file = config.shipped("seed_data") / "profiles" / f"{name}.toml"
    if not file.exists():
        names = sorted(path.stem for path in (config.shipped("seed_data") / "profiles").glob("*.toml"))
        raise NotFound(
            _("there is no profile {name}; there are {names}, or give a file").format(name=name, names=joined(names))
        )
    try:
        document = tomllib.loads(sources.text(file))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(_("{file}: cannot be read: {why}").format(file=file, why=error)) from error
    return parse(document, str(file))


def parse(document: Mapping[str, Any], where: str) -> Profile:
    """Check a profile document; raises BadInput with every finding."""
    findings = [f"{where}: {finding}" for finding in _findings(document)]
    if findings:
        raise BadInput(*findings)
    log, row = document["log"], dict(document["row"])
    stated = dict(document.get("stated", {}))
    missed = stated.pop("missed", {})
    if missed:
        stated["missed"] = missed["column"]
    return Profile(
        code=document["code"],
        title_en=document.get("title_en", document["code"]),
        title_zh=document.get("title_zh", document["code"]),
        key=log["key"],
        at=log["at"],
        format=log["format"],
        zone=ZoneInfo(log.get("zone", "UTC")),
        missing=frozenset(log.get("missing", [""])),
        ticket=document.get("ticket", {}),
        automatic=frozenset(row.pop("automatic", [])),
        row=row,
        states={name: _state(value) for name, value in document.get("states", {}).items()},
        priorities=document.get("priorities", {}),
        channels=document.get("channels", {}),
        lines=[(rule["contains"], rule["line"]) for rule in document.get("lines", [])],
        stated=stated,
        missed_values=frozenset(missed.get("values", [])),
    )


def filled(template: str, values: Mapping[str, str], missing: frozenset[str]) -> str:
    """Return a template with the values of a row put in; a missing value leaves nothing."""
    alone = values.get(template[1:-1])
    if alone is not None:
        # Nearly every template is one {column}, and nearly every row is read through it.
        return "" if alone.strip() in missing else " ".join(alone.split()).strip(" /")
    text = _COLUMN.sub(lambda found: "" if (value := values[found.group(1)].strip()) in missing else value, template)
    return " ".join(text.split()).strip(" /")


def _state(value: str) -> tuple[str, str | None]:
    state, _colon, reason = value.partition(":")
    return state, (reason or None)


def _findings(document: Mapping[str, Any]) -> list[str]:
    found = [_("code is missing")] if not isinstance(document.get("code"), str) else []
    for section, keys in _SECTIONS.items():
        table = document.get(section, {})
        if not isinstance(table, dict):
            found.append(_("[{section}] must be a table").format(section=section))
            continue
        found += _section_findings(section, table, keys) if keys else []
    found += [
        _("[{section}] needs {key}").format(section=section, key=key)
        for section, key in _NEEDED
        if not isinstance(table := document.get(section), dict) or key not in table
    ]
    return [
        *found,
        *_state_findings(document),
        *_value_findings(document),
        *_zone_findings(document),
        *_line_findings(document),
    ]


def _section_findings(section: str, table: Mapping[str, Any], keys: Mapping[str, type]) -> list[str]:
    found = [
        _("[{section}] {key} is unknown; there are {keys}").format(section=section, key=key, keys=joined(keys))
        for key in table
        if key not in keys
    ]
    return found + [
        _("[{section}] {key} = {value!r} must be a {kind}").format(
            section=section, key=key, value=table[key], kind=kind.__name__
        )
        for key, kind in keys.items()
        if key in table and not isinstance(table[key], kind)
    ]


def _state_findings(document: Mapping[str, Any]) -> list[str]:
    states = document.get("states", {})
    if not isinstance(states, dict) or not states:
        return [_("[states] is missing: it says which of our states each state of the log is")]
    # What is merged goes on in another ticket, which no log names.
    right = (*(state for state in lifecycle.STATES if state != lifecycle.MERGED), "same")
    return [
        _("[states] {name!r} = {value!r} is no state; right would be {states} or waiting:REASON").format(
            name=name, value=value, states=joined(right)
        )
        for name, value in states.items()
        if not isinstance(value, str)
        or _state(value)[0] not in right
        or (_state(value)[0] == lifecycle.WAITING) != (_state(value)[1] is not None)
    ]


def _value_findings(document: Mapping[str, Any]) -> list[str]:
    """Name values that would otherwise be found out by the database, in the middle of an import."""
    tables = {name: table if isinstance(table := document.get(name), dict) else {} for name in _SECTIONS}
    bounded: list[tuple[str, Mapping[str, Any], tuple[object, ...]]] = [
        ("ticket", {name: value for name, value in tables["ticket"].items() if name == "kind"}, KINDS),
        ("priorities", tables["priorities"], (1, 2, 3, 4)),
        ("channels", tables["channels"], CHANNELS),
    ]
    found = [
        _("[{section}] {key} = {value!r}: right would be {values}").format(
            section=section, key=name, value=value, values=joined(map(str, right))
        )
        for section, values, right in bounded
        for name, value in values.items()
        if value not in right
    ]
    missed = tables["stated"].get("missed")
    if isinstance(missed, dict) and not (
        isinstance(missed.get("column"), str) and isinstance(missed.get("values"), list)
    ):
        found.append(_('[stated] missed needs column = "name" and values = ["text"]'))
    return found


def _zone_findings(document: Mapping[str, Any]) -> list[str]:
    zone = document.get("log", {}).get("zone", "UTC") if isinstance(document.get("log"), dict) else "UTC"
    try:
        ZoneInfo(str(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return [_("[log] zone = {zone!r} is no time zone; right would be Asia/Shanghai").format(zone=zone)]
    return []


def _line_findings(document: Mapping[str, Any]) -> list[str]:
    rules = document.get("lines", [])
    if not isinstance(rules, list):
        return [_("[[lines]] must be a list of tables")]
    return [
        _('[[lines]] rule {n} needs contains = "text" and line = 1, 2 or 3').format(n=n)
        for n, rule in enumerate(rules, 1)
        if not isinstance(rule, dict) or not isinstance(rule.get("contains"), str) or rule.get("line") not in (1, 2, 3)
    ]
