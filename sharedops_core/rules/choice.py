"""A choice explained: which rules hit, what the ticket needs, who can have it and who cannot, and what is at risk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from sharedops_core.i18n import _, joined, pick
from sharedops_core.rules import dispatch, spans
from sharedops_core.rules.dispatch import Hindrance, Need, Outcome, Skills, Verdict
from sharedops_core.rules.spans import span
from sharedops_core.rules.triage import Told


@dataclass(frozen=True, slots=True)
class Risk:
    """How comparable tickets went, of the same service item and priority, resolved lately: how many there were, how
    many missed their resolution target, how long they usually took; and how long this one still has."""

    missed: int = 0
    total: int = 0
    usual: timedelta | None = None
    left: timedelta | None = None

    @property
    def percent(self) -> int | None:
        """Return the share that missed, None without comparable tickets."""
        return round(100 * self.missed / self.total) if self.total else None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Who would get a ticket now, and why; `names` are the skills in the user's language.

    `triage` is what the rules made of the ticket when it was opened, `rule_names` what those rules are called.
    `holder` has it already; `asked` is offered it until `asked_until`; `declined` were offered it before while it
    waits, and said no or nothing.
    """

    number: str
    team: str
    outcomes: tuple[Outcome, ...]
    need: Need
    verdicts: tuple[Verdict, ...]
    risk: Risk
    names: Mapping[str, str]
    triage: Told = field(default_factory=Told)
    rule_names: Mapping[str, str] = field(default_factory=dict)
    holder: str = ""
    asked: str = ""
    asked_until: datetime | None = None
    declined: tuple[str, ...] = ()

    @property
    def chosen(self) -> str | None:
        """Return the login of whoever would get it, None when nobody can."""
        one = dispatch.chosen(self.verdicts)
        return one.login if one else None


def spelled_out(found: Explanation) -> list[tuple[str, list[str]]]:
    """Return an explanation as headings, each with its lines."""
    return [
        (_("Who would get it"), [*_standing(found), _choice(found)]),
        (_("Risk of breach"), list(_risk(found.risk))),
        (_("Candidates"), [verdict_line(one, found.names) for one in found.verdicts] or [_("nobody is in the team")]),
        (_("Needed"), list(_needed(found.need, found.names))),
        (_("Rules"), list(_rules(found)) or [_("no rules: no skills are needed")]),
        *([(_("When it was opened"), list(_triage(found)))] if found.triage.rules else []),
    ]


def _triage(found: Explanation) -> Iterator[str]:
    """Return the rules that hit at opening, and what they changed: nothing where it was so already."""
    for code in found.triage.rules:
        yield f"{_result(dispatch.HIT)}  {code} {found.rule_names.get(code, '')}".rstrip()
    if found.triage.priority:
        before, after = found.triage.priority
        yield _("priority {after} instead of {before}").format(before=before, after=after)
    if found.triage.tags:
        yield _("tags: {tags}").format(tags=joined(found.triage.tags))
    if found.triage.watchers:
        yield _("watched by: {logins}").format(logins=joined(found.triage.watchers))
    if found.triage.team:
        yield _("team: {team}").format(team=found.triage.team)


def _rules(found: Explanation) -> Iterator[str]:
    """Return what decides first, in its order; of the others the names will do."""
    deciding = (dispatch.HIT, dispatch.UNDECIDED)
    yield from (_rule(one, found.names) for one in found.outcomes if one.result in deciding)
    for result in (dispatch.MISSED, dispatch.UNREACHED):
        if others := [one.rule.code for one in found.outcomes if one.result == result]:
            yield spans.named(_result(result), joined(others))


def named(skills: Skills, names: Mapping[str, str]) -> str:
    """Return skills as people say them: "VPN and remote access 2, English"; level 1 goes without saying."""
    return joined(_skill(code, level, names) for code, level in skills.items()) or "-"


def _skill(code: str, level: float, names: Mapping[str, str]) -> str:
    return names.get(code, code) + (f" {level:g}" if level != 1 else "")


def _rule(one: Outcome, names: Mapping[str, str]) -> str:
    rule = one.rule
    both = ((_("must {skills}"), rule.must), (_("should {skills}"), rule.should))
    asked = [words.format(skills=named(skills, names)) for words, skills in both if skills]
    last = [_("the last word")] if rule.hit == dispatch.FIRST else []
    title = f"{_result(one.result)}  {rule.code} {pick(rule.name_en, rule.name_zh)}"
    outcome = f"{rule.condition} -> {joined([*asked, *last]) or '-'}"
    return spans.named(title, outcome) if one.result == dispatch.HIT else title


def _result(result: str) -> str:
    return {
        dispatch.HIT: _("hit"), dispatch.MISSED: _("no hit"), dispatch.UNREACHED: _("not reached"),
        dispatch.UNDECIDED: _("not decidable"),
    }[result]  # fmt: skip


