"""The settings that a user declares: one ``provider.toml`` for each catalogue."""
