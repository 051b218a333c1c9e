"""The one matrix of permissions: which role may do which act on whose ticket, and what a confidential lane asks.

The desk refuses by this table, the store makes its SQL condition from it, the keys and the palette offer by it.
What it does not name is not allowed (product K2).
"""

from dataclasses import dataclass, field

from sharedops_core.i18n import _
from sharedops_core.rules.lifecycle import act_name
from sharedops_core.rules.text import one_line

DESK_ROLES = ("agent", "lead", "supervisor", "admin")
ROLES = ("requester", *DESK_ROLES, "auditor", "service")
LANES = ("hr", "legal", "audit")

OWN, HOLDER, FREE, TEAM, OFFERED, FIRST_CONTACT, LINE, LANE, OTHER = RELATIONS = (
    "own", "holder", "free", "team", "offered", "first_contact", "line", "lane", "other",
)  # fmt: skip
"""How somebody stands to a ticket, several at once: its requester; its holder, or nobody holds it; of the team that has
it or is offered it; its first-contact owner; of the line it is on; of a team of its lane, or the lead of one."""

Relations = frozenset[str]


def _any_of(*relations: str) -> Relations:
    return frozenset(relations)


_NO = _any_of()
_ALL = _any_of(*RELATIONS)
_OWN = _any_of(OWN)
_HELD = _any_of(HOLDER, FREE)
_NEAR = _any_of(HOLDER, FREE, TEAM, LINE, LANE)
_OFFER = _any_of(OFFERED)
_TEAM = _any_of(TEAM)
_NAMED = _any_of(OWN, HOLDER, FIRST_CONTACT, LANE)
_WITHIN = _any_of(HOLDER, FIRST_CONTACT, LANE)
_WORKERS = _any_of(HOLDER, LANE)
_LANE = _any_of(LANE)

