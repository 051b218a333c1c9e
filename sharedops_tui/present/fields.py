"""The fields of a ticket as text, with both clocks in words."""

from datetime import datetime

from rich.cells import cell_len
from textual.content import Content

from sharedops_core.i18n import _, pick
from sharedops_core.rules import duty, spans
from sharedops_core.rules.commitments import TO_REQUESTER, clock_name
from sharedops_core.rules.permissions import lane_name
from sharedops_core.rules.request import channel_name
from sharedops_core.rules.text import one_line
from sharedops_core.views.duty import DutyRow
from sharedops_core.views.handoffs import leg
from sharedops_core.views.persons import PersonCard
from sharedops_core.views.tasks import standing_words
from sharedops_core.views.ticket import ClockRow, TeamCard, TicketCard, state_words
from sharedops_tui.present.queue_row import fitted
from sharedops_tui.present.related import experts
from sharedops_tui.present.tasks import ends, open_count, style
from sharedops_tui.present.thread import team_name

Field = tuple[str, str, str]
"""A field: its name, its value, its style."""

_TAGS_IN_HEAD = 32
"""Cells; the clocks below must not be pushed out of sight."""


def fields(card: TicketCard, now: datetime) -> Content:
    """Return all fields in groups."""
    groups = [_work(card), _route(card), _tasks(card, now), _clocks(card, now), _people(card), _times(card)]
    return Content("\n\n").join([Content("\n").join([_line(field) for field in group]) for group in groups if group])


def summary(card: TicketCard, now: datetime) -> Content:
    """Return the two lines above the tabs: number, subject, state and the clock that counts."""
    holder = one_line(card.assignee.name) if card.assignee else _("nobody")
    if card.offered_team is not None:
        holder += " · " + _("offered to {team}").format(team=team_name(card.offered_team))
    if card.pushed is not None and card.pushed_until is not None:
        holder += " · " + push_words(card.pushed, card.pushed_until)
    if card.duty_offered is not None:
        holder += " · " + _("duty offered to {who}").format(who=one_line(card.duty_offered.name))
    if tasks := open_count(card.tasks):
        holder += f" · {tasks}"
    holder += experts(card)
    if card.holder.is_bounced:
        holder += " · " + _("to and fro, its leads decide")
    tags = one_line(" ".join(card.tags))
    first = Content.assemble(
        (one_line(card.number), "bold $primary"), "  ",
        (f"P{card.priority}", "bold $error" if card.priority == 1 else ""),
        "  ", (one_line(state_words(card)), "$secondary"), f"  L{card.line} {team_name(card.team)} · {holder}",
        (f"  {fitted(tags, min(_TAGS_IN_HEAD, cell_len(tags)))}" if tags else "", "$accent"),
    )  # fmt: skip
    clocks = [clock_words(one, now) for one in card.clocks if one.stopped_at is None and one.kind in TO_REQUESTER]
    return Content("\n").join([Content.styled(one_line(card.subject), "bold"), first, Content("  ·  ").join(clocks)])


def push_words(agent: PersonCard, until: datetime) -> str:
    """Return to whom a ticket that nobody holds is offered, and until when."""
    return _("offered to {who} until {until}").format(who=one_line(agent.name), until=f"{until.astimezone():%H:%M}")


def clock_words(clock: ClockRow, now: datetime) -> Content:
    """Return a clock in words, coloured by how it stands."""
    is_paused = clock.due_at is None and clock.stopped_at is None
    shown = spans.countdown(clock.due_at, clock.left, now, is_paused=is_paused)
    style = {spans.BREACHED: "bold $error", spans.AT_RISK: "$warning", spans.PAUSED: "$secondary"}.get(
        shown.standing, ""
    )
    text = spans.sentence(clock.due_at, clock.left, now, is_paused=is_paused)
    return Content.assemble((f"{clock_name(clock.kind)} ", "$foreground 60%"), (f"{text}{shown.mark}".rstrip(), style))


def _work(card: TicketCard) -> list[Field]:
    item = f"{card.item_code}  {pick(card.item_en, card.item_zh)}" if card.item_code else "-"
    offered = team_name(card.offered_team) if card.offered_team else _person(card.pushed)
    return [
        (_("Service item"), item, ""),
        (_("Service level"), pick(card.policy_en, card.policy_zh), ""),
        (_("State"), one_line(state_words(card)), "$secondary"),
        (_("Priority"), f"P{card.priority}", "bold $error" if card.priority == 1 else ""),
        (_("Team"), f"L{card.line}  {team_name(card.team)}", ""),
        (_("Offered to"), offered, "$warning" if card.offered_team or card.pushed else ""),
        (_("Hand-offs made"), str(card.handoff_count), ""),
        *([(_("Way"), _way(card), "$warning" if card.holder.is_bounced else "")] if len(way(card)) > 1 else []),
        (_("Times reopened"), str(card.reopen_count), ""),
        (_("Channel"), channel_name(card.channel), ""),
        (_("Tags"), " ".join(card.tags) or "-", "$accent" if card.tags else ""),
        *([(_("Confidential"), lane_name(card.lane), "$warning")] if card.lane else []),
    ]


