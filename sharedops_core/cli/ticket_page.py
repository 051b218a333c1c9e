"""How `ticket show` prints a ticket: fields, clocks, conversation, journal, and who has had it in hand."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sharedops_core.cli import context, output
from sharedops_core.i18n import _, clauses, joined, pick
from sharedops_core.rules import duty, lifecycle, links, spans
from sharedops_core.rules.commitments import clock_name
from sharedops_core.rules.handoff import SLOTS, decision_name, slot_name
from sharedops_core.rules.ledger import DESK, party_name
from sharedops_core.rules.permissions import lane_name
from sharedops_core.rules.text import one_line

if TYPE_CHECKING:
    from sharedops_core.views.clocks import HeldRow
    from sharedops_core.views.duplicates import LikelyRow
    from sharedops_core.views.ticket import ClockRow, TicketCard


def fields(card: "TicketCard") -> None:
    """Print what a ticket is and how it stands."""
    from sharedops_core.views.handoffs import leg
    from sharedops_core.views.tasks import standing_words, whom
    from sharedops_core.views.ticket import state_words

    output.show(f"{card.number}  {one_line(card.subject)}\n")
    team = f"L{card.line} {pick(card.team.name_en, card.team.name_zh)}" if card.team else "-"
    people = {
        _("Requester"): card.requester, _("Holder"): card.assignee, _("First-contact owner"): card.first_contact,
    }  # fmt: skip
    lines = {
        _("State"): one_line(state_words(card)),
        _("Priority"): f"P{card.priority}",
        _("Service item"): f"{card.item_code} {pick(card.item_en, card.item_zh)}" if card.item_code else "-",
        _("Team"): team,
        _("Tags"): " ".join(card.tags) or "-",
        **({_("Confidential"): lane_name(card.lane)} if card.lane else {}),
        **({_("Offered to"): _pushed(card)} if card.pushed else {}),
        **{name: f"{one_line(who.name)} ({who.login})" if who else "-" for name, who in people.items()},
        **{_title(clock): _clock(clock) for clock in card.clocks},
        _("Opened at"): output.text_of(card.opened_at),
        _("Resolved at"): output.text_of(card.resolved_at),
    }
    if card.source:
        lines[_("Source says")] = joined(
            f"{key}={value}" for key, value in card.source_facts.items() if value is not None
        )
    for name, value in lines.items():
        output.show("  " + spans.named(name, one_line(value)))
    for handoff in card.handoffs:
        output.show(f"  {output.text_of(handoff.offered_at)}  {leg(card, handoff)}")
    for task in card.tasks:
        gate = " · " + _("gate") if task.is_gate and task.is_standing else ""
        output.show(f"  {task.number}{gate}  {whom(task)} · {standing_words(task, context.now())}")
        output.show(f"    {one_line(task.wanted)}" + (f" -> {one_line(task.result)}" if task.result else ""))


def _pushed(card: "TicketCard") -> str:
    words = _("{who} until {until}")
    return words.format(who=card.pushed.login if card.pushed else "-", until=output.text_of(card.pushed_until))


def _title(clock: "ClockRow") -> str:
    return clock_name(clock.kind) + (f" {clock.nth}" if clock.nth > 1 else "")


def _clock(clock: "ClockRow") -> str:
    if clock.stopped_at is not None:
        verdict = _("missed") if clock.breached_at else _("met")
        return f"{clock.target}, {verdict}"
    words = spans.sentence(clock.due_at, clock.left, context.now(), is_paused=clock.due_at is None)
    due = f" ({output.text_of(clock.due_at)})" if clock.due_at else ""
    provisional = " " + _("provisional") if clock.is_provisional else ""
    return f"{clock.target}, {words}{due}{provisional}"


def duty_record(card: "TicketCard") -> None:
    """Print who has answered for a ticket, until what ended that, and to whom it was offered with what reason."""
    output.show("\n" + _("First-contact duty:"))
    for one in card.duty:
        until = output.text_of(one.until) if one.until else ""
        output.show(
            f"  {output.text_of(one.since)} - {until or '…'}  {one_line(one.owner)}  {duty.ending(one.ended_by)}"
        )
        for offer in one.offers:
            words = clauses(one_line(text) for text in (offer.why, offer.answer) if text)
            ended = duty.ending(offer.ended_by) if offer.ended_by else _("waits for an answer")
            people = f"{one_line(offer.by) or 'sharedops'} -> {one_line(offer.to)}"
            output.show(f"    {output.text_of(offer.at)}  {people}  [{ended}]  {words}".rstrip())


def related(card: "TicketCard", likely: "Sequence[LikelyRow]" = ()) -> None:
    """Print what a ticket is linked to, who helps with it and watches it, and what is likely the same."""
    output.show("\n" + _("Related:"))
    for one in card.related:
        state = lifecycle.state_name(one.state)
        output.show(f"  {links.role_name(one.role)}  {one_line(one.number)}  [{state}]  {one_line(one.subject)}")
    for who in card.people:
        output.show(f"  {links.companion_name(who.state)}  {one_line(who.name)} ({who.login})")
    for row in likely:
        alike = _("likely the same")
        output.show(f"  {alike}  {one_line(row.number)}  {row.likeness} %  {one_line(row.subject)}")
    if not card.related and not card.people and not likely:
        output.show("  -")


def conversation(card: "TicketCard") -> None:
    """Print who said what to whom, and the hand-offs with their slots."""
    from sharedops_core.views.tasks import noted

    names = {"in": _("from the requester"), "out": _("to the requester"), "internal": _("internal note")}
    about = noted(card.tasks)
    for message in card.thread:
        where = "".join(f"  {one_line(one)}" for one in (message.ticket, about.get((message.at, message.body))) if one)
        output.show(f"\n{output.text_of(message.at)}  {one_line(message.author)}  [{names[message.direction]}]{where}")
        output.show("\n".join(f"  {line}" for line in message.body.split("\n")))
    for handoff in card.handoffs:
        teams = [team.code if team else "-" for team in (handoff.from_team, handoff.to_team)]
        decision = f"{decision_name(handoff.decision)} {one_line(handoff.decided_by)}".strip()
        title = _("hand-off")
        output.show(f"\n{output.text_of(handoff.offered_at)}  {title} {teams[0]} -> {teams[1]}  [{decision}]")
        for slot in SLOTS:
            output.show("  " + spans.named(slot_name(slot), one_line(getattr(handoff, slot))))
        for one in handoff.answers:
            output.show(f"  {one.question.words} {one_line(one.text)}")


def audit(card: "TicketCard") -> None:
    """Print the journal."""
    output.show("")
    for event in card.events:
        reason = f"  {one_line(card.name_of(event.reason))}" if event.reason else ""
        tags = _tags(event.detail) + _links(event.detail)
        before = f"{lifecycle.state_name(event.from_state)} -> " if event.from_state not in (None, event.state) else ""
        output.show(
            f"{event.seq:>3}  {output.text_of(event.at)}  {one_line(event.actor) or 'sharedops'}"
            f"  {lifecycle.act_name(event.act)}  {before}{lifecycle.state_name(event.state)}{reason}{tags}"
        )


def _tags(detail: "Mapping[str, object]") -> str:
    from sharedops_core.rules.tags import said

    added, removed = said(detail)
    return "".join(f"  {sign}{one_line(tag)}" for sign, tags in (("+", added), ("-", removed)) for tag in tags)


def _links(detail: "Mapping[str, object]") -> str:
    """Return in words what a line says of links, with the tickets at their other ends."""
    told = detail.get("links")
    together = f"  {with_words(detail)}" if detail.get("with") else ""
    words = told if isinstance(told, list) else []
    return "".join(f"  {one_line(links.word_name(str(one)))}" for one in words) + together


def with_words(detail: "Mapping[str, object]") -> str:
    """Return in words with which ticket another one was resolved."""
    return _("with {number}").format(number=one_line(str(detail.get("with") or "")))


def held(rows: "Sequence[HeldRow]") -> None:
    """Print who has had the ticket in hand; the last line is the sum."""
    output.show("\n" + _("Time held (open hours, elapsed):"))
    for row in rows:
        times = f"{spans.clock(row.open_time)}  {spans.clock(row.wall_time)}"
        output.show(f"  {output.text_of(row.start)}  {in_hand(row)}  {times}")
    whole = [sum((getattr(row, name) for row in rows), timedelta()) for name in ("open_time", "wall_time")]
    output.show("  " + spans.named(_("sum"), "  ".join(map(spans.clock, whole))))


def in_hand(row: "HeldRow") -> str:
    """Return in whose hand a ticket was: line, team and agent of the desk, else whoever was waited for."""
    if row.party != DESK:
        return party_name(row.party)
    return f"L{row.line} {pick(row.team_en, row.team_zh)} {one_line(row.agent) or '-'}"
