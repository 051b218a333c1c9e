"""By which words a person is known in a text, and the text without them.

Anywhere: mail address, login, full names in any order, telephone with or without its country code. On a ticket of
their own also how one is addressed there: parts of the name, 王老师, 小王. Nicknames and slips of the pen are not
found: that takes a reader.
"""

import re
from dataclasses import dataclass

_WORD = r"[^\W\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]"
"""A letter or digit of a script that writes words apart: Chinese text may stand right beside a name."""

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_TITLES = "老师|先生|女士|小姐|总|经理|主任|主管|同学|同事|师傅|部长|处长|科长|董|工|姐|哥|博士|教授"
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|司徒|端木"
_TELLING_DIGITS = 8


@dataclass(frozen=True)
class Identity:
    """What names a person."""

    login: str
    name: str
    name_latin: str = ""
    email: str = ""
    phone: str = ""
    account: str = ""


@dataclass(frozen=True)
class Mask:
    """What finds a person in a text, and what is written in their place."""

    anywhere: re.Pattern[str]
    own: re.Pattern[str]
    pseudonym: str

    def masked(self, text: str, *, is_own: bool = False) -> str:
        """Return a text without the person; `is_own` says that it stands on a ticket of theirs."""
        text = self.anywhere.sub(self.pseudonym, text)
        return self.own.sub(self.pseudonym, text) if is_own else text


def mask(who: Identity, pseudonym: str) -> Mask:
    """Return the mask of a person."""
    names = [name for name in (who.name, who.name_latin) if name.strip()]
    anywhere = [re.escape(who.email)] if who.email else []
    logins = [login for login in (who.login, who.account) if login]
    anywhere += [_apart(re.escape(login), r"[.\-]", r"-|\.(?=\w)") for login in logins]
    anywhere += [form for name in names for form in _whole(name)] + _telephone(who.phone)
    own = [form for name in names for form in _address(name)]
    return Mask(_any(anywhere, re.IGNORECASE), _any(own), pseudonym)


def _any(forms: list[str], flags: int = 0) -> re.Pattern[str]:
    """Return one pattern, in which the form that stands first wins; without any form it matches nothing."""
    return re.compile("|".join(dict.fromkeys(forms)) or r"(?!)", flags)


def _apart(form: str, not_before: str = "", not_behind: str = "") -> str:
    """Return a form that stands as a word of its own."""
    before, behind = (f"|{more}" if more else "" for more in (not_before, not_behind))
    return f"(?<!{_WORD}){f'(?<!{not_before})' if before else ''}{form}(?!{_WORD}{behind})"


def _whole(name: str) -> list[str]:
    if _HAN.search(name):
        return [r"\s?".join(re.escape(char) for char in name if not char.isspace())]
    parts = [re.escape(part) for part in name.split()]
    orders = [parts, parts[::-1], [*parts[1:], parts[0]], [parts[-1], *parts[:-1]]]
    return [_apart(r"[\s,]+".join(order)) for order in orders] + ([_apart("".join(parts))] if len(parts) > 1 else [])


def _address(name: str) -> list[str]:
    if not _HAN.search(name):
        return [_apart(re.escape(part)) for part in name.split() if len(part) > 1]
    name = "".join(name.split())
    size = 2 if re.match(_COMPOUND, name) or len(name) > 3 else 1
    family, given = re.escape(name[:size]), re.escape(name[size:])
    forms = [f"{family}(?:{_TITLES})", f"[小老]{family}"]
    return forms + ([given] if len(name) - size > 1 else [])


def _telephone(phone: str) -> list[str]:
    """Return a number however it is spaced, alone or behind a country code."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) < _TELLING_DIGITS:
        return [rf"(?<!\d){re.escape(phone)}(?!\d)"] if digits else []
    between = r"[\s().\-]{0,2}"
    telling = between.join(digits[-_TELLING_DIGITS:])
    return [rf"(?<!\d)\+?(?:\d{between}){{0,7}}{telling}(?!\d)"]
