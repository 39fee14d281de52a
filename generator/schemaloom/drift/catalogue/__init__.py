"""Changes of a catalogue: its models, its provider description, and its OpenAPI document."""
