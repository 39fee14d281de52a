"""A static site of catalogues and their history: pages without a server, a search, and Atom feeds."""
