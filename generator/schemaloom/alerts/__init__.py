"""Telling people what changed: once, again when it matters, and in the channel they chose."""
