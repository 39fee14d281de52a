"""Weaves a generative-media catalogue's live schemas into a typed, versioned Python SDK."""

__version__ = "0.1.0"