def _needed(need: Need, names: Mapping[str, str]) -> Iterator[str]:
    yield _("must: {skills}").format(skills=named(need.must, names))
    yield _("should: {skills}").format(skills=named(need.should, names))
    yield _("room for {weight}").format(weight=f"{need.weight:g}")


def verdict_line(one: Verdict, names: Mapping[str, str]) -> str:
    """Return a candidate in one line: the points and what they are made of, or everything that is in the way."""
    who = f"{one.candidate.login} {one.candidate.name}"
    if one.hindrances:
        return "-  " + _("{who}: {why}").format(
            who=who, why=joined(hindrance_words(each, names) for each in one.hindrances)
        )
    parts = joined(f"{part_name(part.name)} {part.points:g}/{part.most:g}" for part in one.parts)
    return "+  " + _("{who}: {why}").format(who=who, why=f"{one.score:g} = {parts}")


def hindrance_words(one: Hindrance, names: Mapping[str, str]) -> str:
    """Return in a few words what is in the way."""
    words = {
        "lane": _("not of the lane"), "absent": _("absent until {until}"),
        "shift": _("off shift until {until}"), "skill": _("no {skill}"), "full": _("full {has}/{wanted}"),
    }[one.kind]  # fmt: skip
    if one.kind == "skill" and one.has:
        words = _("{skill} needed, has {has}")
    skill = _skill(one.skill, one.wanted, names)
    return words.format(until=_at(one.until), skill=skill, has=f"{one.has:g}", wanted=f"{one.wanted:g}")


def part_name(name: str) -> str:
    """Return what points are given for, in the user's language."""
    return {
        "skill": _("skill"), "room": _("room"), "affinity": _("affinity"), "turn": _("turn"),
    }.get(name, name)  # fmt: skip


def _at(moment: datetime | None) -> str:
    return moment.astimezone().strftime("%m-%d %H:%M") if moment else "-"


def _standing(found: Explanation) -> Iterator[str]:
    if found.holder:
        yield _("held by {who}; were it free, it would go to:").format(who=found.holder)
    if found.asked:
        yield _("offered to {who} until {until}").format(who=found.asked, until=_at(found.asked_until))
    if found.declined:
        yield _("not offered again while it waits, because they said no or nothing: {who}").format(
            who=joined(found.declined)
        )


def _choice(found: Explanation) -> str:
    if found.chosen is None:
        return _("nobody of {team} can have it now").format(team=found.team or "-")
    best = found.verdicts[0]
    return _("{who} with {score} points").format(who=f"{found.chosen} {best.candidate.name}", score=f"{best.score:g}")


def _risk(risk: Risk) -> Iterator[str]:
    if risk.percent is None:
        yield _("- (no comparable ticket has been resolved yet)")
    else:
        yield _("{percent} % ({missed} of {total} comparable tickets missed their target)").format(
            percent=risk.percent, missed=risk.missed, total=risk.total
        )
    if risk.usual is not None and risk.left is not None:
        yield _("these usually took {usual}; {left} left").format(
            usual=span(risk.usual), left=span(max(risk.left, timedelta()))
        )


def document(found: Explanation) -> dict[str, object]:
    """Return an explanation for machines, in no language."""
    return {
        "number": found.number, "team": found.team, "chosen": found.chosen,
        "holder": found.holder or None, "asked": found.asked or None, "asked_until": found.asked_until,
        "declined": list(found.declined),
        "rules": [{"code": one.rule.code, "when": one.rule.condition, "hit": one.rule.hit, "result": one.result}
                  for one in found.outcomes],
        "triage": asdict(found.triage),
        "need": {"must": dict(found.need.must), "should": dict(found.need.should), "weight": found.need.weight},
        "candidates": [_candidate(one) for one in found.verdicts],
        "risk": {"percent": found.risk.percent, "missed": found.risk.missed, "total": found.risk.total,
                 "usual": found.risk.usual, "left": found.risk.left},
    }  # fmt: skip


def _candidate(one: Verdict) -> dict[str, object]:
    return {
        "login": one.candidate.login, "score": one.score, "parts": {part.name: part.points for part in one.parts},
        "hindrances": [_hindrance(each) for each in one.hindrances],
    }  # fmt: skip


def _hindrance(one: Hindrance) -> dict[str, object]:
    said = {"skill": one.skill, "wanted": one.wanted, "has": one.has, "until": one.until}
    kept: Sequence[str] = {"skill": ("skill", "wanted", "has"), "full": ("wanted", "has"), "shift": ("until",),
                           "absent": ("until",)}.get(one.kind, ())  # fmt: skip
    return {"kind": one.kind} | {name: said[name] for name in kept}
