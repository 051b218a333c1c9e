"""Short words for histories: acts at wall-clock times of an office, told one by one or drawn at random."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from sharedops_core.rules import commitments, history, lifecycle
from sharedops_core.rules.calendar import WEEKDAYS, Calendar, parse_calendar
from sharedops_core.rules.commitments import Clock, Policy, Run
from sharedops_core.rules.history import Entry


def office(name: str, tz: str, *segments: list[str], **more) -> Calendar:
    """Return a calendar with the same segments from Monday to Friday."""
    return parse_calendar(name, {"tz": tz, "hours": {day: list(segments) for day in WEEKDAYS[:5]}, **more})


CN = office("CN", "Asia/Shanghai", ["09:00", "12:00"], ["13:30", "18:00"])
LONG = office("CN", "Asia/Shanghai", ["08:00", "20:00"])
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PAUSING = {"requester": ["resolution", "update", "line"], "supplier": ["resolution", "update", "line"],
           "other_team": []}  # fmt: skip
TARGETS = {"response": {1: "15m", 2: "30m", 3: "2h", 4: "4h"}, "resolution": {1: "4h", 2: "8h", 3: "16h", 4: "40h"}}


def at(text: str, calendar: Calendar = CN) -> datetime:
    """Return the instant of "02 09:00", a wall-clock time in March 2026, or of a whole date and time."""
    return calendar.instant(datetime.fromisoformat(text if text.count("-") > 1 else f"2026-03-{text}"))


def wall(instant: datetime | None, calendar: Calendar = CN) -> str | None:
    """Return an instant as "02 09:00", None for none."""
    return instant and f"{instant.astimezone(calendar.zone):%d %H:%M}"


def policy(targets=None, *, calendar=CN, pausing=PAUSING, terms_id=1, **more) -> Policy:
    """Return a policy; a target that is one text holds for every priority."""
    written = TARGETS | (targets or {})
    whole = {key: dict.fromkeys(range(1, 5), one) if isinstance(one, str) else one for key, one in written.items()}
    return Policy(calendar, whole, pausing, terms_id=terms_id, **more)


def told(*acts) -> list[Entry]:
    """Return the history of acts such as ("02 10:00", "wait", {"waiting_reason": "requester"})."""
    entries: list[Entry] = []
    for when, act, *changes in acts:
        moment = at(when) if isinstance(when, str) else when
        entries.append(following(entries[-1] if entries else None, moment, act, **(changes[0] if changes else {})))
    return entries


def following(last: Entry | None, moment: datetime, act: str, **changes) -> Entry:
    """Return the entry of an act after the last one, as the journal would write it."""
    if last is None:
        return Entry(moment, act, lifecycle.RECEIVED, **{"terms_id": 1} | changes)
    state = lifecycle.after(act, last.state)
    usual = {"at": moment, "act": act, "state": state, "from_state": last.state, "is_person": True, "alarm": None,
             "promised_for": None}  # fmt: skip
    entry = replace(last, **usual | changes)
    return entry if state == lifecycle.WAITING else replace(entry, waiting_reason=None)


def folded(entries, *policies) -> tuple[history.Summary, commitments.PolicyOf]:
    """Return what the rules of commitments take: a summary, and the policies by their version."""
    return history.replay(entries), {one.terms_id: one for one in policies or (policy(),)}.__getitem__


def clock(entries, kind: str, *policies, nth: int = 1) -> Clock | None:
    """Return a clock as it stands after the last entry, None when there is none."""
    found = commitments.clocks(*folded(entries, *policies))
    return next((one for one in found if (one.kind, one.nth) == (kind, nth)), None)


def run(entries, kind: str, *policies, nth: int = 1) -> Run:
    """Return a clock before it is computed."""
    found = commitments.runs(*folded(entries, *policies))
    return next(one for one in found if (one.kind, one.nth) == (kind, nth))


_DRAWN = ("take", "reply", "note", "receive", "wait", "resume", "change", "hand_off", "accept", "give_back", "resolve",
          "confirm", "reopen", "cancel", "promise", "keep", "recompute")  # fmt: skip
STEPS = st.tuples(st.sampled_from(_DRAWN), st.integers(1, 700), st.integers(0, 11))
"""An act, the minutes since the act before, and a number that chooses among what the act leaves open."""


def drawn(last: list[Entry], step) -> list[Entry]:
    """Return the history with one more drawn act, or as it was where the act is not possible."""
    act, minutes, pick = step
    now = last[-1]
    if now.state not in lifecycle.MOVES[act]:
        return last
    moment = now.at + minutes * MINUTE
    promises = [one.what for one in history.replay(last).promises if one.end is None]
    if (act in ("accept", "give_back") and now.offered_team_id is None) or (act == "keep" and not promises):
        return last
    changes = {
        "take": {"assignee_id": pick}, "wait": {"waiting_reason": ("requester", "supplier", "other_team")[pick % 3]},
        "change": {"priority": pick % 4 + 1}, "hand_off": {"offered_team_id": pick % 3 + 1},
        "accept": {"team_id": now.offered_team_id, "line": now.offered_team_id, "assignee_id": pick,
                   "offered_team_id": None},
        "give_back": {"offered_team_id": None}, "resolve": {"offered_team_id": None},
        "cancel": {"offered_team_id": None}, "promise": {"promised_for": moment + (pick + 1) * HOUR},
        "keep": {"promised_for": min(promises, default=None)}, "recompute": {"terms_id": pick % 3 + 1},
    }  # fmt: skip
    return [*last, following(now, moment, act, **changes.get(act, {}))]


@st.composite
def stories(draw: st.DrawFn, size: int = 12) -> list[Entry]:
    """Draw a history of up to so many acts, begun on a Monday at nine."""
    entries = told(("02 09:00", "open"))
    for step in draw(st.lists(STEPS, max_size=size)):
        entries = drawn(entries, step)
    return entries
