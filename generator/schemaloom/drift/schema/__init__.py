"""Changes between two schemas of one model."""
