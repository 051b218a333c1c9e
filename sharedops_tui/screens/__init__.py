"""Switchboards: compose, turn messages into bridge calls, hand results down."""
