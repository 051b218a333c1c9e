"""Write docs/keys.md and docs/keys.zh-CN.md anew from the registry of acts (`make keys`)."""

from pathlib import Path

from sharedops_core import i18n
from sharedops_tui.present.keys import docs_page

for language, name in (("en", "keys.md"), ("zh", "keys.zh-CN.md")):
    i18n.activate(language)
    Path(__file__).with_name(name).write_text(docs_page(), encoding="utf-8")
