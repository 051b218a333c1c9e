"""Playing a script: who does each step, at which minute of their shift, and in which words."""

from sharedops_core.intake.living import words as wording
from sharedops_core.intake.living.cast import Agent, Team
from sharedops_core.intake.living.plan import pick
from sharedops_core.intake.living.stage import Stage
from sharedops_core.intake.living.tale import SLOTS

_REASONS = {
    1: ("wrong_queue", "wrong_queue", "workload", "other"),
    2: ("needs_line_2_skill",) * 5 + ("permission", "workload", "wrong_queue"),
    3: ("needs_line_3_skill",) * 5 + ("permission", "other"),
}
_SPOKEN = ("phone", "walk-in", "chat")


class Scene(Stage):
    """One ticket played by the desk: what its holders do, and what goes on between teams."""

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