def way(card: TicketCard) -> list[TeamCard]:
    """Return the teams a ticket has been with, one after the other, since it was opened."""
    teams = [line.team for line in card.events if line.team is not None]
    return [one for one, before in zip(teams, [None, *teams], strict=False) if one != before]


def _way(card: TicketCard) -> str:
    return " → ".join(f"L{one.line} {team_name(one)}" for one in way(card))


def _route(card: TicketCard) -> list[Field]:
    """Return every hand-off with its instant, the one that waits for an answer coloured."""
    return [
        (f"{one.offered_at.astimezone():%m-%d %H:%M}", leg(card, one), "$warning" if one.decision == "offered" else "")
        for one in card.handoffs
    ]


def _tasks(card: TicketCard, now: datetime) -> list[Field]:
    """Return every task with how it stands, and below it what is wanted and what came of it."""
    found: list[Field] = []
    for one in card.tasks:
        found.append((one_line(one.number), f"{standing_words(one, now)} · {ends(one)}", style(one, now)))
        found.append(("", one.wanted + (f" → {one.result}" if one.result else ""), ""))
    return found


def _clocks(card: TicketCard, now: datetime) -> list[Field]:
    found: list[Field] = []
    for clock in card.clocks:
        if clock.stopped_at is not None:
            late = clock.breached_at is not None
            value = _("missed") if late else _("met")
            found.append((_clock_title(clock), f"{clock.target}  {value}", "$error" if late else "$success"))
            continue
        words = spans.sentence(clock.due_at, clock.left, now, is_paused=clock.due_at is None)
        due = f"  {clock.due_at.astimezone():%m-%d %H:%M:%S}" if clock.due_at else ""
        is_late = clock.due_at is not None and now > clock.due_at
        provisional = "  " + _("provisional") if clock.is_provisional else ""
        value = f"{clock.target}  {words}{due}{provisional}"
        found.append((_clock_title(clock), value, "bold $error" if is_late else ""))
    return found


def _clock_title(clock: ClockRow) -> str:
    return clock_name(clock.kind) + (f" {clock.nth}" if clock.nth > 1 else "")


def _people(card: TicketCard) -> list[Field]:
    return [
        (_("Requester"), _person(card.requester), "bold" if card.requester and card.requester.is_vip else ""),
        (_("Department"), _department(card.requester), ""),
        (_("Contact"), _contact(card.requester), ""),
        (_("Holder"), _person(card.assignee), ""),
        (_("First-contact owner"), _person(card.first_contact), "$success"),
        *duty_fields(card),
    ]


def duty_fields(card: TicketCard) -> list[Field]:
    """Return what was before the present duty, and to whom it is offered; nothing while one person has had it all."""
    offered = [(_("Duty offered to"), _person(card.duty_offered), "$warning")] if card.duty_offered else []
    past = [(_("Answered before"), _duty(one), "") for one in card.duty if one.until is not None]
    return offered + past


def _duty(one: DutyRow) -> str:
    until = f"{one.until.astimezone():%m-%d %H:%M}" if one.until else ""
    return f"{one.owner}  {one.since.astimezone():%m-%d %H:%M} – {until}  {duty.ending(one.ended_by)}"


def _times(card: TicketCard) -> list[Field]:
    found = [
        (_("Opened at"), card.opened_at), (_("Accepted at"), card.accepted_at),
        (_("Responded at"), card.responded_at), (_("Resolved at"), card.resolved_at),
        (_("Closed at"), card.confirmed_at), (_("Changed at"), card.changed_at),
    ]  # fmt: skip
    lines: list[Field] = [(name, f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "-", "") for name, at in found]
    if card.csat is not None:
        stars = "★" * card.csat + "☆" * (5 - card.csat)
        lines.append((_("Rating"), f"{stars}  {one_line(card.survey_comment)}", "$accent"))
    if card.ease is not None:
        lines.append((_("Ease"), f"{card.ease} / 5", "$accent"))
    return lines


def _person(person: PersonCard | None) -> str:
    if person is None:
        return "-"
    latin = f" {person.name_latin}" if person.name_latin and person.name_latin != person.name else ""
    return f"{'★ ' if person.is_vip else ''}{person.name}{latin}  {person.login}"


def _department(person: PersonCard | None) -> str:
    if person is None:
        return "-"
    parts = (
        pick(person.company_en, person.company_zh),
        pick(person.department_en, person.department_zh),
        pick(person.title_en, person.title_zh),
    )
    return " · ".join(part for part in parts if part) or "-"


def _contact(person: PersonCard | None) -> str:
    return "  ".join(part for part in (person.phone, person.email) if part) or "-" if person else "-"


def _line(field: Field) -> Content:
    name, value, style = field
    gap = " " * max(1, 20 - cell_len(name))
    return Content.assemble((name + gap, "$foreground 60%"), (one_line(value), style))
