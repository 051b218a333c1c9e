"""Pure functions of values: what may happen, when it is due, what it adds up to."""
