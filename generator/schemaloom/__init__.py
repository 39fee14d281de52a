"""Generates a typed, versioned Python SDK from a generative-media catalogue's live schemas."""

__version__ = "0.1.0"
