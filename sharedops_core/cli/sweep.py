"""`sharedops sla sweep`: what time alone does, until nothing is left, printed as far as the actor may see it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import typer

from sharedops_core.cli import context, output
from sharedops_core.i18n import _, joined, ngettext

if TYPE_CHECKING:
    from sharedops_core.desk.rounds import Round

_WHOLE = 20_000
"""So much a dry run looks at: nothing is written in the end, so a second round would find the same again."""


def sweep(
    dry_run: bool = typer.Option(False, "--dry-run", help=_("Say what would be done, change nothing.")),
    as_json: bool = output.Json,
) -> None:
    """Do what is due, in transactions of their own, until nothing is left; print what the actor may see."""
    from sharedops_core.desk import finding, rounds

    done: list[Round] = []
    with context.database() as database:
        while True:
            with database.write() as session:
                actor, at = context.actor(session), context.now()
                finding.require(session, "sweep", actor)
                found = rounds.turn(session, at=at, limit=_WHOLE if dry_run else rounds.BATCH)
                done.append(found.seen_by(session, actor))
                if dry_run:
                    session.rollback()
            if dry_run or not found:
                break
    if as_json:
        _document(done)
    else:
        _lines(done)
    if dry_run:
        output.say(_("dry run: nothing was changed"))


def _document(done: "Iterable[Round]") -> None:
    acts = ("number", "act", "told")
    output.document({
        "fired": [_picked(one, "number", "alarm", "is_breach", "told") for turn in done for one in turn.fired],
        "lapsed": [_picked(one, *acts) for turn in done for one in turn.lapsed],
        "overdue": [_picked(one, *acts) for turn in done for one in turn.overdue],
        "unsigned": [{"sheet": one.sheet_id, "told": one.told} for turn in done for one in turn.unsigned],
        "pushed": [_picked(one, *acts, "login") for turn in done for one in turn.pushed],
    })  # fmt: skip


def _picked(one: object, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def _lines(done: "Iterable[Round]") -> None:
    from sharedops_core.rules.lifecycle import act_name

    parts = ("fired", "lapsed", "overdue", "unsigned", "pushed")
    fired, lapsed, overdue, unsigned, pushed = ([one for turn in done for one in getattr(turn, name)] for name in parts)
    for one in fired:
        output.show(f"{one.number}  {one.alarm}  {joined(one.told) or '-'}")
    for act in (*lapsed, *overdue):
        output.show(f"{act.number}  {act_name(act.act)}  {joined(act.told) or '-'}")
    for sheet in unsigned:
        output.show(_("sheet {n} is not signed  {told}").format(n=sheet.sheet_id, told=joined(sheet.told) or "-"))
    for offer in pushed:
        output.show(f"{offer.number}  {act_name(offer.act)}  {offer.login or joined(offer.told) or '-'}")
    output.say(ngettext("{n} alarm", "{n} alarms", len(fired)).format(n=len(fired)))
    if n := len(lapsed):
        words = ngettext("{n} first-contact duty looked after", "{n} first-contact duties looked after", n)
        output.say(words.format(n=n))
    if n := len(overdue):
        output.say(ngettext("{n} task is late", "{n} tasks are late", n).format(n=n))
    if n := len(unsigned):
        output.say(ngettext("{n} sheet is not signed", "{n} sheets are not signed", n).format(n=n))
    if n := len(pushed):
        output.say(ngettext("{n} ticket pushed", "{n} tickets pushed", n).format(n=n))
