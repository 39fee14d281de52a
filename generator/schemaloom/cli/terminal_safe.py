"""Texts of strangers, made safe to print."""

from __future__ import annotations


def shown(text: str) -> str:
    """Escape a stranger's text where it could steer the terminal."""
    return text if text.isprintable() else ascii(text)
