"""The query language of the queue: `line:1 state:open,waiting sla<30m item:hr.payroll text:"登录失败" -first:me`.

    query = { term }                                   all terms must hold
    term  = ["-"] ( field op value { "," value } | value )     "-" turns it round, "," means or
    op    = ":" | "<" | "<=" | ">" | ">="
    value = word | '"' anything '"'                     a value without a field is looked for as text

Signs may be full-width, fields and fixed values may be said in Chinese, so that an input method need not be left.
The parser is written by hand: the grammar nests nothing, a mistake has to be told as one sentence with its place,
and a half-typed query has to be understood for completion; a parser library answers with lists of terminals.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches

from sharedops_core.errors import BadInput
from sharedops_core.i18n import _, joined
from sharedops_core.rules import lifecycle
from sharedops_core.rules.request import CHANNELS, KINDS

NUMBER, WORD, SPAN, DAY, NAME, TEXT = "number", "word", "span", "day", "name", "text"
"""Kinds of fields: what their values look like."""

OPEN, SETTLED, ANY, OFFERED = "open", "settled", "any", "offered"
ME, MINE, NONE = "me", "mine", "none"
BREACHED, RISK, CALM, PAUSED = "breached", "risk", "calm", "paused"
BOUNCING = "bouncing"
TEAM, LATE, ASKED = "team", "late", "asked"
"""Of tasks: those of my teams, those past their due time, those I asked for."""


@dataclass(frozen=True)
class Field:
    """Something that can be asked for: its names, what its values look like, and the values that are always known."""

    name: str
    zh: str
    kind: str
    words: tuple[str, ...] = ()
    short: str = ""

    @property
    def is_ordered(self) -> bool:
        """Return whether its values can be compared by < and >."""
        return self.kind in {NUMBER, SPAN, DAY}


FIELDS = {
    field.name: field
    for field in (
        Field("line", "线", NUMBER, ("1", "2", "3")),
        Field("state", "状态", WORD, (*lifecycle.STATES, OFFERED, OPEN, SETTLED, ANY)),
        Field("priority", "优先级", NUMBER, ("1", "2", "3", "4"), "p"),
        Field("sla", "时限", SPAN, (BREACHED, RISK, CALM, PAUSED)),
        Field("team", "团队", NAME, (MINE, NONE)),
        Field("who", "处理人", NAME, (ME, NONE)),
        Field("first", "首问", NAME, (ME, NONE)),
        Field("requester", "诉求人", NAME, (ME,)),
        Field("item", "事项", NAME, (NONE,)),
        Field("offered", "待签收", NAME, (ME, ANY)),
        Field("task", "协办", NAME, (ME, TEAM, OPEN, LATE, ASKED)),
        Field("kind", "类型", WORD, KINDS),
        Field("channel", "渠道", WORD, CHANNELS),
        Field("tag", "标签", NAME, (NONE,)),
        Field("watching", "关注", NAME, (ME,)),
        Field("is", "是", WORD, ("vip", BOUNCING)),
        Field("age", "已开", SPAN),
        Field("idle", "未动", SPAN),
        Field("opened", "受理", DAY, ("today", "yesterday")),
        Field("resolved", "解决", DAY, ("today", "yesterday")),
        Field("text", "文本", TEXT),
    )
}
CALLED = {name: field for field in FIELDS.values() for name in (field.name, field.zh, field.short) if name}
CHINESE = {
    "我": ME, "本组": MINE, "我的": MINE, "无": NONE, "任何": ANY, "全部": ANY, "未结": OPEN, "已结": SETTLED,
    "待受理": "received", "已受理": "accepted", "处理中": "working", "挂起": "waiting", "已解决": "resolved",
    "已办结": "confirmed", "待签收": OFFERED, "已取消": "cancelled", "已合并": "merged", "超时": BREACHED,
    "预警": RISK, "正常": CALM, "暂停": PAUSED,
    "今天": "today", "昨天": "yesterday", "事件": "incident", "请求": "request", "问题": "problem",
    "变更": "change", "需求": "demand", "电话": "phone", "邮件": "mail", "门户": "portal",
    "踢皮球": BOUNCING, "超期": LATE, "我发起": ASKED,
}  # fmt: skip
"""Values that may be said in Chinese."""

SIGNS = str.maketrans("：，＜＞＝－“”＂", ':,<>=-"""')
HEAD = re.compile(r"(-?)([A-Za-z_]+|[\u3400-\u9fff]{1,4})(<=|>=|[:<>])")
_SPAN = re.compile(r"(-?)(?=\d)(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?", re.ASCII)