MATRIX: dict[str, tuple[Relations, ...]] = {
    # act          requester agent   lead    superv. admin   auditor service | in a lane also
    "find":        (_OWN,   _ALL,   _ALL,   _ALL,   _ALL,   _ALL,   _ALL,     _NAMED),
    "read":        (_OWN,   _ALL,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,      _NAMED),
    "inside":      (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,      _WITHIN),
    "open":        (_OWN,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _ALL,     _ALL),
    "receive":     (_OWN,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _ALL,     _NAMED),
    "confirm":     (_OWN,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _NAMED),
    "reopen":      (_OWN,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _NAMED),
    "rate":        (_OWN,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _NAMED),
    "reply":       (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "note":        (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "escalate":    (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "chase":       (_OWN,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _NAMED),
    "take":        (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WORKERS),
    "assign":      (_NO,    _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _LANE),
    "wait":        (_NO,    _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _WORKERS),
    "resume":      (_NO,    _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _WORKERS),
    "change":      (_NO,    _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _WORKERS),
    "declassify":  (_NO,    _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _LANE),
    "hand_off":    (_NO,    _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _WORKERS),
    "promise":     (_NO,    _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _WORKERS),
    "keep":        (_NO,    _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _WORKERS),
    "resolve":     (_NO,    _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _WORKERS),
    "cancel":      (_OWN,   _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _any_of(OWN, HOLDER, LANE)),
    "accept":      (_NO,    _OFFER, _OFFER, _OFFER, _OFFER, _NO,    _NO,      _LANE),
    "give_back":   (_NO,    _OFFER, _OFFER, _OFFER, _OFFER, _NO,    _NO,      _LANE),
    "decide":      (_NO,    _NO,    _ALL,   _ALL,   _ALL,   _NO,    _NO,      _LANE),
    "offer_duty":  (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "accept_duty": (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "decline_duty":(_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "ask_task":    (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "take_task":   (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "finish_task": (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "decline_task":(_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "withdraw_task":(_NO,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "link":        (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "unlink":      (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "merge":       (_NO,    _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _WORKERS),
    "absorb":      (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "split":       (_NO,    _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _WORKERS),
    "watch":       (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "invite":      (_NO,    _HELD,  _NEAR,  _ALL,   _ALL,   _NO,    _NO,      _WORKERS),
    "join":        (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "decline_invite": (_NO, _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WITHIN),
    "reject":      (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _NO,      _WORKERS),
    # without a ticket
    "console":     (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,      _NO),
    "know":        (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,      _NO),
    "share_view":  (_NO,    _TEAM,  _TEAM,  _ALL,   _ALL,   _NO,    _NO,      _NO),
    "be_absent":   (_NO,    _TEAM,  _TEAM,  _ALL,   _ALL,   _NO,    _NO,      _NO),
    "report":      (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,      _NO),
    "oversee":     (_NO,    _NO,    _TEAM,  _ALL,   _ALL,   _ALL,   _NO,      _NAMED),
    "sweep":       (_NO,    _ALL,   _ALL,   _ALL,   _ALL,   _NO,    _ALL,     _NO),
    "import":      (_NO,    _NO,    _NO,    _NO,    _ALL,   _NO,    _NO,      _NO),
    "administer":  (_NO,    _NO,    _NO,    _NO,    _ALL,   _NO,    _NO,      _NO),
    "audit":       (_NO,    _NO,    _NO,    _NO,    _ALL,   _ALL,   _NO,      _NO),
    "act_for":     (_NO,    _NO,    _NO,    _NO,    _ALL,   _NO,    _OWN,     _NO),
}  # fmt: skip
"""act → the relations of which a role needs one, role by role as in ROLES; last, those of which a confidential ticket
asks one besides. `find` is naming a ticket by its number, `read` its public part, `inside` notes, journal, hand-offs.
`act_for` is acting for somebody else, OWN for a requester; `share_view` is saving a view for a team, `be_absent`
recording somebody's absence, TEAM for one that one leads. Whose duty it is, who stands in for whom, of whom a task is
asked, and to whom a ticket is pushed, no relation says: that is for `desk.duties`, `desk.tasks` and `desk.pushing` to
ask. `merge` is asked of the ticket that ends, `absorb` of the one that goes on."""

READING = ("find", "read", "inside")
WHOLE = ("import", "administer", "audit")
"""Acts on the desk as a whole: whoever does them has to see all of it, or would take the rest for missing."""

_APART = ("console", "know", "report", "oversee", "act_for", "be_absent")
WRITING = tuple(act for act in MATRIX if act not in (*READING, "open", *WHOLE, *_APART))
"""Acts that write on a ticket that is there."""

UNBOUND = ("auditor", "service")
"""Roles that no lane binds: one reads everything and changes nothing, the other carries letters it cannot read."""


@dataclass(frozen=True)
class Standing:
    """Somebody before a ticket: role, relations, and the lane of the ticket when it is confidential."""

    role: str
    relations: Relations = field(default_factory=lambda: _any_of(OTHER))
    lane: str | None = None


def granted(role: str, act: str) -> Relations:
    """Return the relations of which `role` needs one for `act`; none for an act or a role nobody has heard of."""
    return MATRIX[act][ROLES.index(role)] if act in MATRIX and role in ROLES else _NO


def granted_in_lane(role: str, act: str) -> Relations:
    """Return the relations of which `act` on a confidential ticket needs one besides."""
    return _ALL if role in UNBOUND else MATRIX[act][-1] if act in MATRIX else _NO


def allows(act: str, standing: Standing) -> bool:
    """Return whether somebody who stands like this may do it; what the matrix does not name is not allowed."""
    if not granted(standing.role, act) & standing.relations:
        return False
    return standing.lane is None or bool(granted_in_lane(standing.role, act) & standing.relations)


def is_of_desk(role: str) -> bool:
    """Return whether somebody of this role works tickets."""
    return role in DESK_ROLES


def refusal(act: str, standing: Standing, *, who: str, number: str = "", holder: str = "") -> str | None:
    """Return in one sentence why somebody may not do it, None when they may; names in it are harmless."""
    if allows(act, standing):
        return None
    who, holder = one_line(who), one_line(holder)
    needed = granted(standing.role, act)
    if not needed:
        return _of_role(act, standing.role, who)
    if needed & standing.relations:
        return _("{number} is confidential ({lane}); this is for the people of that lane").format(
            number=number, lane=lane_name(standing.lane)
        )
    if needed == _OWN:
        for_requesters = _("{who} may act for requesters only").format(who=who)
        return (
            for_requesters if act == "act_for" else _("{who} may do this for their own requests only").format(who=who)
        )
    if needed == _OFFER:
        return _("{number} is not offered to {who}").format(number=number, who=who)
    return _("{number} is held by {who}; ask for a hand-off").format(number=number, who=holder or "?")


def _of_role(act: str, role: str, who: str) -> str:
    if role == "requester":
        return _("{who} is a requester; this act belongs to the desk").format(who=who)
    return _("{who} has the role {role}, which has no right to: {act}").format(
        who=who, role=role_name(role), act=right_name(act)
    )


def role_name(role: str) -> str:
    """Return a role in the user's language."""
    return {
        "requester": _("requester"), "agent": _("agent"), "lead": _("team lead"), "supervisor": _("supervisor"),
        "admin": _("administrator"), "auditor": _("auditor"), "service": _("service account"),
    }.get(role, role)  # fmt: skip


def lane_name(lane: str | None) -> str:
    """Return a confidential lane in the user's language."""
    return {"hr": _("HR"), "legal": _("legal"), "audit": _("audit")}.get(lane or "", lane or "-")


def right_name(act: str) -> str:
    """Return a right in the user's language; acts on tickets are called as everywhere."""
    return {
        "find": _("read tickets"), "read": _("read tickets"), "inside": _("read tickets"),
        "declassify": _("take a ticket out of its lane"), "console": _("open the console"),
        "know": _("read articles for agents"), "report": _("print reports"), "sweep": _("sweep"),
        "be_absent": _("record an absence"),
        "oversee": _("see wallboard and workload"),
        "import": _("import from files"), "administer": _("administer people"), "audit": _("read the audit"),
        "act_for": _("act for somebody else"),
    }.get(act) or act_name(act)  # fmt: skip
