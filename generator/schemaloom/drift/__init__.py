"""Compare two snapshots: each change, its severity for callers, and a payload that proves it."""
