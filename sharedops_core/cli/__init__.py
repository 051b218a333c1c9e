"""The shell: Typer commands that parse, call one act or view, and print."""
