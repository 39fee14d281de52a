"""Judging what a call sends by the schemas of both sides."""
