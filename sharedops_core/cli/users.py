"""`sharedops admin user`: people of the desk, their roles, teams and accounts."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.output import Column
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _, joined

if TYPE_CHECKING:
    from sqlmodel import Session

    from sharedops_core.store.tables import Person
    from sharedops_core.views.people import UserRow


def register(admin: typer.Typer) -> None:
    """Add the group to `admin`."""
    user = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops admin user "
    user.command(
        "add",
        help=_("Add somebody to the desk.")
        + head
        + "add mei.lin --name 梅琳 --role agent --team hr-ops --account mlin",
    )(add)
    user.command(
        "grant",
        help=_("Give a role, teams and with them their confidential lanes, or an account.")
        + head
        + "grant mei.lin --role lead --team hr-ops --team desk-finhr",
    )(grant)
    user.command(
        "revoke",
        help=_("Take teams, the role or the account away.")
        + head
        + "revoke mei.lin --team hr-ops\n  sharedops admin user revoke mei.lin --role",
    )(revoke)
    user.command("list", help=_("List who works here, with role, teams, lanes and account.") + head
                 + "list --role auditor --json")(listing)  # fmt: skip
    admin.add_typer(user, name="user", help=_("People of the desk."))


Login = typer.Argument(..., metavar="LOGIN")
Role = typer.Option(
    None, "--role", metavar="ROLE", help=_("requester, agent, lead, supervisor, admin, auditor or service.")
)
Teams = typer.Option([], "--team", metavar="CODE", help=_("A team; may be repeated, the first one is home."))
Account = typer.Option(
    None, "--account", metavar="NAME", help=_("Their account on this system, where it is not the login.")
)


def add(
    login: str = Login,
    name: str = typer.Option(None, "--name", help=_("Their name; else the login.")),
    role: str = Role,
    team: list[str] = Teams,
    account: str = Account,
    as_json: bool = output.Json,
) -> None:
    """Add a person."""
    from sharedops_core.desk import people

    rights = people.Rights(role, tuple(team), account)
    _do(people.add, login, name or login, rights, as_json=as_json)


def grant(
    login: str = Login,
    role: str = Role,
    team: list[str] = Teams,
    account: str = Account,
    as_json: bool = output.Json,
) -> None:
    """Give rights."""
    from sharedops_core.desk import people

    rights = people.Rights(role, tuple(team), account)
    if rights == people.Rights():
        raise BadInput(_("name what to give: --role, --team or --account"))
    _do(people.grant, login, rights, as_json=as_json)


def revoke(
    login: str = Login,
    team: list[str] = typer.Option([], "--team", metavar="CODE", help=_("Out of this team; may be repeated.")),
    role: bool = typer.Option(False, "--role", help=_("The role and every team; a requester is left.")),
    account: bool = typer.Option(False, "--account", help=_("The account.")),
    as_json: bool = output.Json,
) -> None:
    """Take rights."""
    from sharedops_core.desk import people

    if not (team or role or account):
        raise BadInput(_("name what to take: --team, --role or --account"))
    _do(people.revoke, login, team, takes_role=role, takes_account=account, as_json=as_json)


def listing(role: str = Role, as_json: bool = output.Json, as_csv: bool = output.Csv) -> None:
    """List people."""
    from sharedops_core.views import people

    with context.looking("audit") as (session, _reader):
        rows = [asdict(row) for row in people.users(session, role)]
    output.table(_columns(), rows, as_json=as_json, as_csv=as_csv)


def _columns() -> list[Column]:
    from sharedops_core.rules.permissions import lane_name, role_name

    titles = {"login": _("Login"), "name": _("Name"), "role": _("Role"), "teams": _("Teams"), "lanes": _("Lanes"),
              "account": _("Account")}  # fmt: skip
    said = {"role": role_name, "lanes": lambda lanes: joined(map(lane_name, lanes)) or "-"}
    return [Column(key, title, said=said.get(key)) for key, title in titles.items()]


def _do(act: Callable[..., "Person"], *facts: Any, as_json: bool, **more: Any) -> None:
    """Do an act of administration on somebody, and print them as they are afterwards."""
    from sharedops_core.rules.permissions import lane_name, role_name
    from sharedops_core.store import logins
    from sharedops_core.views import people

    def work(session: "Session", actor: "Person", at: datetime) -> "tuple[UserRow, Sequence[str]]":
        person = act(session, *facts, actor=actor, at=at, **more)
        return people.user(session, person.id), logins.left(session)

    row, left = context.act(work)
    if left:
        output.say(_("this login may not do that on the server; whoever runs it has to: {sql}").format(
            sql="; ".join(left) + ";"))  # fmt: skip
    if as_json:
        output.document(asdict(row))
        return
    output.show(
        _("{login} ({name}): {role}; teams: {teams}; lanes: {lanes}; account: {account}").format(
            login=row.login, name=row.name, role=role_name(row.role), teams=joined(row.teams) or "-",
            lanes=joined(map(lane_name, row.lanes)) or "-", account=row.account or row.login,
        )
    )  # fmt: skip
