"""The catalogue for agents: search, signatures, estimates, paid calls within a budget, and changes."""
