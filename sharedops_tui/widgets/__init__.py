"""Pieces of screen that know no screen and no session."""
