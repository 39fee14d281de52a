"""The client runtime: one source, copied unchanged into every generated package."""

from .core import fork as fork  # before all others: a fork waits for them
