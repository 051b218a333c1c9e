"""`sharedops config`: what is set, where it comes from, and what is wrong with it."""

import os
import sys
from pathlib import Path

import pytest


def values(answer):
    """Return settings as {name: (value, origin)}."""
    return {row["setting"]: (row["value"], row["origin"]) for row in answer.json}


def test_path_is_where_the_file_would_be(shell, settings):
    """`config path` prints one path, whether the file is there or not."""
    assert shell("config", "path").out == f"{settings}\n"


def test_every_value_says_where_it_comes_from(shell, settings, monkeypatch):
    """An option beats the environment, the environment beats the file, the file beats the default."""
    settings.write_text('database_url = "sqlite:///file.db"\nuser = "wang.lei"\ntheme = "paper"\n', encoding="utf-8")
    monkeypatch.setenv("SHAREDOPS_USER", "li.na")
    found = values(shell("--db", "sqlite:///option.db", "config", "show", "--json"))

    assert found["database_url"] == ("sqlite:///option.db", "option")
    assert found["user"] == ("li.na", "SHAREDOPS_USER")
    assert found["theme"] == ("paper", str(settings))
    assert found["language"] == ("en", "default")


def test_without_a_file_the_defaults_hold(shell, settings):
    """A missing file is no error of `show`."""
    found = values(shell("config", "show", "--json"))
    assert found["theme"] == ("harbour-dark", "default")
    assert found["database_url"][0].startswith("sqlite:///")


def test_a_password_is_never_shown(shell, settings):
    """A password in an address is hidden wherever the address is printed."""
    settings.write_text('database_url = "postgresql://li:hunter2@host/desk"\n', encoding="utf-8")
    answer = shell("config", "show")
    assert "hunter2" not in answer.out
    assert "li:***@host" in answer.out


def test_a_right_file_is_right(shell, settings):
    """`validate` says which file it looked at."""
    settings.write_text('language = "zh"\n[keys]\nticket.take = "T"\n', encoding="utf-8")
    answer = shell("config", "validate")
    assert (answer.code, answer.out) == (0, f"{settings}: right\n")


def test_everything_wrong_with_a_file_is_said_at_once(shell, settings):
    """Unknown names, wrong kinds and wrong values are each a line; the exit code is 2."""
    settings.write_text('colour = "red"\ntheme = 7\nlanguage = "fr"\nkeys = "vim"\n', encoding="utf-8")
    answer = shell("config", "validate")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.splitlines() == [
        f"{settings}: colour is no setting; there are: database_url, user, language, theme, alert, keys",
        f"{settings}: theme = 7 must be a text",
        f'{settings}: language = \'fr\'; right would be one of "en", "zh"',
        f"{settings}: keys = 'vim' must be a table",
    ]


@pytest.mark.parametrize("content", [b'user = "li\n', b"\xff\xfe", b"user = \xb4\xf2"])
def test_a_file_that_cannot_be_read_is_named(shell, settings, content):
    """Broken TOML and other encodings are said with the file, by every command that needs it."""
    settings.write_bytes(content)
    for command in ("validate", "show"):
        answer = shell("config", command)
        assert answer.code == 2
        assert answer.err.startswith(f"{settings}: cannot be read: ")


def test_a_named_file_that_is_missing_is_said(shell, settings):
    """Who names a settings file in the environment wants it to be there."""
    answer = shell("config", "validate")
    assert (answer.code, answer.err) == (2, f"{settings}: there is no such file\n")


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
@pytest.mark.parametrize("make", [os.mkfifo, lambda file: file.symlink_to(os.devnull), Path.mkdir])
@pytest.mark.parametrize("command", ["config validate", "ticket list"])
def test_settings_that_are_no_regular_file_are_refused(shell, settings, make, command):
    """A pipe or a device would keep the program waiting for ever: one sentence and exit code 2 instead."""
    make(settings)
    answer = shell(*command.split())

    assert (answer.code, answer.out) == (2, "")
    assert answer.err == f"{settings}: cannot be read: it is no regular file\n"
