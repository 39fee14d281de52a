"""Reading a provider's live API; the only part that speaks HTTP as a client."""
