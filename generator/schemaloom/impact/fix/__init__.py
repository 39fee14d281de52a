"""Rewriting what is certain in the user's code, and no other byte."""
