"""The work of the commands: one module for each, without its command line."""
