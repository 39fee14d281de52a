"""Escaping untrusted text for the terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """Escape untrusted text that holds control characters."""
    return text if text.isprintable() else ascii(text)
