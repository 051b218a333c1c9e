"""Composition root: the core's command line plus the commands that open the console."""

import gc

from sharedops_core.cli import context


def main() -> None:
    """Run `sharedops`."""
    # Collecting garbage while imports make ten thousand objects finds none and costs a tenth of a second. A command
    # ends before there is any worth collecting; the console collects again once its first frame stands.
    gc.disable()
    context.speak()
    from sharedops_core.cli.app import app, run
    from sharedops_tui import commands

    commands.register(app)
    run()


if __name__ == "__main__":
    main()
