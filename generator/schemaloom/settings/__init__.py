"""What a user declares: one ``provider.toml`` for each catalogue."""
