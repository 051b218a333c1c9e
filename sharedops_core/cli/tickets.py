"""`sharedops ticket`: open, list, show; the acts are in ticket_acts."""

from typing import TYPE_CHECKING, Any

import typer

from sharedops_core.cli import context, duty_acts, link_acts, output, task_acts, ticket_acts
from sharedops_core.cli.output import Column
from sharedops_core.cli.views import order_of, unknown
from sharedops_core.errors import NotFound
from sharedops_core.i18n import _

if TYPE_CHECKING:
    from sqlmodel import Session

    from sharedops_core.store.access import Reader
    from sharedops_core.views.rows import Question, QueueRow
    from sharedops_core.views.ticket import TicketCard

_SHOWN_BY_DEFAULT = 50
_CUT = {"team", "holder", "requester", "subject"}


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops ticket "
    group.command(
        "new", help=_("Open a ticket.") + head + "new 'VPN drops' --requester wang.xiaoming --item IT-NET-VPN-01"
    )(new)
    group.command("list", help=_("List tickets of a view, and of these the ones a query means.") + head
                  + "list --view breaching --json\n  sharedops ticket list 'line:1 sla<30m -who:me' --csv"
                  "\n  sharedops ticket list tag:month-end"
                  "\n\n\b\n"
                  + _query_help())(listing)  # fmt: skip
    group.command("show", help=_("Show one ticket.") + head + "show INC-10001 --audit --held")(show)
    ticket_acts.register(group)
    duty_acts.register(group)
    task_acts.register(group)
    link_acts.register(group)
    app.add_typer(group, name="ticket", help=_("Tickets."))


def _query_help() -> str:
    """Return the grammar of queries with every field, as the help shows it."""
    from sharedops_core.rules import completion, query

    lines = [_("Queries:"), "  " + _("all terms must hold; a comma means or, - in front of a term means not")]
    lines += [
        f"  {name:<10} {completion.field_name(name)}: {query.wanted(field)}" for name, field in query.FIELDS.items()
    ]
    return "\n".join(lines)


def new(
    subject: str = typer.Argument(..., metavar="SUBJECT"),
    requester: str = typer.Option("", "--requester", metavar="LOGIN", help=_("Who asks; else whoever acts.")),
    body: str = typer.Option("", "--body", help=_("The description; - reads it from stdin.")),
    item: str = typer.Option(
        None, "--item", metavar="CODE", help=_("Service item; `sharedops catalogue find` knows it.")
    ),
    priority: int = typer.Option(None, "--priority", help=_("1 (highest) to 4; else that of the service item.")),
    impact: str = typer.Option(None, "--impact", help=_("high, medium or low; with --urgency it gives the priority.")),
    urgency: str = typer.Option(None, "--urgency", help=_("high, medium or low.")),
    channel: str = typer.Option("console", "--channel", help=_("phone, walk-in, chat, mail, portal, api or console.")),
    as_json: bool = output.Json,
) -> None:
    """Open a ticket and print its number."""
    from sharedops_core.desk import opening
    from sharedops_core.rules.request import Request

    words = ticket_acts.text_of(body, None) if body else ""
    request = Request(subject, words, requester, item, priority, impact, urgency, channel)
    number = context.act(lambda session, actor, at: opening.open_ticket(session, request, actor=actor, at=at)).number
    ticket_acts.tell(number, _("{number} opened"), as_json=as_json)


