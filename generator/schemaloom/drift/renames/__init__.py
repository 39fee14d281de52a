"""Renamed parameters and models: suggested by likeness, or confirmed by a person."""
