"""The verbs: each module is one command's work, without its command line."""
