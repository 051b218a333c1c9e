"""The stage of a script: when somebody is there to act, how a ticket is opened, and what its requester does."""

from collections.abc import Sequence

from sharedops_core.desk.journal import Story
from sharedops_core.intake.living import script
from sharedops_core.intake.living import words as wording
from sharedops_core.intake.living.cast import Agent, Cast, Requester
from sharedops_core.intake.living.plan import Plan, Planner, on_shift
from sharedops_core.intake.living.tale import Tale
from sharedops_core.intake.living.words import Speech, Words
from sharedops_core.rules import commitments, lifecycle
from sharedops_core.rules.opentime import OpenTime, to_instant

_REASONS = {
    1: ("wrong_queue", "wrong_queue", "workload", "other"),
    2: ("needs_line_2_skill",) * 5 + ("permission", "workload", "wrong_queue"),
    3: ("needs_line_3_skill",) * 5 + ("permission", "other"),
}
_SPOKEN = ("phone", "walk-in", "chat")


class Stage:
    """One ticket on its way from its opening to its fate; nothing happens after `at`."""

    def __init__(self, plan: Plan, planner: Planner, words: Words) -> None:
        self.plan, self.planner, self.rng, self.at = plan, planner, planner.rng, planner.at
        self.cast: Cast = planner.cast
        calendar = self.cast.policies[plan.policy_id].calendar
        self.speech = Speech(words, self.rng, plan.item, plan.requester, plan.opened, calendar)
        terms_id = self.cast.policies[plan.policy_id].terms_id
        self.tale = Tale(plan, plan.team, plan.opened, plan.priority, terms_id)
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
        self.tale.tag(self._tags())
        fixed = {
            "kind": self.plan.item.kind, "subject": self.subject, "channel": channel, "item_id": self.plan.item.id,
            "policy_id": self.plan.policy_id, "lane": self.plan.item.lane, "requester_id": self.plan.requester.id,
            "opened_by_id": self.tale.entries[0].actor_id, "opened_at": self.tale.entries[0].at,
        }  # fmt: skip
        return self.tale.story(fixed)

    def _tags(self) -> list[str]:
        code, tags = self.plan.item.code, self.planner.shares["tags"]
        return sorted(tag for tag, begins in tags.items() if code.startswith(tuple(begins)))

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

    @property
    def _agent(self) -> Agent:
        assert self.tale.holder is not None  # noqa: S101  scripts take a ticket before they work on it
        return self.tale.holder

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
