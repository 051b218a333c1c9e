"""`sharedops dispatch`: who is to have a ticket by the rules, and why."""

from dataclasses import asdict

import typer

from sharedops_core.cli import context, output
from sharedops_core.errors import NotAllowed
from sharedops_core.i18n import _, ngettext


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops dispatch "
    words = _("Which rules hit, what a ticket needs, who of its team would get it, and why the others would not.")
    group.command("explain", help=words + head + "explain INC-10001")(explain)
    words = _("Assign what nobody holds in your teams to whom the rules choose, most at risk first.")
    group.command("run", help=words + head + "run --team desk-it --dry-run")(run)
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


def run(
    team: str = typer.Option(None, "--team", metavar="TEAM", help=_("Only what this team has.")),
    dry_run: bool = typer.Option(False, "--dry-run", help=_("Say what would be done, change nothing.")),
    as_json: bool = output.Json,
    as_csv: bool = output.Csv,
) -> None:
    """Assign by the rules, and print who got what; what nobody can have stays where it is."""
    from sharedops_core.desk import dispatching

    with context.acting() as (session, actor, at):
        dealt = dispatching.deal(session, team, actor=actor, at=at)
        if dry_run:
            session.rollback()
    columns = [
        output.Column("number", _("Number")), output.Column("login", _("login")), output.Column("name", _("name")),
        output.Column("score", _("points"), is_number=True), output.Column("rules", _("rules"), is_cut=True),
    ]  # fmt: skip
    output.table(columns, [asdict(one) for one in dealt], as_json=as_json, as_csv=as_csv)
    if not dealt:
        output.say(_("nothing to deal out: somebody holds every ticket"))
    if left := sum(one.login is None for one in dealt):
        words = ngettext("{n} ticket stays: nobody can have it now", "{n} tickets stay: nobody can have them now", left)
        output.say(words.format(n=left))
    if dry_run:
        output.say(_("dry run: nothing was changed"))
