"""JSON values, canonical JSON, and JSON Pointer."""
