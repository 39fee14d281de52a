"""A real HTTP server that behaves as a provider's API, over any snapshot.

Everything it does is read from `Provider`: the routes, the places of values in documents,
the statuses, the error table.  It keeps its state in memory, decides nothing at random, and needs
the extra ``schemaloom[serve]``.
"""
