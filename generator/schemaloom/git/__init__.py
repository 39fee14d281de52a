"""Snapshots and history read from a git repository."""
