"""The numbers of the panes: the same on every screen, in front of what each is called."""

from textual.content import Content

PANES = ("views", "facets", "list", "ticket", "knowledge")
"""The panes in the order of their numbers, which begin with 1."""


def numbered(pane: str, title: str | Content) -> Content:
    """Return the title of a pane behind its number, which is the key that leads there."""
    return Content.assemble((str(PANES.index(pane) + 1), "bold"), " ", title)
