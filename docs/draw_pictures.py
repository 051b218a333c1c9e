"""Draws the pictures of the README from the demo, at an instant that stands still: `make pictures`."""

import asyncio
import os
import re
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import time_machine

os.environ["TZ"] = "Asia/Shanghai"
time.tzset()

from sharedops_core import config, i18n  # noqa: E402  the zone comes first
from sharedops_core.intake.living import make_demo  # noqa: E402
from sharedops_core.store.db import open_database  # noqa: E402
from sharedops_tui.app import SharedopsApp  # noqa: E402
from sharedops_tui.bridge import Bridge  # noqa: E402

AT = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
FOLDER = Path(__file__).parent / "pictures"
KEYS: dict[str, list[str]] = {
    "queue": ["s", "1", "j", "j"],
    "ticket": ["s", "2", "j", "enter"],
    "hand-off": ["1", "j", "H"],
}
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def draw(name: str, language: str, database_url: str, state: Path) -> None:
    """Draw one screen in one language."""
    i18n.activate(language)
    # Each picture begins where nobody has been yet.
    os.environ["XDG_STATE_HOME"] = str(state / f"{name}-{language}")
    app = SharedopsApp(Bridge(open_database(database_url), "li.na"), config.load())
    async with app.run_test(size=(150, 42), notifications=False) as pilot:
        for key in KEYS[name]:
            await pilot.press(key)
            for _round in range(20):
                await pilot.pause(0.02)
        picture = app.export_screenshot(title="sharedops")
    # The reader's own fonts draw as well, and a picture fetches nothing.
    (FOLDER / f"{name}-{language}.svg").write_text(_FONT_FACE.sub("", picture), encoding="utf-8")


def main() -> None:
    """Draw every screen in both languages."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(AT.timestamp(), tick=False):
        os.environ["XDG_CONFIG_HOME"] = folder
        url = f"sqlite:///{folder}/demo.db"
        make_demo(url, seed=7, at=AT, tickets=400)
        for name in KEYS:
            for language in i18n.LANGUAGES:
                asyncio.run(draw(name, language, url, Path(folder)))


if __name__ == "__main__":
    main()
