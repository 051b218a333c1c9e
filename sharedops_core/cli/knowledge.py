"""`sharedops knowledge`: articles found by words of either language, and read in the shell."""

from dataclasses import asdict

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.output import Column
from sharedops_core.errors import NotFound
from sharedops_core.i18n import _, pick


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops knowledge "
    group.command(
        "search", help=_("Find articles by words of either language.") + head + "search '打印机脱机'"
    )(search)  # fmt: skip
    group.command("show", help=_("Print an article.") + head + "show KB-0101")(show)
    app.add_typer(group, name="knowledge", help=_("Knowledge base."))


def search(
    words: list[str] = typer.Argument(..., metavar="WORDS…"),
    limit: int = typer.Option(10, "--limit", min=1, max=200, help=_("At most so many.")),
    as_json: bool = output.Json,
    as_csv: bool = output.Csv,
) -> None:
    """Find articles."""
    from sharedops_core.views import knowledge

    with context.looking() as (session, reader):
        rows = knowledge.find(session, " ".join(words), reader=reader, limit=limit)
    shown = [asdict(row) | {"title": pick(row.title_en, row.title_zh)} for row in rows]
    titles = {"key": _("Key"), "title": _("Title"), "audience": _("Audience"), "score": _("Fit")}
    columns = [Column(key, title, said=_audience if key == "audience" else None) for key, title in titles.items()]
    output.table(columns, shown, as_json=as_json, as_csv=as_csv)
    if not rows:
        output.say(_("no article fits these words"))


def _audience(audience: str) -> str:
    return _("agents only") if audience == "agents" else _("may be sent to the requester")


def show(key: str = typer.Argument(..., metavar="KEY"), as_json: bool = output.Json) -> None:
    """Print an article."""
    from sharedops_core.views import knowledge

    with context.looking() as (session, reader):
        article = knowledge.article(session, key, reader=reader)
    if article is None:
        raise NotFound(_("there is no article {key}; try `sharedops knowledge search`").format(key=key))
    if as_json:
        output.document(asdict(article))
        return
    kinds = {
        "how_to": _("how to"),
        "known_error": _("known error"),
        "policy": _("policy"),
        "workaround": _("workaround"),
    }
    facts = [
        kinds[article.kind],
        _audience(article.audience),
        article.owner,
        _("reviewed {day}").format(day=article.reviewed_on),
    ]
    output.show(f"{article.key}  {pick(article.title_en, article.title_zh)}")
    output.show(f"{' · '.join(fact for fact in facts if fact)}\n")
    output.show(pick(article.body_en, article.body_zh).strip())
