"""Readings: frozen rows shaped for one screen or one report."""
