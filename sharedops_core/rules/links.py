"""Links (关联) between tickets: how each end is called, and what the journal of either says of them.

A link is a row of its own with two ends. The journals of both say its id and how it looks from there:
`{"links": ["+7:blocks"]}` here, `{"links": ["+7:blocked_by"]}` there. Neither names the other ticket, so a journal that
many may read betrays no confidential one; who may find both ends sees the row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sharedops_core.errors import BadInput
from sharedops_core.i18n import _, joined

Detail = Mapping[str, object] | None

RELATES, DUPLICATES, CAUSES, BLOCKS, PARENT, SPLIT, MERGE = KINDS = (
    "relates", "duplicates", "causes", "blocks", "parent", "split", "merge",
)  # fmt: skip

ENDS = {
    RELATES: (RELATES, RELATES), DUPLICATES: (DUPLICATES, "duplicated_by"), CAUSES: (CAUSES, "caused_by"),
    BLOCKS: (BLOCKS, "blocked_by"), PARENT: ("parent_of", "child_of"), SPLIT: ("split_into", "split_from"),
    MERGE: ("merged_into", "took_in"),
}  # fmt: skip
"""Kind → how it looks from the ticket it goes from, and from the one it goes to."""

ROLES = {role: (kind, place == 0) for kind, ends in ENDS.items() for place, role in enumerate(ends)}
"""How it looks from a ticket → its kind, and whether it goes from there (a link between equals always does)."""
ROLES[RELATES] = (RELATES, True)

BY_HAND = tuple(role for role, (kind, _is_from) in ROLES.items() if kind not in (SPLIT, MERGE))
"""What somebody may link as; merging and splitting do the others."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a line of the journal says of a link: that it holds from here on, or no longer, and how it looks."""

    link_id: int
    role: str
    is_live: bool

    @property
    def word(self) -> str:
        """Return it as it is written."""
        return f"{'+' if self.is_live else '-'}{self.link_id}:{self.role}"


def role(typed: str) -> str:
    """Return a role that somebody may link as; raises BadInput with those that exist."""
    if typed not in BY_HAND:
        raise BadInput(_("{role} is no kind of link; there are: {roles}").format(role=typed, roles=joined(BY_HAND)))
    return typed


def turned_role(role: str) -> str:
    """Return how a link looks from its other end."""
    kind, is_from = ROLES[role]
    return ENDS[kind][1 if is_from else 0]


def told(*said: Said) -> dict[str, object]:
    """Return what a line of the journal says of links."""
    return {"links": [one.word for one in said]} if said else {}


def said(detail: Detail) -> tuple[Said, ...]:
    """Return what a line of the journal says of links."""
    words = (detail or {}).get("links")
    return tuple(_said(str(word)) for word in words) if isinstance(words, list) else ()


def _said(word: str) -> Said:
    number, _sign, role = word[1:].partition(":")
    return Said(int(number), role, word[:1] == "+")


def turned(detail: Detail) -> dict[str, object]:
    """Return what the line says that takes a line of the journal back."""
    return told(*(Said(one.link_id, one.role, not one.is_live) for one in said(detail)))


def replay(details: Iterable[Detail]) -> frozenset[tuple[int, str]]:
    """Return the links of a ticket, each by id and role, by the lines of its journal, oldest first."""
    found: set[tuple[int, str]] = set()
    for detail in details:
        for one in said(detail):
            (found.add if one.is_live else found.discard)((one.link_id, one.role))
    return frozenset(found)


def role_name(role: str) -> str:
    """Return in the user's language how a link looks from a ticket; the other one's number follows."""
    return {
        "relates": _("relates to"), "duplicates": _("duplicates"), "duplicated_by": _("duplicated by"),
        "causes": _("causes"), "caused_by": _("caused by"), "blocks": _("blocks"), "blocked_by": _("blocked by"),
        "parent_of": _("parent of"), "child_of": _("child of"), "split_into": _("split into"),
        "split_from": _("split from"), "merged_into": _("merged into"), "took_in": _("took in"),
    }.get(role, role)  # fmt: skip


def word_name(word: str) -> str:
    """Return in the user's language what a line says of a link, `+ blocks INC-10002`, as its readers are shown it."""
    sign, role, number = [*word.split(" ", 2), "", ""][:3]
    return f"{sign} {role_name(role)} {number}"


def companion_name(state: str) -> str:
    """Return in the user's language how somebody stands to a ticket besides its holder."""
    return {
        "watching": _("watches it"), "invited": _("invited expert"), "joined": _("expert"),
        "declined": _("declined to help"),
    }.get(state, state)  # fmt: skip
