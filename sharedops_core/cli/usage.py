"""What Typer itself says, in the user's language: headings of help texts, and usage errors.

Typer has these sentences in English only, so they are recognised by their form; one we do not know stays as it is.
"""

import re
from collections.abc import Sequence
from typing import Any

import typer
from typer._click.core import Context
from typer._click.exceptions import ClickException, NoArgsIsHelpError, UsageError
from typer._click.formatting import HelpFormatter

from sharedops_core.i18n import _
from sharedops_core.rules.text import clean


class Formatter(HelpFormatter):
    """Help texts whose headings are translated."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, _("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """Write a heading such as "Options"."""
        names = {"Options": _("Options"), "Commands": _("Commands"), "Arguments": _("Arguments")}
        super().write_heading(names.get(heading, heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], *arguments: Any, **options: Any) -> None:
        """Write options or commands with what they mean."""
        translated = [(name, self._said(words)) for name, words in rows]
        super().write_dl(translated, *arguments, **options)

    @staticmethod
    def _said(words: str) -> str:
        ours = {
            "Show this message and exit.": _("Show this help."),
            "Install completion for the current shell.": _("Install completion for the current shell."),
            "Show completion for the current shell, to copy it or customize the installation.": _(
                "Show completion for the current shell, to copy it or change it."
            ),
        }
        if words in ours:
            return ours[words]
        return words.replace("[required]", _("[required]")).replace("[default: ", _("[default: "))


Context.formatter_class = Formatter


def tell(error: ClickException) -> None:
    """Print a usage error on stderr: how the command is used, and what is wrong."""
    if isinstance(error, NoArgsIsHelpError):
        typer.echo(error.message, err=True)
        return
    if isinstance(error, UsageError) and error.ctx is not None:
        typer.echo(error.ctx.get_usage(), err=True)
        typer.echo(_("`{command} --help` shows how.").format(command=error.ctx.command_path), err=True)
    typer.echo(clean(sentence(error.format_message())), err=True)


def sentence(said: str) -> str:
    """Return a sentence of Typer's in ours."""
    for form, words in _forms():
        found = re.fullmatch(form, said, re.DOTALL)
        if found:
            return words.format(**{name: sentence(value) for name, value in found.groupdict().items()})
    return said


def _forms() -> tuple[tuple[str, str], ...]:
    return (
        (r"Missing (?:option|argument) (?P<name>'.*')\.", _("{name} is missing")),
        (r"Missing command\.", _("the command is missing")),
        (r"No such command (?P<name>'.*')\.(?: Did you mean (?P<others>.*)\?)",
         _("there is no command {name}; did you mean {others}?")),
        (r"No such command (?P<name>'.*')\.", _("there is no command {name}")),
        (r"No such option: (?P<name>--db|--as|--lang)(?: .*)?",
         _("{name} stands before the command: sharedops {name} … COMMAND")),
        (r"No such option: (?P<name>\S+) \(Possible options: (?P<others>.*)\)",
         _("there is no option {name}; did you mean {others}?")),
        (r"No such option: (?P<name>\S+)", _("there is no option {name}")),
        (r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", _("too many words: {words}")),
        (r"Option (?P<name>\S+) requires an argument\.", _("{name} needs a value")),
        (r"Invalid value for (?P<name>'[^']*'): (?P<why>.*)", _("{name}: {why}")),
        (r"Input should be a valid integer.*", _("must be a whole number")),
        (r"Input should be greater than or equal to (?P<n>\S+)", _("must be {n} or more")),
        (r"Input should be less than or equal to (?P<n>\S+)", _("must be {n} or less")),
    )  # fmt: skip
