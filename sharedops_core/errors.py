"""Every refusal the product can give, each with the exit code the shell returns for it."""


class DeskError(Exception):
    """A refusal told to the user in one sentence; never shown as a traceback."""

    exit_code = 1


class Refused(DeskError):
    """A rule or a bad value says no."""


class BadInput(DeskError):
    """A file or argument is wrong; `findings` holds every reason, not only the first."""

    exit_code = 2

    def __init__(self, *findings: str) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class NotFound(DeskError):
    """Nothing has that number, code or name."""

    exit_code = 3


class NotAllowed(DeskError):
    """The act is possible, but not for this person."""

    exit_code = 4


class Conflict(DeskError):
    """Somebody else was first; nothing of the loser's text is lost."""

    exit_code = 5


class Away(DeskError):
    """The database cannot be reached, or no longer; what it has acknowledged is safe there."""

    exit_code = 6


class Full(DeskError):
    """The disk of the database is full; nothing was changed, and nothing can be until there is room."""

    exit_code = 7
