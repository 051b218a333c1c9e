"""Questions that return a value and do nothing."""
