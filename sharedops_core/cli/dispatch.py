"""`sharedops dispatch`: who is to have a ticket by the rules, and why."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import context, output, trying
from sharedops_core.errors import NotAllowed
from sharedops_core.i18n import _, joined, ngettext

if TYPE_CHECKING:
    from sqlmodel import Session


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops dispatch "
    words = _("Which rules hit, what a ticket needs, who of its team would get it, and why the others would not.")
    group.command("explain", help=words + head + "explain INC-10001")(explain)
    words = _("Assign what nobody holds in your teams to whom the rules choose, most at risk first.")
    group.command("run", help=words + head + "run --team desk-it --dry-run")(run)
    words = _("Offer what nobody holds to one agent after the other, until somebody takes it.")
    group.command("push", help=words + head + "push --team desk-it --dry-run")(push)
    trying.register(group, head)
    app.add_typer(group, name="dispatch", help=_("Who gets which ticket."))


def explain(number: str = typer.Argument(..., metavar="NUMBER"), as_json: bool = output.Json) -> None:
    """Print rules, need, candidates, choice and risk of a ticket."""
    from sharedops_core.desk import finding
    from sharedops_core.rules import choice
    from sharedops_core.rules.text import one_line
    from sharedops_core.views import dispatch

    with context.looking() as (session, reader):
        ticket_id = finding.ticket_id(session, number, context.actor(session))
        found = dispatch.explanation(session, ticket_id, context.now(), reader=reader)
    if found is None:
        raise NotAllowed(_("{number}: this is for the people of the desk").format(number=number))
    if as_json:
        output.document(choice.document(found))
        return
    for place, (title, lines) in enumerate(choice.spelled_out(found)):
        output.show(("\n" if place else "") + title + "\n" + "\n".join(f"  {one_line(line)}" for line in lines))


Team = typer.Option(None, "--team", metavar="TEAM", help=_("Only what this team has."))
DryRun = typer.Option(False, "--dry-run", help=_("Say what would be done, change nothing."))


def run(team: str = Team, dry_run: bool = DryRun, as_json: bool = output.Json, as_csv: bool = output.Csv) -> None:
    """Assign by the rules, and print who got what; what nobody can have stays where it is."""
    from sharedops_core.desk import dispatching

    with context.acting() as (session, actor, at):
        dealt = dispatching.deal(session, team, actor=actor, at=at)
        called = _called(session)
        if dry_run:
            session.rollback()
    columns = [
        output.Column("number", _("Number")), output.Column("login", _("login")), output.Column("name", _("name")),
        output.Column("score", _("points"), is_number=True), _rules(called),
    ]  # fmt: skip
    output.table(columns, [asdict(one) for one in dealt], as_json=as_json, as_csv=as_csv)
    if not dealt:
        output.say(_("nothing to deal out: somebody holds every ticket"))
    if left := sum(one.login is None for one in dealt):
        words = ngettext("{n} ticket stays: nobody can have it now", "{n} tickets stay: nobody can have them now", left)
        output.say(words.format(n=left))
    if dry_run:
        output.say(_("dry run: nothing was changed"))


def push(team: str = Team, dry_run: bool = DryRun, as_json: bool = output.Json, as_csv: bool = output.Csv) -> None:
    """Offer what waits, and print to whom; each has the time of the plan of its team to answer."""
    from sharedops_core.desk import pushing
    from sharedops_core.rules.lifecycle import act_name
    from sharedops_core.rules.push import pool_name
    from sharedops_core.store import access

    with context.acting() as (session, actor, at):
        done = pushing.offer(session, team, actor=actor, at=at)
        seen = access.seen(session, access.reader(session, actor), [one.ticket_id for one in done])
        called = _called(session)
        if dry_run:
            session.rollback()
    columns = [
        output.Column("number", _("Number")), output.Column("act", _("act"), said=act_name),
        output.Column("login", _("login")), output.Column("name", _("name")),
        output.Column("pool", _("pool"), said=pool_name), output.Column("score", _("points"), is_number=True),
        _rules(called),
    ]  # fmt: skip
    rows = [asdict(one) for one in done if one.ticket_id in seen]
    output.table(columns, rows, as_json=as_json, as_csv=as_csv)
    if not done:
        output.say(_("nothing to push: nothing waits that anybody could be asked for"))
    if dry_run:
        output.say(_("dry run: nothing was changed"))


def _called(session: "Session") -> dict[str, str]:
    """Return what the rules are called in the user's language, by their codes."""
    from sharedops_core.i18n import pick
    from sharedops_core.store import dispatch

    return {one.code: pick(one.name_en, one.name_zh) for one in dispatch.rules(session)}


def _rules(called: dict[str, str]) -> output.Column:
    return output.Column("rules", _("rules"), is_cut=True, said=lambda codes: joined(called[one] for one in codes))
