"""Playing a script: who does each step, at which minute of their shift, and in which words."""

from collections.abc import Sequence

from sharedops_core.desk.journal import Story
from sharedops_core.intake.living import script
from sharedops_core.intake.living import words as wording
from sharedops_core.intake.living.cast import Agent, Cast, Requester, Team
from sharedops_core.intake.living.plan import Plan, Planner, on_shift, pick
from sharedops_core.intake.living.tale import SLOTS, Tale
from sharedops_core.intake.living.words import Speech, Words
from sharedops_core.rules import commitments, lifecycle
from sharedops_core.rules.opentime import OpenTime, to_instant

_REASONS = {
    1: ("wrong_queue", "wrong_queue", "workload", "other"),
    2: ("needs_line_2_skill",) * 5 + ("permission", "workload", "wrong_queue"),
    3: ("needs_line_3_skill",) * 5 + ("permission", "other"),
}
_SPOKEN = ("phone", "walk-in", "chat")


class Scene:
    """One ticket played from its opening to its fate; nothing happens after `at`."""

    def __init__(self, plan: Plan, planner: Planner, words: Words) -> None:
        self.plan, self.planner, self.rng, self.at = plan, planner, planner.rng, planner.at
        self.cast: Cast = planner.cast
        calendar = self.cast.policies[plan.policy_id].calendar
        self.speech = Speech(words, self.rng, plan.item, plan.requester, plan.opened, calendar)
        self.tale = Tale(plan, plan.team, plan.opened, plan.priority)
        self.asked: str | None = None

    def play(self) -> Story:
        """Return the whole ticket."""
        steps = script.steps(self.plan, self.rng)
        if "change" in steps:
            self.tale.priority = min(4, self.plan.priority + 1) if self.plan.priority < 4 else 3
        channel = self._open()
        if steps:
            hours = self.planner.hours(self.plan.policy_id)
            for step, due in zip(steps, self._moments(steps, hours), strict=True):
                self._step(step, due)
        fixed = {
            "kind": self.plan.item.kind, "subject": self.subject, "channel": channel, "item_id": self.plan.item.id,
            "policy_id": self.plan.policy_id, "requester_id": self.plan.requester.id,
            "opened_by_id": self.tale.entries[0].actor_id, "opened_at": self.tale.entries[0].at,
        }  # fmt: skip
        return self.tale.story(fixed)

    # When -------------------------------------------------------------------------------------------------------

    def _moments(self, steps: Sequence[str], hours: OpenTime) -> list[int]:
        return script.moments(self.plan, steps, self._first_answer(hours), hours, self.at, self.rng)

    def _first_answer(self, hours: OpenTime) -> int:
        """Return when somebody first answers: mostly within the response target."""
        if self.tale.first_contact is not None:
            return min(self.plan.opened + self.rng.randint(30, 400), self.at)
        target = self.planner.length(self.plan, commitments.RESPONSE)
        share = self.rng.uniform(0.05, 0.75) if self.rng.random() < 0.92 else self.rng.uniform(1.05, 1.8)
        return min(hours.reach(self.plan.opened, max(20, int(target * share))), self.at)

    def _step(self, step: str, due: int) -> None:
        """Play one step, unless it can be left out and nobody is there for it any more."""
        actor_hours = self._actor_hours(step)
        if step in script.OPTIONAL and not any(actor_hours.spans(self.tale.now + 20, self.at)):
            return
        self.speech.agent = self.tale.holder or self.speech.agent
        getattr(self, f"_{step}")(due)

    def _actor_hours(self, step: str) -> OpenTime:
        is_requester = step in ("answer", "chase", "thanks", "rate") or self.tale.holder is None
        return self.plan.requester.hours if is_requester or self.tale.holder is None else self.tale.holder.hours

    def _when(self, hours: OpenTime, due: int) -> int:
        """Return the next instant of somebody's hours at or after `due`; before now, if need be the last one."""
        due = max(due, self.tale.now + self.rng.randint(25, 150))
        found = hours.reach(due, 0)
        if found > due:
            found += self.rng.randint(20, 1500)
        if found > self.at:
            spans = list(hours.spans(self.tale.now + 1, self.at))
            found = self.rng.randrange(*spans[-1]) if spans else max(self.tale.now, min(due, self.at))
        self.speech.now = found
        return found

    # The opening ------------------------------------------------------------------------------------------------

    def _open(self) -> str:
        """Write the opening and return its channel; calls and visits need somebody who answers."""
        shares = self.planner.shares["channels"]
        channel = str(self.rng.choices(list(shares), list(shares.values()))[0])
        opener = None
        if channel in _SPOKEN:
            hero = self.planner.hero[0] if self.planner.hero else None
            there = [one for one in on_shift(self.plan.team, self.plan.opened) if not self.plan.part or one is hero]
            opener = self.rng.choice(there) if there else None
        if channel in ("phone", "walk-in") and opener is None:
            channel = "portal"
        self.tale.open(opener if channel != "chat" else None)
        self.subject = wording.subject(self.speech)
        self.tale.say("in", self.plan.requester, wording.first_message(self.speech, channel))
        return channel

    # Steps of the holder ----------------------------------------------------------------------------------------

    def _taker(self, due: int) -> Agent:
        """Return who takes the ticket: the hero when it is hers, who took the call, else who is there."""
        hero = self.planner.hero
        if hero and self.plan.part in ("own", "elsewhere", "back"):
            return hero[0]
        return self.tale.first_contact or pick(self.tale.team, due, self.rng)

    def _take(self, due: int) -> None:
        agent = self._taker(due)
        at = self._when(agent.hours, due)
        self.tale.holder = self.speech.agent = agent
        self.tale.act("take", at, agent)

    def _assign(self, due: int) -> None:
        lead = next((one for one in self.tale.team.members if one.login == self.tale.team.lead_login), None)
        actor = lead or pick(self.tale.team, due, self.rng)
        at = self._when(actor.hours, due)
        self.tale.holder = pick(self.tale.team, at, self.rng)
        self.tale.first_contact = self.tale.first_contact or self.tale.holder
        self.tale.act("assign", at, actor)

    @property
    def _agent(self) -> Agent:
        assert self.tale.holder is not None  # noqa: S101  scripts take a ticket before they work on it
        return self.tale.holder

    def _reply(self, due: int, role: str, key: str = "any", *, other: str = "any") -> None:
        at = self._when(self._agent.hours, due)
        self._reply_with(at, self.speech.say(role, key, other=other))

    def _reply_with(self, at: int, body: str) -> None:
        self.tale.act("reply", at, self._agent)
        self.tale.say("out", self._agent, body)

    def _ack(self, due: int) -> None:
        self._reply(due, "ack")

    def _progress(self, due: int) -> None:
        self._reply(due, "progress")

    def _ask(self, due: int) -> None:
        question, self.asked = self._pair()
        self._reply_with(self._when(self._agent.hours, due), self.speech.fill(question))

    def _pair(self) -> tuple[str, str]:
        item, language, words = self.plan.item, self.speech.language, self.speech.words
        found = words.fitting(language, "pairs", item.category, item) if self.rng.random() < 0.6 else None
        key = item.kind if self.rng.random() < 0.55 else "any"
        question, answer = found or words.draw(language, "pairs", key)
        return str(question), str(answer)

    def _note(self, due: int) -> None:
        is_known = self.plan.item.article and self.rng.random() < 0.2
        say = self.speech.say_fitting
        self._write_note(
            due, self.speech.say("note", "kb") if is_known else say("note", self.plan.item.category, "any")
        )

    def _write_note(self, due: int, body: str) -> None:
        at = self._when(self._agent.hours, due)
        self.tale.act("note", at, self._agent)
        self.tale.say("internal", self._agent, body)

    def _retry(self, due: int) -> None:
        self._reply(due, "retry")

    def _wait(self, due: int) -> None:
        """Say what is waited for, then set the ticket to waiting."""
        reason = self.plan.reason if self.plan.fate == "waiting" else self._wait_reason()
        self._reply(due, "wait", reason, other="other")
        at = min(self.tale.now + self.rng.randint(20, 120), self.at)
        self.tale.waiting_for = reason
        self.tale.act("wait", at, self._agent, reason=reason)

    def _wait_reason(self) -> str:
        waits = self.planner.shares["waits"]
        known = self.cast.reasons.get("waiting", ["other"])
        reasons = [one for one in known if self.plan.item.category in waits.get(one, self.plan.item.category)]
        if "requester" in reasons and (self.plan.reason == "no_reply" or self.rng.random() < 0.5):
            return "requester"
        return self.rng.choice(reasons)

    def _resume(self, due: int) -> None:
        """Go on: the requester answers, or the agent says that what was waited for has come."""
        if self.tale.waiting_for == "requester":
            self._receive(due, self.speech.say("resume", "answer"))
            return
        at = self._when(self._agent.hours, due)
        self.tale.act("resume", at, self._agent)
        self._reply(self.tale.now, "resume")

    def _change(self, due: int) -> None:
        before, self.tale.priority = self.tale.priority, self.plan.priority
        at = self._when(self._agent.hours, due)
        self.tale.act("change", at, self._agent, detail={"priority": [before, self.plan.priority]})

    def _resolve(self, due: int) -> None:
        at = self._when(self._agent.hours, due)
        item = self.plan.item
        general = "question" if self.speech.is_question and item.kind == "request" else item.kind
        is_plain = general == "question"
        done = self.speech.say_fitting("resolve", "-" if is_plain else f"{item.kind}_{item.category}", general)
        check = self.speech.say("resolve", "check_incident" if self._kind() == "incident" else "check")
        self.tale.decide("withdrawn", at, self._agent)
        self.tale.act("resolve", at, self._agent)
        self.tale.say("out", self._agent, self.speech.join(done, check))

    def _remind(self, due: int) -> None:
        self._reply(due, "wait", "requester")

    def _drop(self, due: int) -> None:
        """Cancel on the desk's side, after saying why."""
        at = self._when(self._agent.hours, due)
        self._reply_with(at, self.speech.say("cancel", self.plan.reason, other="other"))
        self.tale.act("cancel", min(at + self.rng.randint(20, 200), self.at), self._agent, reason=self.plan.reason)

    # Steps between teams ----------------------------------------------------------------------------------------

    def _hand_1(self, due: int) -> None:
        hero = self.planner.hero
        if hero is not None:
            self._offer(due, hero[1], hero[0] if self.plan.part == "to_me" else None)

    def _hand_2(self, due: int) -> None:
        self._offer(due, self.plan.item.teams[1], None)

    def _hand_3(self, due: int) -> None:
        self._offer(due, self.plan.item.teams[2], None)

    def _hand_back(self, due: int) -> None:
        self._offer(due, self.plan.team, None)

    def _offer(self, due: int, team: Team | None, agent: Agent | None) -> None:
        if team is None or team is self.tale.team or not team.members:
            return
        at = self._when(self._agent.hours, due)
        if agent is None and self.rng.random() < 0.2:
            agent = pick(team, at, self.rng)
        known = self.cast.reasons.get("hand_off", ["other"])
        reasons = [one for one in _REASONS[team.line] if one in known] or known
        slots = dict(zip(SLOTS, self._slots(team.line), strict=True))
        self.tale.hand_off(at, (team, agent), self.rng.choice(reasons), slots)

    def _slots(self, line: int) -> list[str]:
        say = self.speech.say
        asked = say("handoff", "asked")
        if asked.endswith(self.speech["phrase"]):
            asked = wording.sentence(asked, self.speech.language)
        found = f"found_{self.plan.item.category}" if self.plan.item.kind == "incident" else "found"
        return [asked, say("handoff", "tried"), say("handoff", "found_back" if line == 1 else found, other="found"),
                say("handoff", "promised"), say("handoff", f"wanted_{line}")]  # fmt: skip

    def _accept(self, due: int) -> None:
        receiver = self._receiver(due)
        if receiver is not None:
            self.tale.accept(self._when(receiver.hours, due), receiver)
            self.speech.agent = receiver

    def _receiver(self, due: int) -> Agent | None:
        """Return who answers an offer: whom it names; on its way home the one who gave it away first."""
        if self.tale.offered_to is None:
            return None
        team, agent = self.tale.offered_to
        if team is self.plan.team and self.tale.first_contact in team.members:
            return self.tale.first_contact
        return agent or pick(team, due, self.rng)

    def _give_back(self, due: int) -> None:
        """Return the offer with a reason, and say in a note what is missing."""
        receiver = self._receiver(due)
        if receiver is None:
            return
        reason = self.rng.choice(self.cast.reasons.get("give_back", ["other"]))
        at = self._when(receiver.hours, due)
        self.tale.decide("given_back", at, receiver, reason)
        self.tale.act("give_back", at, receiver, reason=reason)
        self.tale.act("note", min(at + self.rng.randint(10, 90), self.at), receiver)
        self.tale.say("internal", receiver, self.speech.say("give_back", reason, other="other"))

    def _returned(self, due: int) -> None:
        self._write_note(due, self.speech.say("returned"))

    def _bounce(self, due: int) -> None:
        self._write_note(due, self.speech.say("bounce"))

    def _escalate(self, due: int) -> None:
        """Tell the lead of the team, by somebody else than the lead."""
        told = self.tale.team.lead_login or self.cast.chief
        others = [one for one in self.tale.team.members if one.login != told]
        actor = self._agent if self._agent.login != told else next(iter(others), None)
        if told is None or actor is None:
            return
        known = self.cast.reasons.get("escalation", ["other"])
        usual = ("breached",) if self.plan.left == "overdue" else ("at_risk", "chased_repeatedly", "decision_needed")
        reason = self.rng.choice([one for one in usual if one in known] or known)
        at = self._when(actor.hours, due)
        self.tale.level += 1
        detail: dict[str, object] = {"level": self.tale.level, "told": told}
        self.tale.act("escalate", at, actor, reason=reason, detail=detail)
        self.tale.say("internal", actor, f"@{told} {self.speech.say('escalate', reason, other='other')}")

    # Steps of the requester -------------------------------------------------------------------------------------

    def _kind(self) -> str:
        """Return "incident" now and then for one, because some sentences fit incidents only."""
        return "incident" if self.plan.item.kind == "incident" and self.rng.random() < 0.45 else "any"

    def _receive(self, due: int, body: str) -> None:
        requester: Requester = self.plan.requester
        self.tale.act("receive", self._when(requester.hours, due), requester)
        self.tale.say("in", requester, body)

    def _answer(self, due: int) -> None:
        if self.asked is not None:
            self._receive(due, self.speech.fill(self.asked))

    def _chase(self, due: int) -> None:
        self._receive(due, self.speech.say("chase", self._kind()))

    def _thanks(self, due: int) -> None:
        self._receive(due, self.speech.say("thanks"))

    def _withdraw(self, due: int) -> None:
        """Cancel on the requester's side, after saying why."""
        self._receive(due, self.speech.say("cancel", self.plan.reason, other="other"))
        at = min(self.tale.now + self.rng.randint(20, 200), self.at)
        self.tale.act("cancel", at, self.plan.requester, reason=self.plan.reason)

    def _confirm(self, due: int) -> None:
        """The requester confirms; now and then an agent does on their word."""
        actor: Agent | Requester = self.plan.requester if self.rng.random() < 0.88 else self._agent
        self.tale.act("confirm", self._when(actor.hours, due), actor)

    def _reopen(self, due: int) -> None:
        requester = self.plan.requester
        self.tale.act("reopen", self._when(requester.hours, due), requester)
        self.tale.say("in", requester, self.speech.say("reopen", self._kind()))

    def _rate(self, due: int) -> None:
        is_sour = self.tale.state != lifecycle.CONFIRMED or any(one.act == "reopen" for one in self.tale.entries)
        csat = self.rng.choices((5, 4, 3, 2, 1), (10, 20, 25, 25, 20) if is_sour else (52, 32, 8, 4, 4))[0]
        at = self._when(self.plan.requester.hours, due)
        self.tale.act("rate", at, self.plan.requester, detail={"csat": csat})
        comment = self.speech.say("survey", "good" if csat > 3 else "fair" if csat == 3 else "bad")
        ease = min(5, max(1, csat + self.rng.choice((-1, 0, 0, 1)))) if self.rng.random() < 0.7 else None
        self.tale.survey = {"csat": csat, "ease": ease, "comment": comment, "at": to_instant(at)}
