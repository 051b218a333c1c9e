"""Composition root: the core's command line plus the commands that open the console."""

from sharedops_core.cli import context


def main() -> None:
    """Run `sharedops`."""
    context.speak()
    from sharedops_core.cli.app import app, run
    from sharedops_tui import commands

    commands.register(app)
    run()


if __name__ == "__main__":
    main()
