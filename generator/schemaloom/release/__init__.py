"""What a new version is: its number, its history, and the proof that it works."""
