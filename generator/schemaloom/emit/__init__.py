"""From texts in memory to files on disk: formatted, compared, and replaced all at once."""
