"""The full-screen console: shows rows, turns keys into acts, knows no rule of its own."""
