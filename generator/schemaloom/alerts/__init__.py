"""Alerts about drift: sent once, again when it gets worse, to the channels that the user chose."""
