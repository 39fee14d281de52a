"""Prices of models and estimates of jobs, in the provider's currency."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Price(NamedTuple):
    """Price of one job, in the provider's currency, as published in the catalogue."""

    amount: float | None
    unit: str | None
    """Unit of `amount`: ``image``, ``second``, …; an open string."""
    by_resolution: Mapping[str, float]
    """Amounts that differ from `amount`, by the provider's name of the resolution."""


class Estimate(NamedTuple):
    """The price of one job, as far as the catalogue and the request tell it."""

    cost: float | None
    """In the provider's currency; ``None`` when it cannot be known before submitting."""
    currency: str
    """Unit of `cost`, in the singular: ``credit``."""
    basis: str
    """How `cost` comes about, or why it is unknown."""

    def __str__(self) -> str:
        if self.cost is None:
            return f"unknown: {self.basis}"
        return f"{amount_text(self.cost, self.currency)} ({self.basis})"


def price_text(price: Price | None, currency: str) -> str:
    """Return a price such as ``1.5 credits per image``; empty if it is unknown."""
    if price is None or price.amount is None:
        return ""
    return amount_text(price.amount, currency) + (f" per {price.unit}" if price.unit else "")


def amount_text(amount: float, currency: str) -> str:
    """Return an amount such as ``1.5 credits``; a code such as ``EUR`` has no plural."""
    return f"{amount:g} {currency}{'' if amount == 1 or currency.isupper() else 's'}"
