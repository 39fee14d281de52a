"""Requests and the facts about the models that take them."""
