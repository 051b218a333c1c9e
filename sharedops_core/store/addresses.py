"""Addresses of databases as they may be printed: without any password, however the address was typed."""

import re
from urllib.parse import unquote

_USER = re.compile(r"(:/{0,2}[^:@/?]*):.*@", re.DOTALL)
_SECRET = re.compile(r"((?:pass\w*)\s*=\s*)('[^']*'?|[^\s&]+)", re.IGNORECASE)


def shown(url: str) -> str:
    """Return an address without any password, also one that is wrong or has stray signs."""
    place, mark, options = _USER.sub(r"\1:***@", url).partition("?")
    return _SECRET.sub(r"\1***", place) + mark + "&".join(map(_option, options.split("&")))


def _option(text: str) -> str:
    name, mark, _value = text.partition("=")
    return f"{name}{mark}***" if "pass" in unquote(name).lower() else text