def listing(
    words: list[str] = typer.Argument(None, metavar="[QUERY]", help=_("What the tickets must be; see Queries below.")),
    view: str = typer.Option(
        "open",
        "--view",
        help=_(
            "mine, first_contact, line_1, line_2, line_3, breaching, waiting, offered, open, resolved, watching, or the"
            " name of a saved view."
        ),
    ),
    sort: str = typer.Option(
        None,
        "--sort",
        help=_(
            "due, priority, opened, changed, number, state, line, team, holder, requester, item or subject; with - in"
            " front of it the other way round."
        ),
    ),
    limit: int = typer.Option(_SHOWN_BY_DEFAULT, "--limit", min=1, max=1_000_000, help=_("At most so many.")),
    header: bool = output.Header,
    as_json: bool = output.Json,
    as_csv: bool = output.Csv,
) -> None:
    """List the tickets of a view in the order of the queue."""
    from sharedops_core.rules import lifecycle
    from sharedops_core.views import queue

    with context.looking() as (session, reader):
        question = _question(session, reader, view, " ".join(words or ()), sort)
        window = queue.tagged_window if as_json else queue.window
        page = window(session, question, context.now(), queue.Place(), reader=reader, size=limit)
    rows = [_listed(row) for row in page.rows]
    titles = {
        "number": _("Number"), "due": _("Due in"), "priority": "P", "state": _("State"), "line": _("Line"),
        "team": _("Team"), "holder": _("Holder"), "requester": _("Requester"), "subject": _("Subject"),
    }  # fmt: skip
    said = {"state": lifecycle.state_name, "priority": "P{}".format}
    columns = [Column(key, title, said=said.get(key), is_cut=key in _CUT) for key, title in titles.items()]
    output.table(columns, rows, as_json=as_json, as_csv=as_csv, has_header=header)
    if page.after is not None:
        output.say(_("more than {n}; raise --limit to see them").format(n=limit))


def _question(session: "Session", reader: "Reader", view: str, text: str, sort: str | None) -> "Question":
    """Return what is asked for; raises BadInput for a view or an order that is not known, BadQuery for the query."""
    from sharedops_core.rules import query
    from sharedops_core.views import saved
    from sharedops_core.views.rows import VIEWS, Question

    query.parse(text)
    wanted, is_down = order_of(sort or "due")
    if view in VIEWS:
        return Question(view, reader.person_id, text, wanted, is_down)
    found = saved.saved(session, reader=reader)
    mine = next((one for one in found if one.name == view), None)
    if mine is None:
        raise unknown("--view", view, (*VIEWS, *(one.name for one in found)))
    if sort is None:
        wanted, is_down = mine.sort, mine.is_descending
    return Question(mine.key, reader.person_id, text, wanted, is_down, mine.query)


def _listed(row: "QueueRow") -> dict[str, Any]:
    from sharedops_core.rules import spans

    shown = spans.countdown(row.due_at, row.left, context.now(), is_paused=row.is_paused)
    return {
        "number": row.number,
        "due": f"{shown.text}{shown.mark}".strip(),
        "priority": row.priority,
        "state": row.state,
        "line": row.line,
        "lane": row.lane,
        "team": row.team_code,
        "holder": row.assignee_login,
        "requester": row.requester,
        "subject": row.subject,
        "due_at": row.due_at,
        "opened_at": row.opened_at,
        "tags": row.tags,
    }


def show(
    number: str = typer.Argument(..., metavar="NUMBER"),
    audit: bool = typer.Option(False, "--audit", help=_("Also every line of the journal.")),
    held: bool = typer.Option(False, "--held", help=_("Also who has had it in hand, and how long.")),
    as_json: bool = output.Json,
) -> None:
    """Show fields, clocks, thread and hand-offs of one ticket."""
    from sharedops_core.cli import ticket_page

    card = read(number)
    while card.merged_into is not None:
        output.say(_("{number} is merged into {into}").format(number=card.number, into=card.merged_into.number))
        card = read(card.merged_into.number)
    if as_json:
        output.document(ticket_acts.document_of(card))
        return
    ticket_page.fields(card)
    if card.related or card.people:
        ticket_page.related(card)
    if len(card.duty) > 1 or any(one.offers for one in card.duty):
        ticket_page.duty_record(card)
    ticket_page.conversation(card)
    if audit:
        ticket_page.audit(card)
    if held:
        ticket_page.held(card.held)


def read(number: str) -> "TicketCard":
    """Return the card of a ticket by its number; raises NotFound when there is none for whoever looks."""
    from sharedops_core.desk import finding
    from sharedops_core.views import ticket as tickets

    with context.looking() as (session, reader):
        card = tickets.ticket(
            session, finding.ticket_id(session, number, context.actor(session)), context.now(), reader=reader
        )
    if card is None:
        raise NotFound(_("there is no ticket {number}").format(number=number))
    return card
