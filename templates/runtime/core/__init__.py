"""The ground of every other folder of the runtime: errors, effects, settings, limits, and the ledger."""
