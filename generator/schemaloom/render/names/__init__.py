"""Names of modules, classes and fields, and how they stay the same over time."""
