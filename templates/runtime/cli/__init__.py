"""The command line of a generated package: python -m PACKAGE."""