class BadQuery(BadInput):
    """A query that cannot be understood: one sentence, and the place (counted in characters) of what is wrong."""

    def __init__(self, sentence: str, query: str, at: int) -> None:
        super().__init__(sentence)
        self.sentence, self.query, self.at = sentence, query, at

    def __str__(self) -> str:
        return f"{self.sentence}\n  {self.query}\n  {' ' * width(self.query[: self.at])}^"


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: `values` are alternatives; `begin` and `end` are its place in the query."""

    field: str
    op: str
    values: tuple[str, ...]
    is_negated: bool
    begin: int
    end: int


def width(text: str) -> int:
    """Return how many cells of a terminal a text takes, well enough to put a caret below it."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


LONGEST, _SHOWN = 1000, 40
"""Characters. A database takes a condition of about a thousand parts."""


def parse(query: str) -> tuple[Term, ...]:
    """Return the terms of a query, their values in English and checked; raises BadQuery at the first mistake."""
    if len(query) > LONGEST:
        words = _("a query of {n} characters is too long; {most} are enough for everything that can be asked")
        raise BadQuery(words.format(n=len(query), most=LONGEST), query[:_SHOWN], _SHOWN)
    return tuple(_Parser(query).terms())


class _Parser:
    """One pass over a query; `signs` is the query with full-width signs made narrow, letter by letter."""

    def __init__(self, query: str) -> None:
        self.query, self.signs, self.at = query, query.translate(SIGNS), 0

    def terms(self) -> Iterator[Term]:
        """Yield term after term."""
        while self._skip_blanks():
            begin = self.at
            head = HEAD.match(self.signs, self.at)
            if head is None:
                is_negated = self.signs[begin] == "-" and not self._is_end(begin + 1)
                self.at += is_negated
                word = self._value(stops="")
                yield Term("text", ":", (word,), is_negated, begin, self.at)
                continue
            field = CALLED.get(head[2].lower())
            if field is None:
                raise self._bad(_no_field(head[2]), begin + len(head[1]))
            if head[3] != ":" and not field.is_ordered:
                raise self._bad(
                    _('"{name}" knows only ":", not "{op}"').format(name=head[2], op=head[3]), head.start(3)
                )
            self.at = head.end()
            values = tuple(self._values(field, head[3]))
            yield Term(field.name, head[3], values, bool(head[1]), begin, self.at)

    def _values(self, field: Field, op: str) -> Iterator[str]:
        while True:
            begin = self.at
            if self._is_end(begin) or self.signs[begin] == ",":
                raise self._bad(_('a value is missing; "{name}" takes {values}').format(
                    name=field.name, values=wanted(field)), begin)  # fmt: skip
            is_quoted = self.signs[begin] == '"'
            value = self._value(stops=",")
            yield value if is_quoted and field.kind in {TEXT, NAME} else self._checked(field, op, value, begin)
            if self.signs[self.at : self.at + 1] != ",":
                return
            if op != ":":
                raise self._bad(_('"{op}" takes one value').format(op=op), self.at)
            self.at += 1

    def _checked(self, field: Field, op: str, value: str, at: int) -> str:
        """Return a value in English when it is one of the field."""
        low = CHINESE.get(value, value).lower()
        if op == ":" and low in field.words:
            return low
        if field.kind in {TEXT, NAME}:
            # As it was said: 变更 may be a word of a subject, a tag, or what a team is called.
            return value
        if field.kind == SPAN and op != ":" and span(low) is not None:
            return low
        if field.kind == DAY and (day(low, date.min + timedelta(1)) is not None):
            return low
        if field.kind == NUMBER and low in field.words:
            return low
        raise self._bad(
            _('"{value}" is no value of "{name}"; right would be {values}').format(
                value=value, name=field.name, values=wanted(field, op)
            ),
            at,
        )

    def _value(self, stops: str) -> str:
        begin = self.at
        if self.signs[begin] == '"':
            end = self.signs.find('"', begin + 1)
            if end < 0:
                raise self._bad(_("this quote is never closed"), begin)
            self.at = end + 1
            if not self._is_end(self.at) and self.signs[self.at] not in (stops or " "):
                raise self._bad(_("a blank is missing behind the quote"), self.at)
            return self.query[begin + 1 : end]
        while not self._is_end(self.at) and self.signs[self.at] not in stops:
            self.at += 1
        return self.query[begin : self.at]

    def _skip_blanks(self) -> bool:
        while self.at < len(self.query) and self.query[self.at].isspace():
            self.at += 1
        return self.at < len(self.query)

    def _is_end(self, at: int) -> bool:
        return at >= len(self.query) or self.query[at].isspace()

    def _bad(self, sentence: str, at: int) -> BadQuery:
        return BadQuery(sentence, self.query, at)


