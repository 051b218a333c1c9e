"""Row to text, pure."""
