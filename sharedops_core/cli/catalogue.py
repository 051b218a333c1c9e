"""`sharedops catalogue`: the menu of services, as a tree, as cards, and found by the words people use."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.output import Column
from sharedops_core.errors import NotFound
from sharedops_core.i18n import _, clauses, joined, language, ngettext, pick

if TYPE_CHECKING:
    from sharedops_core.views.catalogue import ItemCard


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops catalogue "
    group.command("tree", help=_("Print the catalogue, or one branch of it.") + head + "tree HR-PAY")(tree)
    group.command("show", help=_("Print the card of a service item.") + head + "show IT-NET-VPN-01")(show)
    group.command(
        "find", help=_("Find service items by the words people use.") + head + "find 'VPN 掉线'"
    )(find)  # fmt: skip
    app.add_typer(group, name="catalogue", help=_("Service catalogue."))


def tree(
    branch: str = typer.Argument("", metavar="[CODE]", help=_("Only this category, family or class.")),
    levels: int = typer.Option(4, "--levels", min=1, max=4, help=_("Down to this level; 4 are the items.")),
    as_json: bool = output.Json,
    as_csv: bool = output.Csv,
) -> None:
    """Print the tree."""
    from sharedops_core.views import catalogue

    with context.reading() as session:
        rows = [row for row in catalogue.tree(session, branch) if row.level <= levels]
    if not rows:
        raise NotFound(_("there is nothing under {code} in the catalogue").format(code=branch or "-"))
    if as_json or as_csv:
        keys = ("level", "code", "name_en", "name_zh", "items")
        output.table([Column(key, key) for key in keys], [asdict(row) for row in rows], as_json=as_json, as_csv=as_csv)
        return
    top = rows[0].level
    for row in rows:
        count = "" if row.level == 4 else "  " + ngettext("({n} item)", "({n} items)", row.items).format(n=row.items)
        output.show(f"{'  ' * (row.level - top)}{row.code}  {pick(row.name_en, row.name_zh)}{count}")


def show(code: str = typer.Argument(..., metavar="CODE"), as_json: bool = output.Json) -> None:
    """Print a card."""
    from sharedops_core.views import catalogue

    with context.reading() as session:
        card = catalogue.item(session, code)
    if card is None:
        raise NotFound(_("there is no service item {code}; try `sharedops catalogue find`").format(code=code))
    if as_json:
        output.document(asdict(card))
    else:
        _print_card(card)


def find(
    words: list[str] = typer.Argument(..., metavar="WORDS…"),
    limit: int = typer.Option(10, "--limit", min=1, max=200, help=_("At most so many.")),
    as_json: bool = output.Json,
    as_csv: bool = output.Csv,
) -> None:
    """Find items."""
    from sharedops_core.views import catalogue

    with context.reading() as session:
        rows = catalogue.find(session, " ".join(words), limit=limit)
    shown = [
        asdict(row) | {"name": pick(row.name_en, row.name_zh), "plain": pick(row.plain_en, row.plain_zh)}
        for row in rows
    ]
    titles = {"code": _("Code"), "name": _("Service item"), "plain": _("In plain words"), "score": _("Fit")}
    output.table([Column(key, title) for key, title in titles.items()], shown, as_json=as_json, as_csv=as_csv)
    if not rows:
        output.say(_("nothing in the catalogue fits these words"))


def _print_card(card: "ItemCard") -> None:
    output.show(f"{card.code}  {pick(card.name_en, card.name_zh)}")
    output.show(f"  {pick(card.plain_en, card.plain_zh)}\n")
    for name, value in _facts(card).items():
        output.show(f"  {name}: {value or '-'}")
    output.show("\n  " + _("Service level") + f": {pick(card.policy_en, card.policy_zh)}")
    for promise in card.promises:
        mark = "*" if promise.priority == card.priority else " "
        output.show(
            _("  {mark} P{p}  respond within {respond}, resolve within {resolve}").format(
                mark=mark, p=promise.priority, respond=promise.respond_within, resolve=promise.resolve_within
            )
        )
    for title, lines in ((_("What people say"), _listed(card, "phrases")), (_("Steps"), _listed(card, "steps"))):
        output.show(f"\n  {title}:")
        for number, line in enumerate(lines, 1):
            output.show(f"    {number}. {line}")


def _facts(card: "ItemCard") -> dict[str, str]:
    audiences = {"employee": _("employees"), "business_unit": _("business units"), "management": _("management")}
    kinds = {"incident": _("incident"), "request": _("service request")}
    states = {"draft": _("draft"), "live": _("live"), "retired": _("retired")}
    until = f" – {card.valid_to}" if card.valid_to else ""
    state = _("{state}, version {version}, from {day}").format(
        state=states[card.state], version=card.version, day=f"{card.valid_from}{until}"
    )
    return {
        _("Path"): " › ".join(_listed(card, "path")),
        _("Kind"): kinds.get(card.kind, card.kind),
        _("State"): state,
        _("For"): joined(audiences.get(one, one) for one in card.audience),
        _("Covers"): pick(card.scope_en, card.scope_zh),
        _("Does not cover"): pick(card.excludes_en, card.excludes_zh),
        _("Scenario"): pick(card.scenario_en, card.scenario_zh),
        _("Teams"): clauses(f"L{line} {pick(en, zh)} ({code})" for line, code, en, zh in card.teams),
        _("Owner"): f"{card.owner} ({card.owner_login})" if card.owner else "",
    }


def _listed(card: "ItemCard", name: str) -> tuple[str, ...]:
    """Return a bilingual list of the card ("path", "phrases", "steps") in the user's language."""
    lines: tuple[str, ...] = getattr(card, f"{name}_{language()}")
    return lines
