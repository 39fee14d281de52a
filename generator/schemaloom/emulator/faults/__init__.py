"""Faults that the emulator injects into its responses."""
