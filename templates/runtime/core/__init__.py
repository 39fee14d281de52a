"""What every other folder of the runtime rests on: errors, effects, settings, limits, and the ledger."""
