"""Checks that a new package passes before it is released."""
