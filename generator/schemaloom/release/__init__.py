"""A new version of a package: its number, its changelog, and the proof that it works."""
