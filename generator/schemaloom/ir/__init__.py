"""What a catalogue means: schemas and models as frozen values that speak JSON Schema, not Python."""
