"""What changed between two snapshots, how bad it is for callers, and the proof."""
