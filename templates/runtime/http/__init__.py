"""API calls over HTTP: one call, its retries, and the drivers that run operations."""
