"""A real HTTP server that behaves as a provider's API, over any snapshot.

Everything it does is read from `Provider`: the routes, where values stand in documents, the
status texts, the error table.  It keeps its state in memory, takes no decision by chance, and
needs the extra ``schemaloom[serve]``.
"""
