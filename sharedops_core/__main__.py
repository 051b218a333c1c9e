"""`python -m sharedops_core`: the command line without the console."""

from sharedops_core.cli import context

if __name__ == "__main__":
    context.speak()
    from sharedops_core.cli.app import run

    run()