def _no_field(name: str) -> str:
    near = get_close_matches(name.lower(), CALLED, 1)
    if near:
        text = _('no field "{name}"; did you mean "{near}"? Text with such signs: in quotes')
        return text.format(name=name, near=near[0])
    text = _('no field "{name}"; text with such signs goes into quotes. Fields: {names}')
    return text.format(name=name, names=joined(FIELDS))


def wanted(field: Field, op: str = ":") -> str:
    """Return in words which values a field takes."""
    if field.kind == SPAN and op != ":":
        return _("a length such as 30m, 2h or 1d")
    if field.kind == SPAN and not field.words:
        return _("< or > and a length such as 30m, 2h or 1d")
    words = joined(field.words)
    if field.kind == SPAN:
        return _("{words}, or < or > and a length such as 30m").format(words=words)
    if field.kind == DAY:
        return _("today, yesterday, 7d (days ago) or a date such as 2026-03-02")
    if field.kind == TEXT:
        return _("words, in quotes when there are blanks between them")
    if field.name == "tag":
        words = _("{words} or a tag such as month-end").format(words=words)
    elif field.kind == NAME:
        words = _("{words} or a code or name").format(words=words)
    return words


def span(value: str) -> timedelta | None:
    """Return a length such as "30m", "1h30m", "-2h", "1d" or "0"; None for anything else."""
    if value == "0":
        return timedelta(0)
    found = _SPAN.fullmatch(value)
    if found is None or not value.lstrip("-"):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] else length


_EARLIEST, _LATEST = date(1900, 1, 1), date(3000, 1, 1)


def day(value: str, today: date) -> date | None:
    """Return the day that "today", "yesterday", "7d" or "2026-03-02" means; None for anything else."""
    if value in {"today", "yesterday"}:
        return today - timedelta(days=value == "yesterday")
    if re.fullmatch(r"\d{1,4}d", value, re.ASCII):
        return today - timedelta(days=min(int(value[:-1]), today.toordinal() - 1))
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    # The first and the last days of the calendar have no day beside them.
    return found if _EARLIEST < found < _LATEST else None


def names_state(terms: tuple[Term, ...]) -> bool:
    """Return whether a query says which states it means; one that does not means open tickets.

    Tasks may stand on tickets that are settled: whoever asks for them means those, too.
    """
    return any(term.field in {"state", "resolved", "task"} and not term.is_negated for term in terms)


def only(field: str, terms: tuple[Term, ...]) -> tuple[str, ...]:
    """Return the values that a field may have by a query, () when it may have any."""
    found = [term.values for term in terms if term.field == field and term.op == ":" and not term.is_negated]
    return tuple(value for values in found for value in values)


def toggled(query: str, field: str, value: str) -> str:
    """Return the query with a value of a field asked for, or no longer; what else it says stays as it is.

    Raises BadQuery like `parse`.
    """
    terms = [term for term in parse(query) if term.field == field and term.op == ":" and not term.is_negated]
    if not terms:
        return f"{query.rstrip()} {said(field, (value,))}".strip()
    term = terms[0]
    values = tuple(one for one in term.values if one != value)
    if len(values) == len(term.values):
        values = (*values, value)
    changed = replace(term, values=values)
    middle = said(field, changed.values) if values else ""
    parts = (query[: term.begin].rstrip(), middle, query[term.end :].strip())
    return " ".join(part for part in parts if part)


def said(field: str, values: tuple[str, ...]) -> str:
    """Return a term as it is typed."""
    return f"{field}:{','.join(map(quoted, values))}"


def plain(words: str) -> str:
    """Return a query for words in which no sign means anything."""
    return " ".join(f'"{word}"' for word in re.sub(r'["“”＂]', " ", words).split())


def quoted(value: str) -> str:
    """Return a value as it is typed: in quotes when it holds signs of the language."""
    return f'"{value}"' if not value or re.search(r'[\s,:<>"]', value.translate(SIGNS)) else value
