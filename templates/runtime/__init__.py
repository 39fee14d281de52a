"""The client runtime: one source, copied unchanged into every generated package."""
