"""Bounded, rate-limited HTTP requests of the sources."""
