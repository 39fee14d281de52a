"""The committed memory of a catalogue: canonical files under ``specs/<provider>/``."""
