"""The history of a catalogue, for people and machines."""
