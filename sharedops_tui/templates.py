"""Templates for replies and notes: data files in both languages, fields in braces that the ticket fills.

In a text to many tickets they stay as they are until it goes out; then each ticket fills its own.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sharedops_core import config, sources
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _, joined, pick
from sharedops_core.rules.commitments import TO_REQUESTER
from sharedops_core.rules.text import clean
from sharedops_core.views.circulars import Addressee
from sharedops_core.views.ticket import TicketCard

FIELDS = ("requester", "number", "subject", "agent", "team", "item", "due")
_FIELD = re.compile(rf"\{{({'|'.join(FIELDS)})\}}")
_TEXTS = ("title_en", "title_zh", "body_en", "body_zh")
_EMPTY = "…"
"""What stands where the ticket has nothing to fill in, so that it is seen before it is sent."""


@dataclass(frozen=True)
class Template:
    """A text with fields, by its code, in both languages."""

    code: str
    title_en: str
    title_zh: str
    body_en: str
    body_zh: str


def load(own: Path | None = None) -> Sequence[Template]:
    """Return the shipped templates and the user's own, which may replace them; raises BadInput with every finding."""
    found: dict[str, Template] = {}
    findings: list[str] = []
    for file in (config.shipped("seed_data") / "templates.toml", *([own] if own else [])):
        templates, wrong = _read(file)
        found |= {one.code: one for one in templates}
        findings += wrong
    if findings:
        raise BadInput(*findings)
    return list(found.values())


def _read(file: Path) -> tuple[list[Template], list[str]]:
    try:
        document = tomllib.loads(sources.text(file))
    except FileNotFoundError:
        return [], []
    except (OSError, ValueError, RecursionError) as error:
        return [], [_("{file}: cannot be read: {why}").format(file=file, why=error)]
    findings = []
    templates = []
    for code, table in document.items():
        texts = table if isinstance(table, dict) else {}
        missing = [name for name in _TEXTS if not isinstance(texts.get(name), str)]
        findings += [_("{file}: {code}.{name} is missing").format(file=file, code=code, name=one) for one in missing]
        if not missing:
            one = Template(code, *(clean(texts[name]) for name in _TEXTS))
            findings += _unknown_fields(file, one)
            templates.append(one)
    return templates, findings


def _unknown_fields(file: Path, template: Template) -> list[str]:
    fields = set(re.findall(r"\{(\w*)\}", template.body_en + template.body_zh)) - set(FIELDS)
    text = _("{file}: {code}: there is no field {field}; there are: {fields}")
    return [text.format(file=file, code=template.code, field=f"{{{one}}}", fields=joined(FIELDS)) for one in fields]


def filled(template: Template, card: TicketCard, agent: str, now: datetime) -> str:
    """Return the text for a ticket, in the language of its requester where that is known."""
    body = _spoken(template, [card.requester.language if card.requester else ""])
    return _fill(body, _values(card, agent, now, is_chinese=body == template.body_zh)).rstrip("\n")


def unfilled(template: Template, to: Sequence[Addressee]) -> str:
    """Return the text for many tickets, its fields as they stand, in the language most of its requesters speak."""
    return _spoken(template, [one.language for one in to]).rstrip("\n")


def filled_for(text: str, one: Addressee, agent: str, now: datetime) -> str:
    """Return a text to many as it goes out on one of its tickets: the fields in it filled, everything else as it is."""
    return _fill(text, _facts(one, agent, now, is_chinese=_is_chinese(text)))


def lacking(text: str, one: Addressee, agent: str, now: datetime) -> list[str]:
    """Return the fields of a text that a ticket has nothing for."""
    facts = _facts(one, agent, now, is_chinese=_is_chinese(text))
    return [name for name in dict.fromkeys(_FIELD.findall(text)) if not facts[name]]


def _spoken(template: Template, languages: Sequence[str]) -> str:
    chinese, english = (sum(one.startswith(code) for one in languages) for code in ("zh", "en"))
    en, zh = template.body_en, template.body_zh
    return pick(en, zh) if chinese == english else zh if chinese > english else en


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= one <= "\u9fff" for one in text)


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda match: values[match[1]] or _EMPTY, text)


def _values(card: TicketCard, agent: str, now: datetime, *, is_chinese: bool) -> Mapping[str, str]:
    felt = (clock for clock in card.clocks if clock.kind in TO_REQUESTER and not clock.is_stopped)
    due = next((clock.due_at for clock in felt if clock.due_at), None)
    team = card.team
    return {
        "requester": card.requester.name if card.requester else "", "number": card.number, "subject": card.subject,
        "agent": agent, "due": _moment(due, now), "item": card.item_zh if is_chinese else card.item_en,
        "team": (team.name_zh if is_chinese else team.name_en) if team else "",
    }  # fmt: skip


def _facts(one: Addressee, agent: str, now: datetime, *, is_chinese: bool) -> Mapping[str, str]:
    return {
        "requester": one.requester, "number": one.number, "subject": one.subject, "agent": agent,
        "due": _moment(one.due_at, now), "item": one.item_zh if is_chinese else one.item_en,
        "team": one.team_zh if is_chinese else one.team_en,
    }  # fmt: skip


def _moment(at: datetime | None, now: datetime) -> str:
    """Return an instant as a requester reads it; one that has passed promises nothing."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at and at > now else ""
