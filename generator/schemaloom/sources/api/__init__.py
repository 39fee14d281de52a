"""Models and schemas from a JSON API."""
